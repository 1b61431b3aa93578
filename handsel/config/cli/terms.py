"""`handsel terms …`: files of terms, checked, explained, compared and computed without a server.

0: fine, or the same. 1: something was found, or differs. 2: a file could not be used.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from typer.core import TyperGroup

from handsel.config.cli.groups import say_refusal
from handsel.config.cli.language import speak
from handsel.errors import DomainError

if TYPE_CHECKING:
    from handsel.engine.terms import Difference, Problem, Terms
    from handsel.engine.terms.months import Computed
    from handsel.engine.values import Value

V = TypeVar("V", bound="Value")

FOUND, UNUSABLE = 1, 2
MARKS = {"better": "+", "worse": "−", "depends": "~"}

File = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Terms, as JSON.")
]
Old = Annotated[
    Path, typer.Argument(metavar="OLD", exists=True, dir_okay=False, help="Terms, as JSON.")
]
New = Annotated[
    Path, typer.Argument(metavar="NEW", exists=True, dir_okay=False, help="Later terms, as JSON.")
]
Order = Annotated[
    Path, typer.Argument(metavar="ORDER", exists=True, dir_okay=False, help="An order, as JSON.")
]
Language = Annotated[
    str | None, typer.Option(help="en, sv, nb or pl; without it that of your system.")
]
AsJson = Annotated[bool, typer.Option("--json", help="For machines: codes and figures as JSON.")]
KnownFile = Annotated[
    Path | None,
    typer.Option(
        "--known",
        exists=True,
        dir_okay=False,
        help='What the program has: {"skus": [...], "categories": [...], "links": [...], …}.',
    ),
]
At = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"], help="When the terms begin, in UTC."),
]


class Unusable(TyperGroup):
    """Words a DomainError as what is wrong and what to do, and ends with status 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            say_refusal(refusal)
            raise typer.Exit(UNUSABLE) from refusal


app = typer.Typer(
    cls=Unusable,
    no_args_is_help=True,
    help="Check, explain, compare and compute terms in files, without a server or a database.",
)


