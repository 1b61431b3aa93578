"""`handsel import orders`: a year of real orders as a shop's history."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from handsel.connectors.online_retail.orders import ORDERS
from handsel.connectors.online_retail.touches import TOUCHES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handsel.connectors.online_retail.cancellations import Unmatched
    from handsel.connectors.online_retail.importing import Imported
    from handsel.programs.models import Program

app = typer.Typer(add_completion=False)

SHOP = "Online Retail (real orders, simulated partners)"


@app.callback(invoke_without_command=True)
def orders(
    file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Orders in the form of the data set.")
    ] = ORDERS,
    touches: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="Touches: Parquet or CSV, see the docs."),
    ] = TOUCHES,
    owner: Annotated[
        str, typer.Option(help="Who may see it, by e-mail; else this server's first owner.")
    ] = "",
    unmatched: Annotated[
        Path | None, typer.Option(help="Write cancelled articles without a sale to this CSV file.")
    ] = None,
) -> None:
    """Import the UCI Online Retail orders with their simulated touches, through the inbox."""
    from handsel.connectors.online_retail.importing import count_events, import_orders
    from handsel.connectors.online_retail.orders import read_invoices
    from handsel.connectors.online_retail.touches import read_touches
    from handsel.environment import environment
    from handsel.organizations.services import open_imported
    from handsel.tracking.keys import load_keys

    console = Console()
    program = _program()
    member, password = open_imported(program.brand, email=owner)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as progress:
        reading = progress.add_task("Reading the file", total=None)
        invoices = list(read_invoices(file))
        progress.remove_task(reading)
        sending = progress.add_task("Through the inbox", total=count_events(invoices))
        done = import_orders(
            program,
            invoices,
            read_touches(touches),
            click_key=load_keys(environment().keys_dir).click,
            advance=lambda events: progress.advance(sending, events),
        )
        _evaluate(progress, program)
    if unmatched:
        _write_unmatched(unmatched, done.unmatched)
    console.print(_summary(program, done))
    console.print(f"Sign in as {member.user.email}, then turn to “{SHOP}”.", highlight=False)
    if password:
        console.print(f"Password, shown this once: {password}", highlight=False)


def _program() -> "Program":
    """The program of an earlier import, else a new one."""
    from handsel.connectors.online_retail.importing import start_program
    from handsel.organizations.models import Organization
    from handsel.programs.models import Program

    brand = Organization.objects.filter(name=SHOP).first()
    if brand is None:
        brand = Organization.objects.create(name=SHOP, site_url="https://shop.example")
        return start_program(brand)
    return Program.objects.filter(brand=brand).order_by("created_at")[0]


def _evaluate(progress: Progress, program: "Program") -> None:
    """Work out the commissions now, beside the worker where one runs."""
    from handsel.commissions.services import evaluate_due
    from handsel.ledger.seal import seal_new

    due = program.conversions.filter(due_at__isnull=False)
    task = progress.add_task("Commissions", total=due.count())
    while done := evaluate_due():
        progress.advance(task, done)
    seal_new()


def _write_unmatched(path: Path, unmatched: "Sequence[Unmatched]") -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["cancellation", "sku", "quantity", "reason"])
        rows.writerows((u.number, u.sku, u.quantity, u.reason) for u in unmatched)


def _summary(program: "Program", done: "Imported") -> Table:
    from django.db.models import Sum

    earned = program.commissions.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    table = Table(title=SHOP, show_header=False)
    table.add_row("Orders", f"{done.orders:,}")
    table.add_row("Refunds", f"{done.refunds:,}")
    table.add_row("Cancelled articles without a sale", f"{len(done.unmatched):,}")
    table.add_row("Refused by the inbox", f"{len(done.refused or ()):,}")
    table.add_row("Commissions", f"{program.commissions.count():,}")
    table.add_row("Commission in all", f"{earned / 100:,.2f} {program.currency}")
    return table
