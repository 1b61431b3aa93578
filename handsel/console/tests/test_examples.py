"""What the console offers for copying is what the script understands."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from handsel.clicks.agents import agent_of
from handsel.console import examples
from handsel.intake.messages import Order, read_message
from handsel.links.models import Link
from handsel.programs.models import Program

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).parents[3] / "docs" / "script.md").read_text(encoding="utf-8")


def attributes(snippet: str) -> dict[str, str]:
    return dict(re.findall(r'data-(\w+)="([^"]*)"', snippet))


def test_each_script_has_settings_that_the_script_knows(program: Program) -> None:
    known = set(re.findall(r"^\| `data-(\w+)` \|", PAGE, flags=re.MULTILINE))
    snippets = [
        examples.script_example(program),
        examples.consent_tcf_example(program),
        examples.consent_gcm_example(program),
        examples.cookieless_example(program),
        examples.domains_example(program),
    ]

    assert all(attributes(snippet)["program"] == program.pk for snippet in snippets)
    assert {name for snippet in snippets for name in attributes(snippet)} <= known
    assert [attributes(snippet).get("consent") for snippet in snippets] == [
        *(None, "tcf", "gcm", "none", None)
    ]
    assert attributes(snippets[4])["domains"] == "acme.example"


@pytest.mark.skipif(not shutil.which("node"), reason="There is no node here.")
def test_each_call_is_one_that_the_script_takes(program: Program) -> None:
    calls = [
        examples.order_call_example(program),
        examples.basket_call_example(),
        examples.consent_call_example(),
    ]
    said = "const said = []; function handsel() { said.push([...arguments]) }\n"
    ran = subprocess.run(
        ["node", "-e", said + "\n".join(calls) + "\nconsole.log(JSON.stringify(said))"],
        check=True,
        capture_output=True,
        text=True,
    )

    order, *others = json.loads(ran.stdout)
    assert isinstance(read_message("order", order[1]), Order)
    assert order[0] == "conversion"
    assert others == [["basket_started"], ["consent", True], ["consent", False]]


def test_who_follows_the_examples_link_is_taken_for_a_visitor(bens_link: Link) -> None:
    told = examples.order_example(bens_link.program, bens_link)

    agent = re.findall(r"-A '([^']+)'", told)
    assert [agent_of(name).bot for name in agent] == [""]


def test_a_postback_and_a_pixel_carry_the_click_that_was_tried(program: Program) -> None:
    click_id = "AZqkWvYAAAAAB1c0Yw2lXq9mJ4nT5bKd"
    postback = examples.postback_example(program, click_id, "1001-2")
    body = re.findall(r"^body='(.*)'$", postback, flags=re.MULTILINE)
    pixel = examples.pixel_example(program, click_id, "1001-2")
    query = parse_qs(urlsplit(re.findall(r'src="([^"]*)"', pixel)[0]).query)

    message = read_message("order", json.loads(body[0]))
    assert isinstance(message, Order)
    assert (message.order_reference, message.click_ids) == ("1001-2", (click_id,))
    assert (query["order_reference"], query["click_ids"]) == (["1001-2"], [click_id])
