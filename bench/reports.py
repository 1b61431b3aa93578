"""Reports over fifty million clicks: a year of one program, as intake's rollups hold it.

The rollups are made in SQL from drawn numbers, the busiest link some hundred times busier than
the quietest. No report reads the rows of clicks, so none are made.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, get_args

import psycopg

from bench.client import quantile
from bench.results import Result, rounded
from bench.world import World

if TYPE_CHECKING:
    from handsel.organizations.models import Member

CLICKS = 50_000_000
DAYS = 365
PERIODS = (30, 90, 365)
ROUNDS = 5
COUNTRIES = "NO SE DK FI DE AT CH NL BE FR ES PT IT PL CZ SK HU GB IE US CA AU NZ BR MX IN JP KR"
DEVICES = ("phone", "computer", "tablet", "unknown")

# Weights by rank (Zipf), drawn anew for each day; the sum is made to fit afterwards.
_DRAW = """
CREATE TEMP TABLE drawn AS
SELECT day::date AS day, l.*, (%(a_day)s * weight / total * (0.5 + random()))::bigint AS clicks
FROM generate_series(current_date - %(days)s + 1, current_date, interval '1 day') AS day,
    (SELECT *, sum(weight) OVER () AS total FROM
        (SELECT id AS link_id, brand_id, partner_id, program_id, partnership_id,
            1.0 / (20 + row_number() OVER (ORDER BY number)) AS weight
        FROM links_link WHERE number <= %(last)s) AS w) AS l
"""
_PLACES = """
CREATE TEMP TABLE places AS
SELECT day, country, device, brand_id, program_id, clicks * c.share * d.share AS clicks
FROM (SELECT day, brand_id, program_id, sum(clicks) AS clicks FROM drawn GROUP BY 1, 2, 3) AS days,
    (SELECT country, 1.0 / n / sum(1.0 / n) OVER () AS share
        FROM unnest(%(countries)s::text[]) WITH ORDINALITY AS c (country, n)) AS c,
    (SELECT device, 1.0 / n / sum(1.0 / n) OVER () AS share
        FROM unnest(%(devices)s::text[]) WITH ORDINALITY AS d (device, n)) AS d
"""
_ROLLUPS = (
    """
    INSERT INTO clicks_clickday (day, brand_id, partner_id, program_id, partnership_id, link_id,
        clicks, filtered, impressions)
    SELECT day, brand_id, partner_id, program_id, partnership_id, link_id, clicks, clicks / 20, 0
    FROM drawn WHERE clicks > 0 ORDER BY day, partnership_id, link_id
    """,
    """
    INSERT INTO clicks_clicksub (day, brand_id, partner_id, program_id, partnership_id, link_id,
        sub, value, clicks, filtered)
    SELECT day, brand_id, partner_id, program_id, partnership_id, link_id,
        sub, value, clicks / 8, clicks / 160
    FROM drawn, unnest(ARRAY['newsletter', 'story', 'review']) AS value,
        generate_series(1, 5) AS sub
    WHERE clicks >= 80 ORDER BY day, partnership_id, sub, value, link_id
    """,
    """
    INSERT INTO clicks_clicksubtotal (day, brand_id, partner_id, program_id, partnership_id,
        sub, value, clicks, filtered)
    SELECT day, brand_id, partner_id, program_id, partnership_id, sub, value, sum(clicks),
        sum(filtered)
    FROM clicks_clicksub GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 5, 1, 6, 7
    """,
    """
    INSERT INTO clicks_clicktotal (day, brand_id, partner_id, program_id, partnership_id, clicks,
        filtered, impressions)
    SELECT day, brand_id, partner_id, program_id, partnership_id, sum(clicks), sum(clicks / 20), 0
    FROM drawn WHERE clicks > 0 GROUP BY 1, 2, 3, 4, 5 ORDER BY 5, 1
    """,
    """
    INSERT INTO clicks_clickplace (day, brand_id, program_id, country, device, clicks)
    SELECT day, brand_id, program_id, country, device, ceil(clicks) FROM places ORDER BY 3, 1
    """,
    """
    INSERT INTO clicks_clickhour (hour, brand_id, program_id, country, device, clicks)
    SELECT (day + make_interval(hours => h)) AT TIME ZONE 'UTC', brand_id, program_id, country,
        device, ceil(clicks / 24)
    FROM places, generate_series(0, 23) AS h ORDER BY 1
    """,
)


def measure(world: World) -> Iterator[Result]:
    with psycopg.connect(world.urls.owner, autocommit=True) as connection:
        clicks = _generate(connection, last=world.links[-1].number)
    took_ms = sorted(_took_ms(report) for _ in range(ROUNDS) for report in _reports(world))
    note = f"{clicks:,} clicks in a year, {len(world.links):,} links; last 30, 90 and 365 days."
    yield Result(
        name="Reports from rollups, 95 of 100 within",
        value=rounded(quantile(took_ms, 0.95)),
        unit="ms",
        goal=100,
        better="lower",
        note=note,
    )
    yield Result(
        name="Reports from rollups, the slowest",
        value=rounded(took_ms[-1]),
        unit="ms",
        better="lower",
        note=note,
    )


def _generate(connection: psycopg.Connection, *, last: int) -> int:
    """Of the links up to a number: other parts of the run have made more."""
    figures = {"a_day": CLICKS / DAYS, "days": DAYS, "last": last}
    connection.execute("SET handsel.scope = 'system'")
    connection.execute(
        "TRUNCATE clicks_clickday, clicks_clicksub, clicks_clicksubtotal, clicks_clickhour,"
        " clicks_clicktotal, clicks_clickplace"
    )
    connection.execute(_DRAW, figures)
    connection.execute(_PLACES, {"countries": COUNTRIES.split(), "devices": list(DEVICES)})
    for statement in _ROLLUPS:
        connection.execute(statement)
    connection.execute(
        "VACUUM ANALYZE clicks_clickday, clicks_clicksub, clicks_clicksubtotal, clicks_clicktotal,"
        " clicks_clickplace"
    )
    [(clicks,)] = connection.execute("SELECT sum(clicks) FROM clicks_clickday")
    return int(clicks)


def _reports(world: World) -> list[Callable[[], object]]:
    """Each group of the API's report, for the program and for its busiest partner."""
    from django.db.models import Q

    from handsel.clicks.reports import Group, click_report, knows_partnerships
    from handsel.clock import now

    member, today = _owner(world), now().date()
    program = Q(program_id=world.program.pk)
    partnership = Q(partnership_id=world.links[0].partnership_id)

    def report(group: Group, narrowed: Q, days: int) -> Callable[[], object]:
        since = today - timedelta(days=days - 1)
        return lambda: click_report(member, group, narrowed, since=since, until=today, limit=1000)

    groups: tuple[Group, ...] = get_args(Group)
    return [
        report(group, narrowed, days)
        for group in groups
        for narrowed in (
            [program, program & partnership] if knows_partnerships(group) else [program]
        )
        for days in PERIODS
    ]


def _owner(world: World) -> "Member":
    from handsel.organizations.models import Member

    return Member.objects.get(organization_id=world.program.brand_id)


def _took_ms(report: Callable[[], object]) -> float:
    began = perf_counter()
    report()
    return (perf_counter() - began) * 1000
