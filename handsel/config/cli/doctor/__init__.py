"""`handsel doctor`: what is wrong, and how to mend it."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from handsel.config.cli.doctor.finding import Finding
from handsel.config.cli.options import Data, Port, chosen

SIGNS = {"ok": "[green]✓[/]", "hint": "[yellow]![/]", "wrong": "[bold red]✗[/]"}


def doctor(
    data: Data = None,
    port: Port = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Look at everything Handsel needs; ends with status 1 when something is wrong."""
    from handsel.config.cli.doctor.checks import examine

    findings = list(examine(chosen(data, port)))
    if as_json:
        typer.echo(json.dumps([finding._asdict() for finding in findings], indent=1))
    else:
        Console(highlight=False).print(table(findings))
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in findings) else 0)


def table(findings: list[Finding]) -> Table:
    table = Table("", "What", "Found", "What to do", box=None, pad_edge=False)
    for finding in findings:
        table.add_row(SIGNS[finding.state], finding.what, finding.found, finding.remedy)
    return table
