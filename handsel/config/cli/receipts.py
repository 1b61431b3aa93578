"""`handsel receipts …`: what commissions were computed from, computed once more."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from handsel.config.cli.language import speak
from handsel.config.cli.opened import open_database
from handsel.config.cli.options import Data
from handsel.errors import InvalidInput

if TYPE_CHECKING:
    from handsel.commissions.receipt import Recomputed
    from handsel.programs.models import Program

# So many that differ are named; the rest is counted.
NAMED_MAX = 50

app = typer.Typer(no_args_is_help=True, help="Compute commissions again from what is stored.")


class ProgramUnknown(InvalidInput):
    """No program has this id or name in its address."""


@app.callback()
def receipts() -> None:
    """Compute commissions again from what is stored."""


@app.command()
def recompute(
    context: typer.Context,
    program: Annotated[str, typer.Option(help="Its id or the name in its address.")] = "",
    language: Annotated[
        str | None, typer.Option(help="en, sv, nb or pl; without it that of your system.")
    ] = None,
    data: Data = None,
) -> None:
    """Compute every commission again from its stored inputs; ends with status 1 where any cent, or
    any step of an explanation, comes out otherwise."""
    open_database(context, data)
    from handsel.commissions.models import Commission
    from handsel.commissions.receipt import recompute_all

    speak(language)
    rows = Commission.objects.all()
    if program:
        rows = rows.filter(program=_program(program))
    found = _Found()
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        for one in progress.track(recompute_all(rows), total=rows.count(), description=_doing()):
            found.add(one)
    found.tell(Console(highlight=False, soft_wrap=True, markup=False))
    raise typer.Exit(1 if found.differing else 0)


def _doing() -> str:
    from django.utils.translation import gettext as _

    return _("Computing again")


class _Found:
    """What came out, as it comes."""

    def __init__(self) -> None:
        self.commissions = self.evaluations = 0
        self.differing: list[Recomputed] = []

    def add(self, one: "Recomputed") -> None:
        self.commissions += 1
        self.evaluations += len(one.evaluations)
        if not one.is_same:
            self.differing.append(one)

    def tell(self, console: Console) -> None:
        from django.utils.translation import gettext as _
        from django.utils.translation import ngettext

        from handsel.ui.explained import differs_words
        from handsel.ui.figures import count_text, money_text

        for one in self.differing[:NAMED_MAX]:
            stored = money_text(one.amount_minor, one.currency)
            computed = "–"
            if one.computed_minor is not None:
                computed = money_text(one.computed_minor, one.currency)
            blanks = {"commission": one.commission_id, "stored": stored, "computed": computed}
            said = _("%(commission)s: %(stored)s is stored, %(computed)s comes out.") % blanks
            console.print("✗", said, style="bold red")
            for again in one.evaluations:
                if not again.is_same:
                    console.print(" ", f"{again.number}.", differs_words(again))
        text = ngettext(
            "%(commissions)s commission with %(evaluations)s evaluations was computed again.",
            "%(commissions)s commissions with %(evaluations)s evaluations were computed again.",
            self.commissions,
        )
        counts = {
            "commissions": count_text(self.commissions),
            "evaluations": count_text(self.evaluations),
        }
        verdict = _("All come out the same, to the cent and to the letter.")
        if self.differing:
            verdict = _("%(number)s come out otherwise.") % {
                "number": count_text(len(self.differing))
            }
        console.print(text % counts, verdict, style="bold")


def _program(named: str) -> "Program":
    from handsel.programs.models import Program

    by_id = named.startswith("prg_")
    program = Program.objects.filter(**{"pk" if by_id else "slug": named}).first()
    if program is None:
        raise ProgramUnknown(
            f"There is no program {named}.",
            field="program",
            remedy="Name it by its id, or by the name in the address of its page.",
        )
    return program
