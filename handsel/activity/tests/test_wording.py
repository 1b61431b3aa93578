import re
from pathlib import Path

import handsel
from handsel.activity.wording import DONE

RECORDED = re.compile(r'\brecord\(\s*"([a-z.-]+)"|\bverb="([a-z.-]+)"')


def recorded_verbs():
    sources = [p for p in Path(handsel.__file__).parent.rglob("*.py") if "tests" not in p.parts]
    return {a or b for source in sources for a, b in RECORDED.findall(source.read_text())}


def test_whatever_services_record_has_words():
    verbs = recorded_verbs()

    assert len(verbs) > 20
    assert verbs <= DONE.keys()
