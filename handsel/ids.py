"""Ids that carry their kind and sort by time: `com_01m7w3n2p5exyv9yzdeftyh8k6`.

In columns an id is a UUIDv7, at every edge (Python, URLs, API, files) the text above:
a TypeID (github.com/jetify-com/typeid, specification 0.3).
"""

import re
from uuid import UUID

from typeid import TypeID

SHAPE = re.compile(r"[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}")


def new_id(prefix: str) -> str:
    """A fresh id; later ids of one process sort after earlier ones."""
    return str(TypeID(prefix))


def to_uuid(text: str) -> UUID:
    """The UUID of an id; ValueError when the text is not one."""
    if not SHAPE.fullmatch(text):
        raise ValueError(f"Not an id: {text!r}")
    return UUID(bytes=TypeID.from_string(text).uuid.bytes)


def from_uuid(value: UUID, prefix: str) -> str:
    return str(TypeID.from_uuid(value, prefix))