@app.command()
def check(
    file: File,
    known: KnownFile = None,
    at: At = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Look for nonsense in terms: rules that cannot pay, limits at odds, misspelled names."""
    from datetime import UTC

    from handsel.engine.terms import Known, Problem, problems
    from handsel.engine.terms.conflicts import TermsAmbiguous
    from handsel.engine.terms.model import TermsCurrencyMixed
    from handsel.ui.wording import error_words
    from handsel.ui.wording.terms import problem_words

    speak(language)
    has = _parsed(Known, known) if known else None
    try:
        terms = _read(file)
    except (TermsAmbiguous, TermsCurrencyMixed) as refusal:
        # The model refuses these by itself; to whoever checks a file they are findings like others.
        code = refusal.code.replace("-", "_")
        found = [Problem(code=code, field=refusal.field, severity="refused")]
        _tell_problems(found, [error_words(refusal)], as_json=as_json)
        raise typer.Exit(FOUND) from refusal
    found = problems(terms, known=has, at=at and at.replace(tzinfo=UTC))
    _tell_problems(found, [problem_words(one, terms.currency) for one in found], as_json=as_json)
    raise typer.Exit(FOUND if found else 0)


@app.command()
def explain(file: File, language: Language = None) -> None:
    """Say terms as numbered sentences, with a worked example."""
    from django.utils.translation import gettext as _

    from handsel.engine.terms import sentences
    from handsel.engine.terms.example import example, period_example
    from handsel.ui.figures import money_text
    from handsel.ui.wording import words

    speak(language)
    terms = _read(file)
    console = _console()
    for clause in sentences(terms):
        text = words(clause.code, clause.params, subject="clause", currency=terms.currency)
        console.print(f"§{clause.number} {text}")
    console.print(f"\n{_('For example:')}", style="bold")
    _tell_steps(example(terms).evaluation.steps, terms.currency)
    if (period := period_example(terms)) is not None:
        console.print(f"\n{_('With more volume:')}", style="bold")
        _tell_steps(period.settlement.steps, terms.currency)
        total = money_text(period.total_minor, terms.currency)
        console.print(_("Together with what was paid at once: %(total)s.") % {"total": total})


@app.command()
def diff(old: Old, new: New, language: Language = None, as_json: AsJson = False) -> None:
    """Say what a new version changes, and whether it is better (+) or worse (−) for the partner."""
    from handsel.engine.terms import differences

    speak(language)
    before, after = _read(old), _read(new)
    found = differences(before, after)
    if as_json:
        _tell_json([_plain(difference) for difference in found])
    else:
        _tell_differences(found, after)
    raise typer.Exit(FOUND if found else 0)


@app.command()
def evaluate(file: File, order: Order, language: Language = None, as_json: AsJson = False) -> None:
    """Compute what an order earns under terms, step by step, to the last unit.

    A file with several orders, {"orders": [...]}, is computed with what their months add.
    """
    from handsel.engine.terms.months import OrdersSheet, computed
    from handsel.engine.terms.sheet import OrderSheet, earned

    speak(language)
    terms = _read(file)
    if _has_several(order):
        found = computed(terms, _parsed(OrdersSheet, order))
        if as_json:
            _tell_json(
                {
                    "amount_minor": found.total_minor,
                    "currency": terms.currency,
                    "orders": [_plain(earning) for earning in found.earnings],
                    "settlements": [_plain(settlement) for settlement in found.settlements],
                }
            )
        else:
            _tell_computed(found, terms.currency)
        return
    earning = earned(terms, _parsed(OrderSheet, order))
    if as_json:
        _tell_json(_plain(earning))
    else:
        _tell_steps(earning.steps, earning.currency)


def _has_several(path: Path) -> bool:
    try:
        data = json.loads(path.read_bytes())
    except ValueError:
        return False
    return isinstance(data, dict) and "orders" in data


def _read(path: Path) -> "Terms":
    from handsel.engine.terms import Terms

    return _parsed(Terms, path)


def _parsed(model: type[V], path: Path) -> V:
    """What a file says; what is wrong with it names the file, for there may be two."""
    from handsel.engine.values import Malformed, parse_written

    try:
        return parse_written(model, path.read_bytes())
    except Malformed as refusal:
        remedy = "Compare it with its JSON Schema, which docs/terms.md names."
        message = f"{path}: {refusal.message}"
        raise Malformed(message, field=refusal.field, remedy=remedy) from None


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True, markup=False)


def _plain(value: "Value") -> dict[str, object]:
    plain: dict[str, object] = value.model_dump(mode="json")
    return plain


def _tell_json(data: object) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _tell_problems(
    found: Sequence["Problem"], said: Sequence[tuple[object, object]], *, as_json: bool
) -> None:
    from django.utils.translation import gettext as _

    if as_json:
        _tell_json([_plain(problem) for problem in found])
        return
    console = _console()
    for problem, (message, remedy) in zip(found, said, strict=True):
        if problem.severity == "refused":
            console.print("✗", message, style="bold red")
        else:
            console.print("!", message)
        console.print("  →", remedy)
    if not found:
        console.print(_("These terms make sense."), style="bold")


def _tell_differences(found: Sequence["Difference"], terms: "Terms") -> None:
    from django.utils.translation import gettext as _

    from handsel.ui.wording import words

    console = _console()
    for one in found:
        text = words(one.code, one.params, subject="difference", currency=terms.currency)
        console.print(MARKS[one.effect], text)
    console.print(_("Nothing else changes.") if found else _("Nothing changes."), style="bold")


def _tell_steps(steps: Iterable[Any], currency: str) -> None:
    from handsel.ui.wording import words

    console = _console()
    for step in steps:
        console.print("·", words(step.code, step.params, currency=currency))


def _tell_computed(found: "Computed", currency: str) -> None:
    """Each order in a line, each period in steps, and the sum of all."""
    from django.utils.translation import gettext as _

    from handsel.ui.figures import money_text

    console = _console()
    for number, earning in enumerate(found.earnings, start=1):
        amount = money_text(earning.amount_minor, currency)
        console.print(_("Order %(number)s: %(amount)s") % {"number": number, "amount": amount})
    for settlement in found.settlements:
        console.print()
        _tell_steps(settlement.steps, currency)
    total = money_text(found.total_minor, currency)
    console.print("\n" + _("All together: %(total)s") % {"total": total}, style="bold")
