"""`handsel import conversions FILE`: the same import, from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handsel.errors import InvalidInput

if TYPE_CHECKING:
    from handsel.connectors.files.mapping import Mapping
    from handsel.connectors.files.models import Import
    from handsel.programs.models import Program

ROWS_SHOWN = 20

app = typer.Typer(add_completion=False)


class ProgramNotNamed(InvalidInput):
    """There are several programs, or none of this name."""


class MappingNotKept(InvalidInput):
    """The program keeps no mapping of this name."""


@app.command()
def conversions(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or XLSX.")],
    program: Annotated[str, typer.Option(help="Its id or the name in its address.")] = "",
    mapping: Annotated[
        str, typer.Option(help="A mapping kept under this name; else what is proposed.")
    ] = "",
    refused: Annotated[
        Path | None, typer.Option(help="Write refused rows with their reasons to this CSV file.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come of it.")] = False,
) -> None:
    """Import conversions from a file, as it would be in the console. Ends with status 1 where
    rows were refused."""
    from handsel.connectors.files import services
    from handsel.connectors.files.mapping import Mapping
    from handsel.connectors.files.models import Import
    from handsel.connectors.files.running import run

    console = Console()
    chosen = _program(program)
    kept = _kept_mapping(chosen, mapping) if mapping else None
    with file.open("rb") as opened:
        found = services.upload(chosen, file.name, opened, actor=None)
    by = kept or Mapping.model_validate(found.mapping)
    services.check(found.pk, by, actor=None, wake=_nobody)
    run(found.pk)
    found.refresh_from_db()
    if found.status == Import.Status.CHECKED and not dry_run:
        services.start(found.pk, actor=None, wake=_nobody)
        run(found.pk)
        found.refresh_from_db()
    console.print(_summary(found))
    if found.report.get("refused"):
        console.print(_refused(found))
    if refused:
        _write_refused(refused, found)
    if dry_run:
        services.discard(found.pk, actor=None)
    if found.problem or found.report.get("refused"):
        raise typer.Exit(1)


def _nobody(_pk: str) -> None:
    """No worker is called: this process does the work."""


def _program(named: str) -> "Program":
    from django.db.models import Q

    from handsel.programs.models import Program

    programs = Program.objects.order_by("created_at")
    if named:
        programs = programs.filter(Q(pk=named) | Q(slug=named))
    found = list(programs[:2])
    if len(found) != 1:
        raise ProgramNotNamed(
            "This names no program." if named else "There is more than one program, or none.",
            field="program",
            remedy="Give --program with the id from the program's settings.",
        )
    return found[0]


def _kept_mapping(program: "Program", named: str) -> "Mapping":
    from handsel.connectors.files.mapping import Mapping
    from handsel.connectors.files.models import SavedMapping

    saved = SavedMapping.objects.filter(program=program, name=named).first()
    if saved is None:
        raise MappingNotKept(
            f"The program keeps no mapping called “{named}”.",
            field="mapping",
            remedy="Keep one in the console: Conversions, From a file.",
        )
    return Mapping.model_validate(saved.mapping)


def _summary(found: "Import") -> Table:
    table = Table(title=f"{found.file_name}: {found.status}", show_header=False)
    for heading, field in (found.mapping or {}).get("columns", {}).items():
        table.add_row(escape(f"“{heading}” is"), field)
    for name in ("rows", "new", "changed", "known", "replaced", "repeated", "left_out", "refused"):
        table.add_row(name.replace("_", " "), f"{found.report.get(name, 0):,}")
    if found.problem:
        table.add_row("problem", found.problem)
    return table


def _refused(found: "Import") -> Table:
    """The first refused rows in words, as the console says them."""
    from handsel.ui.wording import refusal_words

    rows = found.refused_rows.order_by("row")
    hidden = max(rows.count() - ROWS_SHOWN, 0)
    more = f"{hidden:,} more: --refused FILE takes all of them down" if hidden else None
    table = Table("row", "column", "what is wrong", title="Refused", caption=more)
    for row in rows[:ROWS_SHOWN]:
        said = refusal_words(row.reason, row.column or "The row", row.params)
        table.add_row(str(row.row), escape(row.column), escape(f"{said.message} {said.remedy}"))
    return table


def _write_refused(path: Path, found: "Import") -> None:
    import csv

    headings = [column["heading"] for column in found.profile["columns"]]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow([*headings, "row", "column", "reason"])
        for row in found.refused_rows.order_by("row"):
            padding = [""] * (len(headings) - len(row.cells))
            rows.writerow([*row.cells, *padding, row.row, row.column, row.reason])
