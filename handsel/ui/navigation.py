"""What a page's frame shows around its content. Screens put these values in the context.

| name | type | used by |
|---|---|---|
| `navigation` | sequence of `Section` | console sidebar, portal bar and tab bar |
| `switcher` | `Switcher` or None | console sidebar |
| `viewer` | `Viewer` or None | the menu behind the avatar |
| `crumbs` | sequence of (label, url); the last is the page | console top bar |
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise


@dataclass(frozen=True)
class Entry:
    """One place to go. `due` marks a count that waits for the reader."""

    label: str | Promise
    url: str
    icon: str
    count: int | None = None
    due: bool = False
    current: bool = False


@dataclass(frozen=True)
class Section:
    """Entries under a common title; `at_end` sets them at the foot of the sidebar."""

    entries: tuple[Entry, ...]
    title: str | Promise = ""
    at_end: bool = False


@dataclass(frozen=True)
class Choice:
    name: str
    url: str
    note: str = ""
    current: bool = False


@dataclass(frozen=True)
class Switcher:
    """The organization and program at hand, and the others the reader may turn to."""

    name: str
    note: str | Promise = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Viewer:
    """Who is signed in. `side` is `brand` or `partner`; `sign_out_url` takes a POST."""

    name: str
    email: str
    side: str
    sign_out_url: str
    settings_url: str = ""


def mark_current(sections: Sequence[Section], path: str) -> tuple[Section, ...]:
    """The same sections with the entry of `path` marked: the longest address it starts with."""
    urls = [entry.url for section in sections for entry in section.entries]
    best = max((url for url in urls if path.startswith(url)), key=len, default="")
    return tuple(
        replace(
            section,
            entries=tuple(
                replace(entry, current=bool(best) and entry.url == best)
                for entry in section.entries
            ),
        )
        for section in sections
    )
