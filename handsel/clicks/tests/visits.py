"""Clicks and impressions as they stand after they have arrived, for tests of what reads them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import F

from handsel.clicks.models import (
    Click,
    ClickDay,
    ClickHour,
    ClickPlace,
    ClickSub,
    ClickSubTotal,
    ClickTotal,
    Impression,
)
from handsel.clicks.services import make_partitions
from handsel.environment import environment
from handsel.links.models import Link
from handsel.tracking import click_id
from handsel.tracking.keys import load_keys
from handsel.tracking.subs import SUBS

COMPUTER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def click_through(link: Link, at: datetime, **said: Any) -> Click:
    """A click that has arrived 0.4 s after it happened, and is counted unless `counts` says no."""
    key = load_keys(environment().keys_dir).click
    columns = {
        "click_id": click_id.mint(key, link.number, int(at.timestamp() * 1000)),
        "clicked_at": at,
        "language": "sv",
        "subs": {},
        "fetch_metadata": {"mode": "navigate"},
        "destination": "",
        "destination_choice": "",
        "came_by": "link",
        "filtered_reason": None,
        "counts": True,
        "may_attribute": True,
        **_of_visit(link, at),
        **said,
    }
    click = Click.objects.create(**columns)
    _count_click(link, click)
    return click


def show(link: Link, at: datetime, number: int = 1, **said: Any) -> Impression:
    columns = {
        "impression_id": f"{number:024x}",
        "shown_at": at,
        "filtered_reason": None,
        "counts": True,
        **_of_visit(link, at),
        **said,
    }
    count_clicks(link, at.astimezone(UTC).date(), impressions=1)
    return Impression.objects.create(**columns)


def _of_visit(link: Link, at: datetime) -> dict[str, Any]:
    make_partitions([at.astimezone(UTC).date()])
    return {
        "recorded_at": at + timedelta(milliseconds=400),
        **_whose(link),
        "visitor": "a-visitor-of-today",
        "ip": "192.0.2.0",
        "user_agent": COMPUTER,
        "referrer": "https://blog.example/wool",
        "country": "NO",
        "device": "computer",
        "browser": "Firefox",
        "system": "Linux",
    }


def _whose(link: Link) -> dict[str, Any]:
    return {
        "brand_id": link.brand_id,
        "partner_id": link.partner_id,
        "program_id": link.program_id,
        "partnership_id": link.partnership_id,
        "link_id": link.pk,
    }


def count_clicks(link: Link, day: date, **more: int) -> None:
    """Add to the rollups of a day what so many `clicks`, `filtered`, `impressions` would."""
    whose = _whose(link)
    _add(ClickDay, {"day": day, **whose}, more)
    _add(ClickTotal, {"day": day, **{k: v for k, v in whose.items() if k != "link_id"}}, more)


def sum_up_together(value: str) -> None:
    """Forget a sub-id's value, as intake does where its day has no room for another."""
    for rollup in (ClickSub, ClickSubTotal):
        rollup.objects.filter(value=value).update(value=ClickSub.OTHERS)


def _count_click(link: Link, click: Click) -> None:
    """As intake does: by day, by sub-id, and, if it counts, by hour."""
    number = {"clicks": int(click.counts), "filtered": int(not click.counts)}
    day = click.clicked_at.astimezone(UTC).date()
    count_clicks(link, day, **number)
    for sub, name in enumerate(SUBS, 1):
        if value := click.subs.get(name):
            said = {"day": day, **_whose(link), "sub": sub, "value": value}
            _add(ClickSub, said, number)
            _add(ClickSubTotal, {k: v for k, v in said.items() if k != "link_id"}, number)
    if click.counts:
        hour = click.clicked_at.replace(minute=0, second=0, microsecond=0)
        whose = {"brand_id": link.brand_id, "program_id": link.program_id}
        what = {"country": click.country, "device": click.device}
        _add(ClickHour, {"hour": hour, **whose, **what}, {"clicks": 1})
        _add(ClickPlace, {"day": day, **whose, **what}, {"clicks": 1})


def _add(rollup: Any, key: dict[str, Any], more: dict[str, int]) -> None:
    row, _new = rollup.objects.get_or_create(**key)
    rollup.objects.filter(pk=row.pk).update(**{name: F(name) + n for name, n in more.items()})
