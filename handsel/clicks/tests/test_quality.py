from pathlib import Path
from typing import Any

import pytest

from handsel.clicks.agents import Agent, agent_of
from handsel.clicks.quality import NOBODY_CAME, REASONS, effect, verdict

PERSON = Agent("computer", "Firefox", "Linux", "")
BOT = Agent("bot", "", "", "AhrefsBot")
NAVIGATION = {"site": "cross-site", "mode": "navigate", "dest": "document", "user": "?1"}
CHAT_PROGRAMS = [
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "WhatsApp/2.24.1 A",
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)",
    "Twitterbot/1.0",
]


def of(**said: Any) -> str | None:
    return verdict(**{"fetch": NAVIGATION, "agent": PERSON, **said})


@pytest.mark.parametrize(
    ("fetch", "reason"),
    [
        (NAVIGATION, None),
        ({}, None),  # an old Safari says nothing, and is believed
        ({"mode": "navigate"}, None),
        ({**NAVIGATION, "purpose": "prefetch"}, "prefetch"),
        ({**NAVIGATION, "purpose": "prefetch;prerender"}, "prefetch"),
        ({"purpose": "Preview"}, "prefetch"),
        ({**NAVIGATION, "dest": "iframe"}, "hidden_load"),
        ({"mode": "no-cors", "dest": "image"}, "hidden_load"),
        ({"mode": "no-cors", "dest": "script"}, "hidden_load"),
        ({"mode": "no-cors", "dest": "style"}, "hidden_load"),
        ({"mode": "cors", "dest": "empty"}, "hidden_load"),
        ({"mode": "cors"}, "hidden_load"),
    ],
)
def test_what_the_browser_says_of_the_request_tells_whether_somebody_went_there(
    fetch: dict[str, str], reason: str | None
) -> None:
    assert of(fetch=fetch) == reason


@pytest.mark.parametrize("ua", CHAT_PROGRAMS)
def test_a_preview_in_a_chat_is_told_from_a_bot(ua: str) -> None:
    assert of(agent=agent_of(ua), fetch={}) == "preview"


def test_the_strongest_reason_is_named() -> None:
    everything = {"in_data_centre": True, "repeated": True}

    assert of(fetch={**NAVIGATION, "purpose": "prefetch"}, agent=BOT, **everything) == "prefetch"
    assert of(fetch={"dest": "image"}, agent=BOT, **everything) == "bot"
    assert of(fetch={"dest": "image"}, **everything) == "hidden_load"
    assert of(**everything) == "data_centre"
    assert of(repeated=True) == "repeat"


# reason: counts and may attribute, by level
EFFECTS = [
    (None, "strict", True, True),
    (None, "moderate", True, True),
    ("data_centre", "strict", False, False),
    ("data_centre", "moderate", False, True),
    ("data_centre", "relaxed", True, True),
    ("preview", "strict", False, False),
    ("preview", "moderate", False, True),
    ("preview", "relaxed", True, True),
    ("repeat", "strict", False, True),
    ("repeat", "moderate", False, True),
    ("repeat", "relaxed", True, True),
]


@pytest.mark.parametrize(("reason", "level", "counts", "may_attribute"), EFFECTS)
def test_a_level_says_what_a_suspicious_click_may_do(
    reason: str | None, level: str, counts: bool, may_attribute: bool
) -> None:
    assert effect(reason, level) == (counts, may_attribute)


def test_the_table_in_the_docs_is_what_happens() -> None:
    meaning = {
        "nothing": (False, False),
        "may attribute": (False, True),
        "counts, may attribute": (True, True),
    }
    text = (Path(__file__).parents[3] / "docs" / "clicks.md").read_text(encoding="utf-8")
    table = text.partition("| | strict |")[2].partition("\n\n")[0].splitlines()[2:]
    told = set()
    for line in table:
        reasons, *levels = (cell.strip() for cell in line.strip("|").split("|"))
        for reason in reasons.replace("`", "").split(", "):
            told.add(reason)
            effects = [effect(reason, level) for level in ("strict", "moderate", "relaxed")]
            assert effects == [meaning[level] for level in levels], reason

    assert told == set(REASONS)


@pytest.mark.parametrize("level", ["strict", "moderate", "relaxed"])
@pytest.mark.parametrize("reason", sorted(NOBODY_CAME))
def test_where_nobody_came_nothing_counts_at_any_level(reason: str, level: str) -> None:
    assert effect(reason, level) == (False, False)


@pytest.mark.parametrize("reason", REASONS)
def test_a_stricter_level_never_allows_more(reason: str) -> None:
    strict, moderate, relaxed = (effect(reason, s) for s in ("strict", "moderate", "relaxed"))

    assert strict.counts <= moderate.counts <= relaxed.counts
    assert strict.may_attribute <= moderate.may_attribute <= relaxed.may_attribute
