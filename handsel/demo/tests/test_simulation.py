"""What is invented is invented the same way each time, and looks like life."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from handsel.clicks.agents import agent_of
from handsel.clicks.quality import verdict
from handsel.demo.calendar import Calendar
from handsel.demo.networks import COUNTRIES, country_of, network_in
from handsel.demo.partners import partner_called, partners
from handsel.demo.shop import events, invoices
from handsel.demo.touches import OWN_PURCHASES, SECONDS_AFTER, Simulation
from handsel.demo.traffic import FLOOD, Click, Place, Recorder, clicks
from handsel.tracking.click_id import read
from handsel.tracking.links import read_link

KEY = bytes(32)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CALENDAR = Calendar.ending(NOW)
PLACES = {
    partner.slug_of(post): Place(number, "prg", "")
    for partner in partners()
    for number, post in enumerate(partner.links, start=100 * partners().index(partner))
}


@pytest.fixture(scope="module")
def told():
    return invoices(CALENDAR)


@pytest.fixture(scope="module")
def touches(told):
    return Simulation(CALENDAR, seed=3).touches(told)


@pytest.fixture(scope="module")
def visits(touches):
    return clicks(touches, CALENDAR, total=40_000, seed=3)


def test_the_same_seed_tells_the_same_story(told, touches):
    assert Simulation(CALENDAR, seed=3).touches(told) == touches
    assert Simulation(CALENDAR, seed=4).touches(told) != touches


def test_nothing_lies_in_the_future_or_before_its_link(told, touches, visits):
    made = {
        partner.slug_of(post): partner.made_at(post, CALENDAR)
        for partner in partners()
        for post in partner.links
    }

    assert max(at for at, _ in events(told, {})) <= NOW
    assert all(made[touch.link] < touch.at for touch in touches if touch.link)
    assert all(made[c.link].timestamp() * 1000 <= c.at_ms <= NOW.timestamp() * 1000 for c in visits)


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_the_last_order_was_made_just_now_whenever_it_is_loaded(hour):
    now = NOW.replace(hour=hour)
    last = invoices(Calendar.ending(now))[-1].occurred_at

    assert timedelta(minutes=9) < now - last < timedelta(hours=12)


def test_there_is_something_to_look_into(touches, visits):
    orders = {touch.order: touch for touch in touches}
    sudden = [t for t in touches if t.partner == SECONDS_AFTER and t.link]
    own = Counter(touch.partner for touch in orders.values())[OWN_PURCHASES]

    assert partner_called(FLOOD).weight == 0
    assert sum(visit.link == FLOOD for visit in visits) > 4_000
    assert len(sudden) > 50
    assert own >= 7


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_network_lies_in_its_country(country):
    chance = random.Random(country)

    assert {country_of(network_in(country, chance)) for _ in range(200)} == {country}


def test_a_buyer_clicks_from_where_the_order_goes(visits):
    bought = [visit for visit in visits if visit.order and visit.order != "flood"][:50]
    recorder = Recorder(KEY, PLACES, 3, {visit.order: "NO" for visit in bought})

    assert {country_of(recorder.body(visit)["ip"]) for visit in bought} == {"NO"}


def test_visitors_of_a_split_are_shared_out_until_it_is_won(visits):
    page = "https://shop.example/"
    said = {
        "number": 7,
        "slug": FLOOD,
        "url": page,
        "domains": ["shop.example"],
        "split": {"variants": [{"name": n, "url": f"{page}{n}", "weight": 1} for n in "ab"]},
    }
    since, won = (int(CALENDAR.before_end(days).timestamp() * 1000) for days in (12, 4))
    place = Place(7, "prg", "", read_link(json.dumps(said)), since, won, "b")
    slug = Counter(v.link for v in visits if not v.order).most_common(1)[0][0]
    recorder = Recorder(KEY, PLACES | {slug: place}, seed=3)

    def chosen(first, last):
        got = [recorder.body(Click(at_ms, slug, "")).get("dest") for at_ms in range(first, last)]
        return Counter(dest and dest["variant"] for dest in got)

    assert set(chosen(since - 90, since)) == {None}
    assert set(chosen(since, since + 90)) == {"a", "b"}
    assert set(chosen(won, won + 90)) == {"b"}


def test_a_click_says_what_tracking_would_say_of_it(visits):
    recorder = Recorder(KEY, PLACES, seed=3)
    some = visits[::40]

    said = [recorder.body(visit) for visit in some]

    proven = [parts and parts.clicked_at_ms for parts in (read(KEY, c["id"]) for c in said)]
    assert proven == [visit.at_ms for visit in some]
    filtered = Counter(verdict(fetch=click["fetch"], agent=agent_of(click["ua"])) for click in said)
    assert 0.01 < filtered["bot"] / len(said) < 0.05
    assert 0.01 < filtered["preview"] / len(said) < 0.05
    assert filtered["prefetch"] > 0
