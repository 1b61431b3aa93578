"""What one check found."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """`wrong` keeps Handsel from working or endangers data; a `hint` may be meant."""

    what: str
    state: Literal["ok", "hint", "wrong"]
    found: str
    remedy: str = ""
