import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from random import Random

import pytest

from handsel.tracking.links.link import Link, read_link
from handsel.tracking.routing import Choice, Dest, choose
from handsel.tracking.subs import subs_of

SHOP = "https://shop.example"
NOON_MS = 1_795_176_000_000  # 2026-11-20T12:00:00Z
HOUR_MS = 3_600_000


def _unasked() -> str:
    raise AssertionError("nobody needed to know")


@dataclass
class Visit:
    at_ms: int = NOON_MS
    visitor: str = "v1"
    language: str = ""
    subs: Mapping[str, str] = field(default_factory=dict)
    target: str | None = None
    country: Callable[[], str] = _unasked
    device: Callable[[], str] = _unasked


def link(**fields: object) -> Link:
    payload = {"number": 7, "slug": "ben", "url": f"{SHOP}/start", "domains": ["shop.example"]}
    return read_link(json.dumps(payload | fields))


def chosen(where: Link, visit: Visit) -> Choice:
    choice = choose(where, visit)
    assert choice is not None
    return choice


def went(where: Link, visit: Visit) -> tuple[str, Dest | None]:
    choice = chosen(where, visit)
    return choice.url.removeprefix(SHOP), choice.dest


def rule(url: str, **when: list[str]) -> dict[str, object]:
    return {"url": SHOP + url, **when}


def split(*weights: int, winner: str | None = None) -> dict[str, object]:
    variants = [
        {"name": name, "weight": weight, "url": f"{SHOP}/{name}"}
        for name, weight in zip("abcdef", weights, strict=False)
    ]
    return {"variants": variants, "winner": winner}


def test_a_plain_link_has_nothing_to_choose() -> None:
    assert link().routing is None
    assert link(rules=[], split=None, schedule=[], utm={}, ends_ms=None).routing is None


RULES = [
    rule("/se/app", countries=["SE"], devices=["phone"]),
    rule("/se", countries=["SE", "FI"]),
    rule("/norsk", languages=["nb", "no"]),
    rule("/tablet", devices=["tablet"]),
]

ROUTED = [
    ("SE", "phone", "en", "/se/app", {"rule": 1}),
    ("SE", "computer", "nb", "/se", {"rule": 2}),
    ("FI", "phone", "", "/se", {"rule": 2}),
    ("DE", "phone", "nb-NO,nb;q=0.9,en;q=0.5", "/norsk", {"rule": 3}),
    ("", "tablet", "de,nb;q=0.5", "/tablet", {"rule": 4}),
    ("DE", "computer", "de", "/start", None),
]


@pytest.mark.parametrize(("country", "device", "language", "url", "dest"), ROUTED)
def test_the_first_rule_that_holds_decides(
    country: str, device: str, language: str, url: str, dest: Dest | None
) -> None:
    visit = Visit(country=lambda: country, device=lambda: device, language=language)

    assert went(link(rules=RULES), visit) == (url, dest)


def test_nobody_looks_a_country_up_unless_a_rule_asks() -> None:
    assert went(link(rules=[rule("/sv", languages=["sv"])]), Visit(language="sv")) == (
        "/sv",
        {"rule": 1},
    )


def test_the_schedule_goes_before_the_rules_until_it_says_nothing() -> None:
    sale = link(
        rules=[rule("/everyone")],
        schedule=[
            {"at": "2026-11-20T12:00:00Z", "url": f"{SHOP}/sale"},
            {"at": "2026-11-20T14:00:00Z", "url": ""},
            {"at": "2026-11-20T13:00:00+00:00", "url": f"{SHOP}/last-hour"},
        ],
    )

    seen = [went(sale, Visit(at_ms=at)) for at in (NOON_MS - 1, NOON_MS, NOON_MS + HOUR_MS)]
    assert seen == [("/everyone", {"rule": 1}), ("/sale", None), ("/last-hour", None)]
    assert went(sale, Visit(at_ms=NOON_MS + 2 * HOUR_MS)) == ("/everyone", {"rule": 1})


def test_a_link_that_is_over_has_no_address() -> None:
    over = link(ends_ms=NOON_MS, schedule=[{"at": "2026-01-01T00:00:00Z", "url": f"{SHOP}/x"}])

    assert choose(over, Visit(at_ms=NOON_MS)) is None
    assert choose(over, Visit(at_ms=NOON_MS, target=f"{SHOP}/hats")) is None
    assert went(over, Visit(at_ms=NOON_MS - 1)) == ("/x", None)


def test_a_page_that_was_asked_for_goes_before_rules() -> None:
    where = link(rules=[rule("/everyone")], utm={"utm_source": "{partner}"}, partner_name="Ben")

    assert went(where, Visit(target=f"{SHOP}/hats")) == ("/hats?utm_source=ben", None)


def test_a_visitor_sees_one_variant_all_day() -> None:
    where = link(split=split(1, 1, 1))

    for n in range(200):
        once = went(where, Visit(visitor=f"v{n}", at_ms=NOON_MS))
        assert went(where, Visit(visitor=f"v{n}", at_ms=NOON_MS + HOUR_MS)) == once


