"""What made-up requests need to get past the door: ids of things that are there, a currency that
the program has, lists that are not narrowed to nothing.

`MADE_UP_WITH` in the environment names them, by parameter or field. Only texts are replaced, and
only some: what is meant to be wrong stays wrong.
"""

import json
import os
import re
from typing import Any

import schemathesis

KNOWN: dict[str, str] = json.loads(os.environ.get("MADE_UP_WITH", "{}"))
ID = re.compile(r"[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}")
NARROWING = {"program", "partnership", "link", "conversion", "slug", "order_reference", "source"}
NARROWING |= {"event_id", "kind", "reason", "country", "device", "filtered_reason"}
NARROWING |= {f"sub{number}" for number in range(1, 6)}


@schemathesis.hook
def map_path_parameters(context: schemathesis.HookContext, path_parameters: Any) -> Any:
    for name, value in (path_parameters or {}).items():
        if name in KNOWN and isinstance(value, str) and ID.fullmatch(value):
            path_parameters[name] = KNOWN[name]
    return path_parameters


@schemathesis.hook
def map_query(context: schemathesis.HookContext, query: Any) -> Any:
    """Without every other filter, so that there is something to read."""
    for name in NARROWING & set(query or {}):
        if isinstance(query[name], str) and len(query[name]) % 2 == 0:
            del query[name]
    return query


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    for name in set(KNOWN) & set(body if isinstance(body, dict) else ()):
        if isinstance(body[name], str) and len(body[name]) % 4:
            body[name] = KNOWN[name]
    return body
