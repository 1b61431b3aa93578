"""What operations answer, for the OpenAPI file: refusals, headers, and what leads on to what."""

from typing import Any

from handsel.api.examples import EXAMPLES, id_pattern
from handsel.api.problems import MEDIA_TYPE, URN

Json = dict[str, Any]

REF = "#/components/schemas/{model}"

# Name in the components, code, and the words of an example.
REFUSALS: dict[int, tuple[str, str, str, str]] = {
    400: ("Unreadable", "json-invalid", "Invalid JSON", "The body is not valid JSON."),
    401: (
        "NoKey",
        "key-not-usable",
        "Unusable key",
        "The request carries no key that may be used.",
    ),
    403: ("NotAllowed", "scope-missing", "Scope missing", "This key may not do that."),
    404: ("NotFound", "not-visible", "Not found", "There is nothing here."),
    409: (
        "Contradicts",
        "event-id-reused",
        "Event id used before",
        "An event with this id came before, with another body.",
    ),
    413: (
        "TooLarge",
        "body-too-large",
        "Body too large",
        "The body is larger than one request may be.",
    ),
    415: ("NotJson", "body-not-json", "Body not marked as JSON", "The body is not marked as JSON."),
    422: ("Unusable", "negative-amount", "Negative amount", "amount_minor is negative."),
    429: (
        "TooOften",
        "too-many-requests",
        "Too many requests",
        "This key asked more than 600 times within a minute.",
    ),
}
BODY = (409, 413, 415)

HEADERS: Json = {
    "RateLimit": {
        "description": "What is left: of each quota `r` requests, and room again in `t` seconds.",
        "schema": {"type": "string"},
        "example": '"requests";r=598;t=57',
    },
    "RateLimit-Policy": {
        "description": "The quotas that apply: `q` requests in any `w` seconds.",
        "schema": {"type": "string"},
        "example": '"requests";q=600;w=60',
    },
    "Retry-After": {
        "description": "Seconds to wait",
        "schema": {"type": "integer", "minimum": 1},
        "example": 12,
    },
    "WWW-Authenticate": {
        "description": "How to show a key, and the scope that is missing",
        "schema": {"type": "string"},
        "example": 'Bearer realm="Handsel"',
    },
    "Link": {
        "description": 'The next page, as `<…>; rel="next"`; absent on the last one',
        "schema": {"type": "string"},
        "example": '</api/v1/links?cursor=MjAyNi0x>; rel="next"',
    },
    "Location": {
        "description": "Where to read what was made",
        "required": True,
        "schema": {"type": "string"},
        "example": "/api/v1/links/lnk_01m7w3n2p5exyv9yzdeftyh8k7",
    },
    "Idempotency-Replayed": {
        "description": "`true` where this is the answer to an earlier request with the same key",
        "schema": {"type": "string"},
        "example": "true",
    },
}
# What is made for a partnership.
FOR_ONE = ("/links", "/codes")
PARAMETERS = {
    "program": "Of this program, by its id",
    "partnership": "Of this partnership, by its id",
    "conversion": "Of this conversion, by its id",
    "link": "Of this link, by its id",
    "postback": "Of this postback, by its id",
    "commission": "Of this commission, by its id",
    "in_force": "`true`: those that hold at this moment, `false`: those that do not",
    "event": "Of what happened to the commission",
    "kind": "Of this kind",
    "status": "In this state",
    "order_reference": "The shop's own number of the order; a slash in it is written %2F",
    "slug": "With this name in its address",
    "code": "However it is spelled; too many that there are none of are refused (429)",
    "disabled": "`true`: those that are disabled, `false`: those that are not",
    "withheld": "`true`: those that are withheld, `false`: those that are not",
    "source": "By the road it came: `api`, `postback`, `script`, `pixel`",
    "event_id": "The id of an event",
    "reason": "Refused for this reason, a code",
    "device": "`phone`, `tablet`, `computer`, `bot` or `unknown`",
    "sub1": "With this first sub-id",
    "sub2": "With this second sub-id",
    "sub3": "With this third sub-id",
    "sub4": "With this fourth sub-id",
    "sub5": "With this fifth sub-id",
    "came_by": "`link`, or `script` where the visitor came without a redirect",
    "filtered_reason": "Filtered for this reason, a code",
    "limit": "How many at most",
    "group": "What to sum up by",
}
# What ends in one of these says the rest.
MOMENTS = {"_since": "At this moment or later", "_before": "Before this moment"}
QUOTA = ("RateLimit", "RateLimit-Policy")


