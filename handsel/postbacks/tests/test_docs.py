"""docs/postbacks.md says what is so."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils import translation

import handsel
from handsel.postbacks.calling import ANSWER_BYTES_MAX, CALL_S, STEP_S
from handsel.postbacks.destinations import PORTS
from handsel.postbacks.models import Postback
from handsel.postbacks.placeholders import PLACEHOLDERS, SAMPLE, fill, read_template
from handsel.postbacks.sending import FAILING_MAX, WAITS
from handsel.postbacks.services import POSTBACKS_MAX
from handsel.postbacks.signing import signature

PAGE = (Path(handsel.__file__).parents[1] / "docs" / "postbacks.md").read_text(encoding="utf-8")
CALLED = ("GET", "https://t.example/in?c=1")


def verifier() -> Any:
    """The example of the page."""
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    found: dict[str, Any] = {}
    exec(block, found)
    return found["is_from_handsel"]


def test_the_table_has_every_placeholder_with_its_meaning() -> None:
    with translation.override("en"):
        rows = [f"| `{{{name}}}` | {words} |" for name, (words, _) in PLACEHOLDERS.items()]

    assert "\n".join(rows) in PAGE


def test_every_event_is_told() -> None:
    assert set(re.findall(r"^\| `([a-z]+)` \|", PAGE, flags=re.MULTILINE)) == set(
        Postback.Event.values
    )


def test_the_example_address_makes_what_the_page_says() -> None:
    template, called = re.findall(r"^    (?:GET )?(https://tracker\.\S+)$", PAGE, re.MULTILINE)
    kept = read_template(template, allow_private=False, own_hosts=frozenset())
    said = SAMPLE | {"sub1": "abc123", "sub2": "newsletter"}

    assert urlsplit(kept).query
    assert fill(kept, said) == called


def test_the_figures_are_those_of_the_code() -> None:
    assert "after 1 minute, 5 minutes, 30 minutes, 2 hours, 6 hours and 24 hours" in PAGE
    assert [wait.total_seconds() / 60 for wait in WAITS] == [1, 5, 30, 120, 360, 1440]
    assert timedelta(days=3) == FAILING_MAX
    assert (STEP_S, CALL_S, ANSWER_BYTES_MAX, POSTBACKS_MAX) == (5, 10, 4096, 5)
    assert PORTS == (443, 8443)


def test_the_header_on_the_page_is_what_is_sent() -> None:
    (header,) = re.findall(r"Handsel-Signature: (\S+)", PAGE)

    assert header == signature(["s3cret"], *CALLED, 1795167000)


def test_the_example_knows_what_is_ours_and_when(monkeypatch: Any) -> None:
    is_from_handsel = verifier()
    header = signature(["new", "old"], *CALLED, 1795167000)
    monkeypatch.setattr("time.time", lambda: 1795167060)

    assert is_from_handsel("new", *CALLED, header)
    assert is_from_handsel("old", *CALLED, header)
    assert not is_from_handsel("another", *CALLED, header)
    assert not is_from_handsel("new", "GET", "https://t.example/in?c=2", header)
    assert not is_from_handsel("new", "POST", CALLED[1], header)
    monkeypatch.setattr("time.time", lambda: 1795167000 + 301)
    assert not is_from_handsel("new", *CALLED, header)
