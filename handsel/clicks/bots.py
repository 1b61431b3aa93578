"""Programs that say in their User-Agent that they are no browser in somebody's hand.

First come names of people's phones and browsers that look like a program's. Then two published
lists: crawler-user-agents (MIT) and Matomo's bots (LGPL, read where device-detector keeps them).
Behind them our own words of programs, and what every browser has and a program may lack.

All rules stand in one matcher of `ua_parser_rs`, which looks a string up among 2,400 of them in
about two microseconds. It reads no lookarounds; rules that need them are left out and counted in a
test.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple, cast

import crawleruseragents
import ua_parser_rs
import yaml_rs

from handsel.clicks.bot_words import (
    BROWSER,
    BROWSER_SIGNS,
    NO_BROWSER,
    PEOPLES_NAMES,
    TOO_WIDE,
    UNNAMED,
    WORDS,
)

# How Matomo's detector reads its own patterns: not from the middle of a word.
_WORD_BEGINS = "(?:^|[^a-z0-9_-]|[^a-z0-9-]_|sprd-|mz-)"


class Rule(NamedTuple):
    """`name` of the program that `pattern` finds; BROWSER where it finds none."""

    name: str
    pattern: str
    ignores_case: bool = True


def bot_of(agent: str) -> str:
    """The name of the program, as its list has it; empty for a browser.

    >>> bot_of("Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)")
    'bingbot'
    >>> bot_of("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0")
    ''
    """
    if not agent.strip():
        return UNNAMED
    found = _matcher().extract(agent)
    if found is None:
        return NO_BROWSER
    return "" if found.family == BROWSER else str(found.family)


@cache
def _matcher() -> "ua_parser_rs.DeviceExtractor":
    return ua_parser_rs.DeviceExtractor(
        (rule.pattern, "i" if rule.ignores_case else None, rule.name, None, None)
        for rule in _rules()
    )


def _rules() -> Iterator[Rule]:
    """The first that finds something decides."""
    yield from (Rule(BROWSER, pattern) for pattern in PEOPLES_NAMES)
    yield from listed_rules()
    yield from (Rule(name, pattern) for name, words in WORDS.items() for pattern in words)
    yield from (Rule(BROWSER, pattern) for pattern in BROWSER_SIGNS)


def listed_rules() -> list[Rule]:
    """The two lists, without what our matcher cannot read and what finds too much."""
    return [rule for rule in listed() if rule.name not in TOO_WIDE and is_readable(rule.pattern)]


def listed() -> Iterator[Rule]:
    for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA:
        pattern = entry["pattern"]
        yield Rule(_plain(pattern), pattern, ignores_case=False)
    for entry in _matomos():
        pattern = entry["regex"]
        for part in [pattern] if is_readable(pattern) else alternatives(pattern):
            yield Rule(_plain(entry["name"]), f"{_WORD_BEGINS}(?:{part})")


def _matomos() -> list[dict[str, str]]:
    """Read without the detector itself, which is eighty megabytes of other things."""
    detector = find_spec("device_detector")
    assert detector is not None
    assert detector.origin is not None
    path = Path(detector.origin).parent / "regexes" / "upstream" / "bots.yml"
    return cast("list[dict[str, str]]", yaml_rs.loads(path.read_text(encoding="utf-8")))


def _plain(pattern: str) -> str:
    """A pattern as a name: without the signs that mean something to a matcher."""
    return pattern.replace("\\", "").replace("$", "").strip("^ ")


def is_readable(pattern: str) -> bool:
    try:
        ua_parser_rs.DeviceExtractor([(pattern, "i", "", None, None)])
    except ValueError:
        return False
    return True


def alternatives(pattern: str) -> list[str]:
    r"""A pattern cut at the bars that stand in no bracket.

    >>> alternatives(r"a(b|c)|[|d]|e\|f")
    ['a(b|c)', '[|d]', 'e\\|f']
    """
    parts, depth, in_class, escaped = [""], 0, False, False
    for sign in pattern:
        if sign == "|" and depth == 0 and not in_class and not escaped:
            parts.append("")
            continue
        parts[-1] += sign
        if not escaped:
            in_class = sign == "[" or (in_class and sign != "]")
            depth += 0 if in_class else (sign == "(") - (sign == ")")
        escaped = sign == "\\" and not escaped
    return parts