@pytest.mark.parametrize("weights", [(1, 1), (90, 10), (5, 3, 2), (1, 0, 1)])
def test_variants_are_seen_by_weight(weights: tuple[int, ...]) -> None:
    """Chi-square over 20,000 visitors with fixed keys; 13.8 is exceeded once in a thousand."""
    where, total = link(split=split(*weights)), 20_000
    seen = dict.fromkeys("abc", 0)
    for n in range(total):
        dest = chosen(where, Visit(visitor=f"visitor-{n}")).dest
        assert dest is not None
        seen[str(dest["variant"])] += 1

    expected = {
        name: total * w / sum(weights) for name, w in zip("abc", weights, strict=False) if w
    }
    assert all(seen[name] == 0 for name in seen.keys() - expected.keys())
    assert sum((seen[name] - e) ** 2 / e for name, e in expected.items()) < 13.8


def test_variants_of_two_links_are_drawn_on_their_own() -> None:
    one, other = link(number=7, split=split(1, 1)), link(number=8, split=split(1, 1))
    same = sum(
        chosen(one, Visit(visitor=f"v{n}")).dest == chosen(other, Visit(visitor=f"v{n}")).dest
        for n in range(10_000)
    )

    assert 4_800 < same < 5_200


def test_visitors_nobody_can_tell_apart_are_spread() -> None:
    where = link(split=split(1, 1))
    seen = [chosen(where, Visit(visitor="", at_ms=NOON_MS + n)).url for n in range(1_000)]

    assert 400 < seen.count(f"{SHOP}/a") < 600


def test_a_decided_split_leads_to_its_winner_only() -> None:
    where = link(split=split(9, 1, winner="b"))

    assert {went(where, Visit(visitor=f"v{n}"))[0] for n in range(50)} == {"/b"}


def test_tags_are_filled_in() -> None:
    where = link(
        slug="bens-pick",
        partner_name="Ben's Blog",
        program_slug="acme",
        utm={"utm_source": "{partner}", "utm_campaign": "{program}_{slug}", "utm_medium": "x & y"},
    )

    assert went(where, Visit())[0] == (
        "/start?utm_source=ben-s-blog&utm_medium=x%20%26%20y&utm_campaign=acme_bens-pick"
    )


def test_a_tag_never_overwrites_what_the_address_says() -> None:
    where = link(url=f"{SHOP}/?utm%5Fsource=own#top", utm={"utm_source": "x", "utm_medium": "y"})

    assert went(where, Visit())[0] == "/?utm%5Fsource=own&utm_medium=y#top"


def test_a_tag_carries_the_visits_sub_id_and_is_left_out_without_one() -> None:
    where = link(utm={"utm_content": "{sub1}", "utm_medium": "aff"}, rules=[rule("/all")])

    assert went(where, Visit(subs={"s1": "a&b=c"}))[0] == (
        "/all?utm_medium=aff&utm_content=a%26b%3Dc"
    )
    assert went(where, Visit())[0] == "/all?utm_medium=aff"


def test_the_click_id_stands_where_an_address_is_cut() -> None:
    where = link(url=f"{SHOP}/#top", utm={"utm_content": "{sub1}"})
    choice = chosen(where, Visit(subs={"s1": "x"}))

    assert choice.head + "ID" + choice.tail == f"{SHOP}/?utm_content=x&hs_click=ID#top"


def test_a_destination_no_browser_could_follow_is_as_if_it_were_not_there() -> None:
    where = link(rules=[{"url": "https://shop.example\\@evil.example"}], split={"variants": []})

    assert where.routing is None


def test_a_destination_on_a_domain_that_was_taken_away_is_as_if_it_were_not_there() -> None:
    where = link(rules=[{"url": "https://old.example/"}, rule("/all")])

    assert went(where, Visit()) == ("/all", {"rule": 2})


def test_the_number_of_a_rule_stays_when_one_before_it_cannot_be_followed() -> None:
    where = link(rules=[{"url": "nowhere"}, rule("/all")])

    assert went(where, Visit()) == ("/all", {"rule": 2})


def test_the_address_says_more_than_the_link_about_sub_ids() -> None:
    own = {"s1": "qr", "s2": "poster"}

    assert subs_of({}, own) == own
    assert subs_of({"sub1": "story"}, own) == {"s1": "story", "s2": "poster"}
    assert subs_of({"s1": "", "subid": "x" * 300}, own)["s1"] == "x" * 100


def test_whatever_is_drawn_leads_to_one_of_the_links_addresses() -> None:
    random = Random(4)
    where = link(rules=RULES, split=split(3, 2), utm={"utm_source": "{slug}"})
    known = {"/se/app", "/se", "/norsk", "/tablet", "/a", "/b"}
    for _ in range(2_000):
        country, device = random.choice(["SE", "FI", "DE", ""]), random.choice(["phone", "tablet"])
        visit = Visit(
            visitor=str(random.random()),
            country=partial(str, country),
            device=partial(str, device),
            language=random.choice(["nb", "sv", ""]),
        )
        assert went(where, visit)[0].removesuffix("?utm_source=ben") in known
