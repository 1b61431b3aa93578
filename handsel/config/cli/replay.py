"""`handsel replay`: what other terms would have changed, over a program's own history."""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handsel.config.cli.language import speak
from handsel.config.cli.options import Data, chosen
from handsel.errors import InvalidInput

if TYPE_CHECKING:
    from handsel.engine.replay import Comparison
    from handsel.insights.replay import Replayed, Scope, Told
    from handsel.programs.models import Program

TermsFile = Annotated[
    Path, typer.Option("--terms", exists=True, dir_okay=False, help="Terms to try, as JSON.")
]
ProgramName = Annotated[str, typer.Option("--program", help="Name, slug or id of the program.")]
GroupName = Annotated[str | None, typer.Option("--group", help="Only this group's partners.")]
PartnerName = Annotated[
    str | None, typer.Option("--partner", help="Only this partner: a name, or a partnership's id.")
]
Since = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="First day; a year of whole months before."),
]
Until = Annotated[
    datetime | None,
    typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; the end of the last month."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Everything, as JSON.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="A row for each partner, as CSV.")]
Anew = Annotated[bool, typer.Option("--anew", help="Read the history again, though it is fresh.")]


class NotFound(InvalidInput):
    """No program, group or partner of that name."""


def replay(  # noqa: PLR0917 - options of a command
    program: ProgramName,
    terms: TermsFile,
    group: GroupName = None,
    partner: PartnerName = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    anew: Anew = False,
    data: Data = None,
) -> None:
    """Compute a program's past orders again under other terms: who gains, who loses, what it costs.

    Nothing is changed. Amounts are equal to the cent to what the terms would have paid.
    """
    from handsel.config.supervisor.database import database

    with database(chosen(data)) as urls, _as_system(urls.app):
        speak()
        scope = _scope(program, group, partner)
        read = _terms(terms)
        begin, end = _dates(read.time_zone, since, until)
        from handsel.insights.replay import replay as compute

        with _progress(quiet=as_json or as_csv) as told:
            found = compute(scope, read, begin, end, told=told, anew=anew)
        _tell(found, scope.program, as_json=as_json, as_csv=as_csv)


@contextmanager
def _as_system(url: str) -> Iterator[None]:
    """The database with Django as the worker has it, which sees everything."""
    import os

    from handsel.environment import environment

    os.environ |= {
        "HANDSEL_DATABASE_URL": url,
        "HANDSEL_SCOPE": "system",
        "HANDSEL_LOG_LEVEL": os.environ.get("HANDSEL_LOG_LEVEL", "WARNING"),
        "DJANGO_SETTINGS_MODULE": "handsel.config.settings",
    }
    environment.cache_clear()
    import django

    django.setup()
    yield


def _terms(path: Path) -> Any:
    from handsel.engine.terms import Terms
    from handsel.engine.values import parse_written

    return parse_written(Terms, path.read_bytes())


def _scope(program: str, group: str | None, partner: str | None) -> "Scope":
    from django.db.models import Q

    from handsel.insights.replay import Scope
    from handsel.partnerships.models import Partnership
    from handsel.programs.models import Group, Program

    found = _one(Program.objects.filter(Q(pk=program) | Q(slug=program) | Q(name=program)), program)
    its = Group.objects.filter(program=found)
    of_group = _one(its.filter(Q(pk=group) | Q(name=group)), group) if group else None
    partners = Partnership.objects.filter(program=found)
    named = Q(pk=partner) | Q(partner__name=partner)
    return Scope(
        found,
        group=of_group,
        partnership=_one(partners.filter(named), partner) if partner else None,
    )


def _one(rows: Any, name: str) -> Any:
    found = list(rows[:2])
    if len(found) != 1:
        problem = "Several have" if found else "None has"
        raise NotFound(
            f"{problem} the name “{name}”.", remedy="Give its id, as its page's address shows it."
        )
    return found[0]


def _dates(zone: str, since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """Whole days where the terms say that days begin."""
    from datetime import timedelta

    from handsel.engine.periods import day_start, months_after
    from handsel.insights.replay import MONTHS, last_months

    _first, end = last_months(zone)
    if until is not None:
        end = day_start(until.date() + timedelta(days=1), zone)
    begin = day_start(since.date(), zone) if since else months_after(end, -MONTHS, zone)
    return begin, end


@contextmanager
def _progress(*, quiet: bool) -> Iterator["Told"]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, quiet=quiet)
    columns = (TextColumn("Reading the history"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _tell(found: "Replayed", program: "Program", *, as_json: bool, as_csv: bool) -> None:
    from handsel.insights.replay_shown import table_rows
    from handsel.partnerships.models import Partnership

    rows = Partnership.objects.filter(program=program)
    names = dict(rows.values_list("pk", "partner__name"))
    if as_json:
        from handsel.insights.replay import as_data

        print(json.dumps(as_data(found), indent=2))
    elif as_csv:
        csv.writer(sys.stdout).writerows(table_rows(found.comparison, names))
    else:
        _table(found, names)


def _table(found: "Replayed", names: dict[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table

    from handsel.insights.replay_shown import replay_shown
    from handsel.ui.figures import money_text
    from handsel.ui.wording import words

    console = Console(highlight=False)
    shown, compared = replay_shown(found, names), found.comparison
    console.print(shown.finding, style="bold")
    if shown.sure:
        console.print(shown.sure)
    table = Table("Partner", "As agreed", "Under these terms", "Change", "Won", "Lost")
    for row in shown.rows:
        one = row.change
        amounts = (one.now_minor, one.then_minor, one.change_minor)
        money = [money_text(amount, compared.currency) for amount in amounts]
        table.add_row(row.name, *money, str(one.won), str(one.lost))
    if shown.rows:
        console.print(table)
    console.print(_counted(compared))
    for step in compared.assumptions:
        console.print(f"· {words(step.code, step.params, subject='replay')}")
    console.print(
        f"· The history was read at {found.made.at:%Y-%m-%d %H:%M} UTC, in"
        f" {found.made.seconds:.1f} s."
    )


def _counted(found: "Comparison") -> str:
    return (
        f"{found.gaining} gain, {found.losing} lose; {found.orders} orders, of which"
        f" {found.unpaid_now} earn nobody anything now and {found.unpaid_then} then."
    )
