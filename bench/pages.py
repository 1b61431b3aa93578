"""How long the server takes for each page of an installation: `python -m bench.pages --data …`.

Every page that a brand's owner and a partner come to by following links is asked for, a few of
each kind, in one process without a network: what is measured is Handsel with its database. Run it
on a folder that nothing else works on; its data is read and not changed, but for a session.
"""

import argparse
import logging
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bench.client import quantile

if TYPE_CHECKING:
    from django.test import Client

    from handsel.organizations.models import Member

HREF = re.compile(r'href="([^"#]+)')
STARTS = {"console": "/console/", "portal": "/portal/"}
LIMIT_MS = 150.0
# What turns pages or rows makes no other kind of page.
LOOKS = frozenset(["after", "before", "page", "sort"])
# So many addresses of one kind of page, and no more pages altogether.
SAMPLES, PAGES_MAX = 3, 400


@dataclass
class Page:
    """One kind of page. `statements` is the most that one of them asked the database for."""

    view: str
    urls: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    statements: int = 0


def main() -> None:
    asked = _asked()
    with ExitStack() as stack:
        _connect(stack, asked.data)
        pages: list[Page] = []
        for area, start in STARTS.items():
            client = _signed_in(area, asked.email)
            if client is not None:
                pages += measured(client, start, asked.rounds)
    _print(pages)
    slow = [page for page in pages if quantile(page.took_ms, 0.95) > LIMIT_MS]
    raise SystemExit(1 if slow else 0)


def measured(client: "Client", start: str, rounds: int) -> list[Page]:
    """Each kind of page that links lead to from the start, its addresses asked for in turn."""
    pages = found(client, start)
    for _ in range(rounds):
        for page in pages:
            for url in page.urls:
                took_ms, statements, _links = _ask(client, url)
                page.took_ms.append(took_ms)
                page.statements = max(page.statements, statements)
    return pages


def found(client: "Client", start: str) -> list[Page]:
    """Follow links, the nearest first; of each kind of page so many addresses."""
    pages: dict[str, Page] = {}
    seen, waiting = {start}, [start]
    while waiting and sum(len(page.urls) for page in pages.values()) < PAGES_MAX:
        url = waiting.pop(0)
        view = _view_of(url)
        page = pages.get(view) or Page(view)
        if not view or len(page.urls) >= SAMPLES:
            continue
        _took_ms, _statements, links = _ask(client, url)
        if links is None:
            continue
        page.urls.append(url)
        pages[view] = page
        fresh = [link for link in links if link.startswith(start) and link not in seen]
        seen.update(fresh)
        waiting += fresh
    return list(pages.values())


def _ask(client: "Client", url: str) -> tuple[float, int, list[str] | None]:
    """Milliseconds, statements, and the links of the page; no links where it is none."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as statements:
        began = time.perf_counter()
        response = client.get(url)
        took_ms = (time.perf_counter() - began) * 1000
    if response.status_code != 200:
        return took_ms, len(statements), None
    links: list[str] = []
    if response["Content-Type"].startswith("text/html"):
        html = response.content.decode()
        links = [urljoin(url, link.replace("&amp;", "&")) for link in HREF.findall(html)]
    return took_ms, len(statements), links


def _view_of(url: str) -> str:
    """The name of what answers an address, with the names of what narrows it; empty for none."""
    from django.urls import Resolver404, resolve

    parts = urlsplit(url)
    try:
        name = resolve(parts.path).view_name
    except Resolver404:
        return ""
    said = {pair.partition("=")[0] for pair in parts.query.split("&") if pair}
    narrowed = sorted(said - LOOKS)
    return f"{name}?{'&'.join(narrowed)}" if narrowed else name


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of an installation")
    parser.add_argument("--rounds", type=int, default=5, help="how often each address is asked for")
    parser.add_argument("--email", default="", help="who looks at the console; else an owner")
    return parser.parse_args()


def _connect(stack: ExitStack, data: Path) -> None:
    """The folder's database, and Django as `handsel web` has it."""
    os.environ |= {"HANDSEL_DATA": str(data)}
    from handsel.config.supervisor.database import database
    from handsel.config.supervisor.migrations import migrate
    from handsel.environment import environment

    urls = stack.enter_context(database(environment()))
    migrate(urls)
    os.environ |= {
        "HANDSEL_DATABASE_URL": urls.app,
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    environment.cache_clear()
    import django

    django.setup()
    from django.conf import settings
    from django.db import connections

    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.WARNING)
    stack.callback(connections.close_all)


def _signed_in(area: str, email: str) -> "Client | None":
    """A client of somebody who has most to see there; None where there is nobody."""
    from django.test import Client

    from handsel.rows.scope import as_system

    with as_system():
        member = _member(area, email)
        if member is None:
            return None
        client = Client()
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["organization_id"] = member.organization_id
        session.save()
        return client


def _member(area: str, email: str) -> "Member | None":
    from django.db.models import Count

    from handsel.organizations.models import Member
    from handsel.partnerships.models import Partnership

    people = Member.objects.filter(disabled_at=None).select_related("user")
    side = "brand" if area == "console" else "partner"
    busy = Partnership.objects.values_list(side).annotate(earned=Count("commissions"))
    for organization, _earned in busy.order_by("-earned"):
        mine = people.filter(organization=organization)
        if area == "console" and email:
            mine = mine.filter(user__email=email)
        if member := mine.order_by("created_at").first():
            return member
    return None


def _rows(pages: list[Page]) -> Iterator[tuple[str, ...]]:
    by_time = sorted(pages, key=lambda page: -quantile(page.took_ms, 0.95))
    for page in by_time:
        p50, p95 = quantile(page.took_ms, 0.5), quantile(page.took_ms, 0.95)
        times = (f"{ms:.0f}" for ms in (min(page.took_ms), p50, p95))
        yield page.view, *times, str(page.statements), str(len(page.took_ms))


def _print(pages: list[Page]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("page", "least ms", "p50 ms", "p95 ms", "statements", "asked")
    for row in _rows(pages):
        table.add_row(*row)
    Console().print(table)
    everything: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        everything["all"] += page.took_ms
    if everything["all"]:
        p95 = quantile(everything["all"], 0.95)
        print(f"{len(pages)} kinds of pages; 95 of 100 answers within {p95:.0f} ms.")


if __name__ == "__main__":
    main()
