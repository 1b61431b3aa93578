"""Ids that carry their kind and sort by time: `com_01m7w3n2p5exyv9yzdeftyh8k6`.

In columns an id is a UUIDv7, at every edge (Python, URLs, API, files) the text above:
a TypeID (github.com/jetify-com/typeid, specification 0.3).
"""

import re
from functools import lru_cache
from uuid import UUID

import uuid_utils
from typeid import TypeID

SHAPE = re.compile(r"[a-z]{2,4}_[0-7][0-9a-hjkmnp-tv-z]{25}")
# The same few organizations and programs stand on every row: their ids are read once.
REMEMBERED = 50_000


def new_id(prefix: str) -> str:
    """A fresh id; later ids of one process sort after earlier ones."""
    return str(TypeID(prefix))


@lru_cache(maxsize=REMEMBERED)
def to_uuid(text: str) -> UUID:
    """The UUID of an id; ValueError when the text is not one."""
    if not SHAPE.fullmatch(text):
        raise ValueError(f"Not an id: {text!r}")
    return UUID(bytes=TypeID.from_string(text).uuid.bytes)


@lru_cache(maxsize=REMEMBERED)
def from_uuid(value: UUID, prefix: str) -> str:
    return str(TypeID.from_uuid(uuid_utils.UUID(int=value.int), prefix))
