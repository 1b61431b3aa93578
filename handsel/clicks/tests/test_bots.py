"""How many programs are found, and how many people are taken for one; corpora/README.md says of
whom the strings are."""

from collections.abc import Iterable
from pathlib import Path

import pytest
import ua_parser_rs

from handsel.clicks import bots
from handsel.clicks.bots import Rule, alternatives, bot_of, is_readable, listed_rules

CORPORA = Path(__file__).parent / "corpora"

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; {}) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/144.0.0.0 Mobile Safari/537.36"
)


def strings(name: str) -> list[str]:
    return (CORPORA / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def people(name: str) -> list[str]:
    programs = set(strings("programs_among_browsers"))
    return [string for string in strings(name) if string not in programs]


@pytest.mark.parametrize("corpus", ["isbot_crawlers", "user_agents_net", "myip_ms"])
def test_of_programs_at_least_95_in_100_are_found(corpus: str) -> None:
    missed = [string for string in strings(corpus) if not bot_of(string)]

    assert len(missed) <= 0.05 * len(strings(corpus)), missed


def test_of_odd_browsers_at_most_1_in_100_is_taken_for_a_program() -> None:
    taken = [string for string in people("isbot_browsers") if bot_of(string)]

    assert len(taken) <= 0.01 * len(people("isbot_browsers")), taken


def test_of_ordinary_browsers_at_most_1_in_1000_is_taken_for_a_program() -> None:
    taken = [string for string in people("ordinary") if bot_of(string)]

    assert len(taken) <= 0.001 * len(people("ordinary")), taken


def test_programs_among_the_browsers_are_found() -> None:
    assert [string for string in strings("programs_among_browsers") if not bot_of(string)] == []


def test_the_lists_alone_would_find_too_few_and_take_too_many_people() -> None:
    """The control: what our own rules are for."""
    lists = _matcher(listed_rules())
    with_all_they_have = _matcher(rule for rule in bots.listed() if is_readable(rule.pattern))

    crawlers, odd = strings("isbot_crawlers"), people("isbot_browsers")
    assert sum(lists.extract(string) is None for string in crawlers) > 0.05 * len(crawlers)
    assert sum(with_all_they_have.extract(s) is not None for s in odd) > 0.01 * len(odd)


def _matcher(rules: Iterable[Rule]) -> ua_parser_rs.DeviceExtractor:
    return ua_parser_rs.DeviceExtractor(
        (rule.pattern, "i" if rule.ignores_case else None, rule.name, None, None) for rule in rules
    )


@pytest.mark.parametrize("name", ["CUBOT X18", "M bot 51", "XBot_Senior", "Pixel 9", "Fever_Plus"])
def test_a_phone_may_be_called_what_it_likes(name: str) -> None:
    assert bot_of(PHONE.format(name)) == ""


@pytest.mark.parametrize("nothing", ["", "   "])
def test_who_says_nothing_is_a_program(nothing: str) -> None:
    assert bot_of(nothing) == "no name"


@pytest.mark.parametrize("odd", ["\x00", "a\\b$1[(", "Mozilla/5.0 (" * 60, "🤖" * 100])
def test_any_string_gets_an_answer(odd: str) -> None:
    assert isinstance(bot_of(odd), str)


def test_nearly_all_rules_of_the_lists_are_read() -> None:
    """A new edition of a list whose patterns our matcher cannot read would go unnoticed."""
    unread = [rule for rule in bots.listed() if not is_readable(rule.pattern)]

    assert len(unread) <= 4, unread
    assert len(listed_rules()) > 2_300


def test_a_pattern_is_cut_at_its_own_bars_only() -> None:
    assert alternatives(r"zeal(?!ot)|a\|b|[|)]|^(?:x|y)$|([^)|]|z)") == [
        "zeal(?!ot)",
        r"a\|b",
        "[|)]",
        "^(?:x|y)$",
        "([^)|]|z)",
    ]