def components() -> Json:
    """Refusals and headers, by the names that operations use."""
    return {
        "responses": {named[0]: _refusal(status) for status, named in REFUSALS.items()},
        "headers": HEADERS,
    }


def _refusal(status: int) -> Json:
    _name, code, title, detail = REFUSALS[status]
    example = {
        "type": URN + code,
        "title": title,
        "status": status,
        "detail": detail,
        "field": "",
        "remedy": "",
        "errors": [],
    }
    own = {401: ("WWW-Authenticate",), 403: ("WWW-Authenticate",), 429: ("Retry-After",)}
    return {
        "description": f"{title}, or another refusal; nothing was changed",
        "headers": _headers(*own.get(status, ())),
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}, "example": example}
        },
    }


def refusals_of(path: str, method: str, operation: Json) -> Json:
    """Those that an operation can answer with, by status."""
    statuses = {400, 401, 403, 429}
    if operation["parameters"] or method != "get":
        statuses |= {404} if "{" in path or method != "get" else {422}
    if method != "get":
        statuses |= {422, *BODY}
    return {
        str(status): {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
        for status in sorted(statuses)
    }


def describe_parameter(parameter: Json) -> None:
    name = str(parameter["name"])
    ending = next((words for end, words in MOMENTS.items() if name.endswith(end)), "")
    known = parameter.get("description") or parameter["schema"].get("description")
    named = f"The id of a {name.removesuffix('_id')}" if parameter["in"] == "path" else ""
    parameter["description"] = known or PARAMETERS.get(name) or ending or named


def describe_success(status: str, method: str, response: Json) -> None:
    """Its headers, and an example."""
    names = list(QUOTA)
    names += ["Location"] if status == "201" else []
    names += ["Idempotency-Replayed"] if method == "post" else []
    content = response.get("content", {}).get("application/json", {})
    name = str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]
    if name.startswith("Page_"):
        one = EXAMPLES[name.removeprefix("Page_").removesuffix("_")]
        content["example"] = {"items": [one], "next_cursor": None}
    elif name in EXAMPLES:
        content["example"] = EXAMPLES[name]
    if name.startswith("Page_") or name == "ReportOut":
        names.append("Link")
    response["headers"] = _headers(*names)
    response["description"] = "As asked" if method == "get" else "Done, or done before"


def _headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def describe_ids(schema: Json, kinds: dict[str, str]) -> None:
    """How ids look: in the columns of an answer, by what each column names."""
    for name, column in kinds.items():
        for shape in _texts(schema.get("properties", {}).get(name, {})):
            shape["pattern"] = id_pattern(column)


def _texts(shape: Json) -> list[Json]:
    shapes = (shape, *shape.get("anyOf", ()))
    return [one for one in shapes if one.get("type") == "string" and "enum" not in one]


def in_ecma(found: Any) -> None:
    """Patterns as JSON Schema has them: pydantic's are of Rust."""
    if isinstance(found, dict):
        if isinstance(pattern := found.get("pattern"), str):
            found["pattern"] = pattern.replace(r"\A", "^").replace(r"\z", "$")
        for inner in found.values():
            in_ecma(inner)
    elif isinstance(found, list):
        for inner in found:
            in_ecma(inner)


def lead_on(paths: Json) -> None:
    """OpenAPI links: from what is made or listed to what can be asked about it, or made for it."""
    for collection, operations in paths.items():
        begins = f"{collection}/{{"
        onward = {path: paths[path] for path in paths if path.startswith(begins)}
        for method, operation in operations.items():
            row = "/items/0" if method == "get" else ""
            links = _links(onward, collection, row)
            for status in ("200", "201"):
                if links and status in operation["responses"] and "{" not in collection:
                    operation["responses"][status]["links"] = links
                    if collection.endswith("/partnerships"):
                        links |= _for_partnership(paths, f"$response.body#{row}/id")


def _for_partnership(paths: Json, expression: str) -> Json:
    made = [operations["post"] for path, operations in paths.items() if path.endswith(FOR_ONE)]
    return {
        operation["operationId"]: {
            "operationId": operation["operationId"],
            "requestBody": {"partnership": expression},
        }
        for operation in made
    }


def _links(onward: Json, collection: str, row: str) -> Json:
    links = {}
    for path, operations in onward.items():
        parameter = path.removeprefix(f"{collection}/{{").partition("}")[0]
        column = "id" if parameter.endswith("_id") else parameter
        for operation in operations.values():
            links[operation["operationId"]] = {
                "operationId": operation["operationId"],
                "parameters": {parameter: f"$response.body#{row}/{column}"},
            }
    return links
