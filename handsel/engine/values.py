"""What every value of the engine is: frozen, strict, closed, with one canonical form in bytes."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from handsel.engine.money import is_currency
from handsel.errors import InvalidInput

# Whole numbers that every JSON reader can hold, and a PostgreSQL bigint too.
AMOUNT_MINOR_MAX = 2**53 - 1


class Value(BaseModel):
    """Equal when its fields are; refuses unknown fields, floats for integers, naive times."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Malformed(InvalidInput):
    """The input does not have the documented shape."""


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside the years 1 to 9999 in UTC") from None


def _known(currency: str) -> str:
    if not is_currency(currency):
        raise ValueError("not the ISO 4217 code of a currency in use")
    return currency


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
Currency = Annotated[str, AfterValidator(_known)]
Amount = Annotated[int, Field(ge=-AMOUNT_MINOR_MAX, le=AMOUNT_MINOR_MAX)]
Id = Annotated[str, Field(min_length=1, max_length=200)]
Hash = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
Salt = Annotated[str, Field(pattern=r"\A[0-9a-f]{32,64}\z")]

ParamValue = bool | int | str | tuple[str, ...] | None


class Step(Value):
    """One sentence of an explanation, before it is worded: a code and what fills its blanks."""

    code: str
    params: Mapping[str, ParamValue] = {}


V = TypeVar("V", bound=Value)


def parse(model: type[V], data: bytes | str) -> V:
    """The value that JSON text describes; Malformed, with the dotted field, when it does not."""
    try:
        return model.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        # Only what is JSON at all has members that could be at fault.
        field = member_path(first["loc"], json.loads(data)) if first["loc"] else ""
        message = f"{field or 'The file'}: {first['msg'].removeprefix('Value error, ')}."
        raise Malformed(message, field=field, params={"kind": first["type"]}) from None


def parse_written(model: type[V], data: bytes | str) -> V:
    """As `parse`, of what people write: a member that stands twice in one object, of which readers
    would take this one or that, is refused, too."""
    value = parse(model, data)
    json.loads(data, object_pairs_hook=once_each)
    return value


def once_each(members: Sequence[tuple[str, object]]) -> dict[str, object]:
    """The members of a JSON object; Malformed where one of them stands twice.

    >>> once_each([("rate_ppm", 1), ("rate_ppm", 2)])
    Traceback (most recent call last):
    ...
    handsel.engine.values.Malformed: rate_ppm stands twice in one object.
    """
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _value in members]
        twice = next(name for name in names if names.count(name) > 1)
        raise Malformed(
            f"{twice} stands twice in one object.",
            field=twice,
            remedy="Keep one of the two.",
            params={"kind": "twice"},
        )
    return found


def member_path(loc: Sequence[int | str], data: object) -> str:
    """The dotted path of a member of JSON data, without the marks that pydantic sets where kinds
    part.

    >>> member_path(("pay", 0, "percent", "rate_ppm"), {"pay": [{"kind": "percent"}]})
    'pay.0.rate_ppm'
    """
    parts: list[str] = []
    for place, part in enumerate(loc):
        if isinstance(data, list) and isinstance(part, int):
            data = data[part] if part < len(data) else None
        elif isinstance(data, dict) and isinstance(part, str):
            is_last = place == len(loc) - 1
            is_mark = part == data.get("kind") or not is_last or not part.isidentifier()
            if part not in data and is_mark:
                continue
            data = data.get(part)
        elif isinstance(part, str):
            # A mark of an alternative, as of a number or an object, and no member.
            continue
        parts.append(str(part))
    return ".".join(parts)


def moment_text(at: datetime) -> str:
    """A moment as every file of ours writes it.

    >>> moment_text(datetime(2026, 9, 12, 13, 31, 8, tzinfo=UTC))
    '2026-09-12T13:31:08Z'
    """
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def canonical_json(data: object) -> bytes:
    """The one spelling of a JSON value: sorted keys, no spaces, UTF-8, whole numbers in full.

    The JSON Canonicalization Scheme (RFC 8785), narrowed: no floating-point numbers, and names in
    ASCII, so that sorting needs no rule of its own. Whole numbers are exact at any size.

        >>> canonical_json({"b": 1, "a": ["é", None]}).decode()
        '{"a":["é",null],"b":1}'

    Raises ValueError for a float or a name outside ASCII.
    """
    _refuse_uncanonical(data)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


_PLAIN = frozenset({str, int, bool, type(None)})


def _refuse_uncanonical(data: object) -> None:
    """Looks into what holds others only: most members of a long order are plain values."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        members: Iterable[object] = ()
        if isinstance(value, dict):
            for name in value:
                if not isinstance(name, str) or not name.isascii():
                    raise ValueError(f"Not a canonical name: {name!r}")
            members = value.values()
        elif isinstance(value, (list, tuple)):
            members = value
        elif isinstance(value, float):
            raise ValueError(f"Not a whole number: {value!r}")
        waiting += [member for member in members if type(member) not in _PLAIN]


def canonical(value: Value) -> bytes:
    """A value in its one spelling, for hashing and signing."""
    return canonical_json(value.model_dump(mode="json"))


def digest(value: Value) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
