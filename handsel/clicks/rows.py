"""Clicks and impressions on their way into PostgreSQL, as `COPY` takes them."""

from collections.abc import Iterable
from typing import NamedTuple

# What stands for null: no browser can send it, and it is no backslash, which would have to be
# looked for in every row.
NULL = "\x1a"
TRUE, FALSE = "t", "f"

COPY_OPTIONS = f"FORMAT text, NULL E'\\x{ord(NULL):02x}'"

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class ClickRow(NamedTuple):
    """Every value is text in PostgreSQL's spelling, or NULL. `clicked_at` is in UTC and begins as
    2026-11-20 09:30; what was thought of the click stands last."""

    click_id: str
    clicked_at: str
    brand_id: str
    partner_id: str
    program_id: str
    partnership_id: str
    link_id: str
    visitor: str
    ip: str
    user_agent: str
    referrer: str
    language: str
    country: str
    device: str
    subs: str
    fetch_metadata: str
    destination: str
    browser: str = ""
    system: str = ""
    destination_choice: str = ""
    came_by: str = "link"
    filtered_reason: str = NULL
    counts: str = TRUE
    may_attribute: str = TRUE


class ImpressionRow(NamedTuple):
    """As ClickRow."""

    impression_id: str
    shown_at: str
    brand_id: str
    partner_id: str
    program_id: str
    partnership_id: str
    link_id: str
    visitor: str
    ip: str
    user_agent: str
    referrer: str
    country: str = ""
    device: str = ""
    browser: str = ""
    system: str = ""
    filtered_reason: str = NULL
    counts: str = TRUE


def copied(rows: Iterable[tuple[str, ...]]) -> str:
    """Rows in the text format of `COPY`.

    >>> copied([("a", NULL), ("tab\\there", "c:\\\\x")]).splitlines()
    ['a\\t\\x1a', 'tab\\\\there\\tc:\\\\\\\\x']
    """
    return "".join([_line(row) for row in rows])


def _line(row: tuple[str, ...]) -> str:
    line = "\t".join(row)
    # Looking costs a tenth of escaping, and hardly a row needs it.
    if line.count("\t") >= len(row) or "\\" in line or "\n" in line or "\r" in line:
        line = "\t".join([value.translate(_ESCAPES) for value in row])
    return line + "\n"
