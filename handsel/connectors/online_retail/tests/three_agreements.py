"""Three agreements that differ in what agreements can differ in, for twelve partners."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from handsel.connectors.online_retail.importing import BEGAN_AT
from handsel.connectors.online_retail.orders import SHOP_TIME, Line
from handsel.connectors.online_retail.touches import PARTNERS
from handsel.engine.terms import Terms, read
from handsel.links.joining import add_partner
from handsel.organizations.models import Organization
from handsel.partnerships.versions import last_version, next_version
from handsel.programs.models import Program
from handsel.programs.services import create_group, create_program

# 8 % of goods, then 9.5 % with a shorter window: a change in the middle of a month.
CHANGED_AT = datetime(2010, 12, 8, 12, tzinfo=UTC)
PLAIN = """{"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 80000}]}"""
PLAIN_LATER = """{
    "currency": "EUR", "attribution": {"window_days": 20},
    "pay": [{"kind": "percent", "rate_ppm": 95000}]
}"""

# Rates by article, category and customer; the rest by volume, the reached rate for the whole month.
SHELVES = """{
    "currency": "EUR", "attribution": {"window_days": 14}, "time_zone": "Europe/London",
    "pay": [
        {"kind": "percent", "rate_ppm": 60000,
         "tiers": {"period": "month", "mode": "retroactive", "steps": [
            {"start": 200000, "rate_ppm": 70000}, {"start": 2000000, "rate_ppm": 82500}]}},
        {"kind": "percent", "rate_ppm": 121000, "when": {"categories": ["cards", "lights"]}},
        {"kind": "percent", "rate_ppm": 143000,
         "when": {"categories": ["cards"], "customer": "new"}},
        {"kind": "percent", "rate_ppm": 77700, "when": {"customer": "new"}},
        {"kind": "percent", "rate_ppm": 200000, "when": {"skus": ["85123A", "47566", "21212"]}},
        {"kind": "fixed", "amount_minor": 300, "currency": "EUR", "when": {"customer": "new"}}
    ]
}"""

# Each step pays its own part; shipping counts; some articles earn nothing, bags a little each;
# orders and months have their bounds; a click comes before a code.
BOUNDED = """{
    "currency": "EUR",
    "attribution": {"window_days": 45, "code_precedence": "click_before_code",
                    "precedence": ["sku", "customer", "click", "code", "lifetime"]},
    "basis": {"with_shipping": true},
    "pay": [
        {"kind": "percent", "rate_ppm": 41500,
         "tiers": {"period": "month", "mode": "marginal", "steps": [
            {"start": 150000, "rate_ppm": 62300}, {"start": 1500000, "rate_ppm": 90000}]}},
        {"kind": "excluded", "when": {"skus": ["22423", "M", "85099B"]}},
        {"kind": "fixed", "amount_minor": 3, "currency": "EUR", "per": "item",
         "when": {"categories": ["bags"]}}
    ],
    "floors": [{"per": "order", "amount_minor": 150, "currency": "EUR"}],
    "caps": [{"per": "order", "amount_minor": 6000, "currency": "EUR"},
             {"per": "partner", "period": "month", "amount_minor": 250000, "currency": "EUR"}]
}"""

KINDS = {"plain": PLAIN, "shelves": SHELVES, "bounded": BOUNDED}
ZONES = {"plain": ZoneInfo("UTC"), "shelves": SHOP_TIME, "bounded": ZoneInfo("UTC")}


def category_of(line: Line) -> str:
    """The data set has no categories: the first of these words in the article's name is taken."""
    words = {"CARD": "cards", "BAG": "bags", "LIGHT": "lights"}
    return next((words[word] for word in words if word in line.name), "")


def agreed(turn: int) -> dict[str, str]:
    """Which agreement each partner has; with three turns every partner has had every one."""
    kinds = list(KINDS)
    return {partner.slug: kinds[(place + turn) % 3] for place, partner in enumerate(PARTNERS)}


@transaction.atomic
def start_program(brand: Organization, kinds: dict[str, str]) -> Program:
    """The shop's program with three groups, and the twelve partners in theirs."""
    program = create_program(
        brand, name="Three agreements", site_url="https://shop.example", terms=read(PLAIN),
        group_name="plain", actor=None,
    )  # fmt: skip
    groups = {"plain": program.groups.get()}
    for kind in ("shelves", "bounded"):
        groups[kind] = create_group(program, name=kind, terms=read(KINDS[kind]), actor=None)
    for partner in PARTNERS:
        partnership = add_partner(
            program, name=partner.name, kind=partner.kind, slug=partner.slug, code=partner.code,
            group=groups[kinds[partner.slug]], actor=None, valid_from=BEGAN_AT,
        )  # fmt: skip
        if kinds[partner.slug] == "plain":
            later: Terms = read(PLAIN_LATER)
            next_version(last_version(partnership), later, valid_from=CHANGED_AT)
    return program
