"""Where a link leads, as values: what the columns `schedule`, `rules`, `split`, `utm` and `subs`
hold, and a change of them. `tracking.routing`, which acts on them, says how they work together.
"""

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter

from handsel.engine.values import Moment, Value

ENTRIES_MAX = 20
VARIANTS_MAX = 6
VARIANT_NAMES = "abcdef"
SUBS = ("s1", "s2", "s3", "s4", "s5")
# What only a brand may change, unless it lets its partners.
ROUTING = frozenset({"schedule", "rules", "split", "fallback_url"})


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("Input should be one line of text without control characters")
    return text


Device = Literal["phone", "tablet", "computer"]
Sub = Literal["s1", "s2", "s3", "s4", "s5"]
Country = Annotated[str, StringConstraints(pattern=r"\A[A-Z]{2}\z")]
Language = Annotated[str, StringConstraints(pattern=r"\A[a-z]{2,3}\z")]
Url = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_plain)
]
SubId = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)]
Parameter = Annotated[str, StringConstraints(pattern=r"\A[A-Za-z][A-Za-z0-9_.-]{0,39}\z")]
Template = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Scheduled(Value):
    """From a moment on everybody goes to `url`; without one, where they went without a schedule."""

    at: Moment
    url: Url = ""


class Rule(Value):
    """Visitors of whom all lists hold that are not empty go to `url`. ISO 3166-1 countries, and
    languages by their first part (`nb`, `sv`)."""

    url: Url
    countries: tuple[Country, ...] = Field((), max_length=250)
    devices: tuple[Device, ...] = Field((), max_length=3)
    languages: tuple[Language, ...] = Field((), max_length=50)


class VariantWish(Value):
    url: Url
    weight: int = Field(1, ge=1, le=1000)


class SplitWish(Value):
    """Visitors are shared out among `variants` by weight. Where it `decides`, the better one gets
    all of them once the difference is beyond doubt."""

    variants: tuple[VariantWish, ...] = Field(min_length=2, max_length=VARIANTS_MAX)
    decides: bool = True


class Variant(VariantWish):
    name: str


class Split(Value):
    """A split as it runs: since when, and how it came out. Without a winner it goes on."""

    variants: tuple[Variant, ...]
    decides: bool
    started_at: Moment
    winner: str | None = None
    decided_at: Moment | None = None

    @property
    def wish(self) -> SplitWish:
        variants = tuple(VariantWish(url=one.url, weight=one.weight) for one in self.variants)
        return SplitWish(variants=variants, decides=self.decides)


class LinkChange(Value):
    """What is to be different about a link; what is not named stays as it is."""

    name: Line = ""
    url: Url = ""
    expires_at: Moment | None = None
    fallback_url: Url = ""
    schedule: tuple[Scheduled, ...] = Field((), max_length=ENTRIES_MAX)
    rules: tuple[Rule, ...] = Field((), max_length=ENTRIES_MAX)
    split: SplitWish | None = None
    utm: dict[Parameter, Template] = Field({}, max_length=10)
    subs: dict[Sub, SubId] = {}
    disabled: bool = False

    @property
    def named(self) -> frozenset[str]:
        return frozenset(self.model_fields_set)


_SCHEDULE = TypeAdapter(tuple[Scheduled, ...])
_RULES = TypeAdapter(tuple[Rule, ...])


def read_schedule(column: object) -> tuple[Scheduled, ...]:
    return _SCHEDULE.validate_json(json.dumps(column))


def read_rules(column: object) -> tuple[Rule, ...]:
    return _RULES.validate_json(json.dumps(column))


def read_split(column: object) -> Split | None:
    return Split.model_validate_json(json.dumps(column)) if column else None
