"""`handsel verify`: a proof file, checked with nothing but the file and, better, a key."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from handsel.config.cli.language import speak

if TYPE_CHECKING:
    from handsel.engine.proof import Check, Report

HEX = 64

Proof = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A proof file.")
]
Key = Annotated[
    str | None,
    typer.Option(help="The installation's public key, had from elsewhere: 64 hexadecimal digits."),
]


Language = Annotated[
    str | None, typer.Option(help="en, sv, nb or pl; without it that of your system.")
]


def verify(file: Proof, key: Key = None, language: Language = None) -> None:
    """Compute a receipt or statement again and find it in the signed ledger, with no database."""
    from handsel.engine.proof import check

    report = check(file.read_bytes(), public_key(key))
    speak(language)
    console = Console(highlight=False, soft_wrap=True, markup=False)
    for found in report.checks:
        console.print("✓" if found.ok else "✗", said(found, report), style=style(found))
    console.print(verdict(report, is_trusted=key is not None), style="bold")
    raise typer.Exit(0 if report.ok else 1)


def public_key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) * 2 != HEX:
        raise typer.BadParameter("A public key has 64 hexadecimal digits.", param_hint="--key")
    return key


def said(found: "Check", report: "Report") -> str:
    from handsel.ui.wording import words

    currency = report.proof.subject.currency if report.proof else ""
    params = {**found.params, "ok": found.ok}
    return words(found.code, params, subject="check", currency=currency)


def style(found: "Check") -> str:
    return "green" if found.ok else "bold red"


def verdict(report: "Report", *, is_trusted: bool) -> str:
    from django.utils.translation import gettext as _

    if not report.ok or report.proof is None:
        return _("The proof does not hold.")
    if is_trusted:
        return _("The proof holds.")
    return _(
        "The file agrees with itself. It holds if this is the key you know from elsewhere: %(key)s"
    ) % {"key": report.proof.installation.public_key}
