import json
import re
import shutil
import subprocess

import pytest

from handsel.tracking.compact import NotCompactable, compact
from handsel.tracking.script import SOURCE


def test_names_become_short_and_properties_do_not() -> None:
    source = "const total = (amount, rate) => ({ amount: amount, rest: rate.amount });"

    assert compact(source) == "let c=(a,b)=>({amount:a,rest:b.amount});\n"


def test_names_of_functions_apart_may_become_the_same() -> None:
    source = "const one = (first) => first; const two = (second) => second + one(second);"

    assert compact(source) == "let b=(a)=>a,c=(a)=>a+b(a);\n"


def test_a_name_that_an_inner_function_sees_is_nobody_elses() -> None:
    source = "const sum = (left) => (right) => left + right;"

    assert compact(source) == "let c=(a)=>(b)=>a+b;\n"


def test_no_name_becomes_one_that_means_something() -> None:
    assert compact("const value = a; f(value, b);") == "let c=a;f(c,b);\n"


def test_texts_and_patterns_are_kept_as_they_are() -> None:
    source = (
        "const test = (value) => /(^| )a[/ ] b\\//.test(value) || '// no comment'; // but this is"
    )

    assert compact(source) == "let b=(a)=>/(^| )a[/ ] b\\//.test(a)||'// no comment';\n"


def test_a_line_end_stays_where_it_may_end_a_statement() -> None:
    assert compact("f()\ng()\nx = 1\n(y)") == "f()\ng()\nx=1\n(y)\n"
    assert compact("f(\n  1,\n  2\n);\n") == "f(1,2);\n"


def test_declarations_are_joined_only_side_by_side() -> None:
    source = "let one = 1;\nlet two = () => { const three = 3; f(); const four = 4; };\nlet five;"

    assert compact(source) == "let c=1,e=()=>{let d=3;f();let b=4;},a;\n"


@pytest.mark.parametrize("source", ["const half = all / 2;", "f(`${name}`);", "const a = 'open;"])
def test_what_it_does_not_read_is_refused(source: str) -> None:
    with pytest.raises(NotCompactable):
        compact(source)


def test_no_text_of_the_script_is_lost() -> None:
    lines = SOURCE.read_text().partition("*/")[2].splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "/*"))]
    texts = re.findall(r'"[^"]*"|/[(^][^/]+/', "\n".join(code))

    served = compact(SOURCE.read_text())
    assert len(texts) > 70
    assert [text for text in texts if text not in served] == []


@pytest.mark.skipif(not shutil.which("node"), reason="node runs what was made")
def test_what_is_made_does_the_same() -> None:
    source = """
        const counted = (words) => {
          const found = {};
          let longest = "";
          words.forEach((word) => {
            found[word] = (found[word] || 0) + 1;
            if (word.length > longest.length) longest = word;
          });
          return { found: found, longest: longest, odd: / /.test("a b") };
        };
        const words = ["to", "be", "or", "not", "to", "be"];
        console.log(JSON.stringify([counted(words), words.map((word) => word.length)]));
    """
    plain, short = (
        subprocess.run(["node", "-e", text], check=True, capture_output=True, text=True).stdout
        for text in (source, compact(source))
    )

    assert json.loads(short) == json.loads(plain)
