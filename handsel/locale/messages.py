"""Bring the catalogues up to date with what the sources say: `make messages`.

Babel does the reading and writing, so that nobody needs GNU gettext installed. A catalogue holds
no line numbers and no date of extraction: it changes only where words do, and people who
translate different languages never meet in one file.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parents[1]

KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def languages() -> list[str]:
    """The languages that have a catalogue; English is what the sources speak."""
    return sorted(found.parents[1].name for found in PACKAGE.glob("locale/*/LC_MESSAGES/django.po"))


def path(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def python(
    source: IO[bytes], keywords: Mapping[str, Any], tags: list[str], options: Any
) -> Iterator[Any]:
    """Babel's extraction method for Python, by its syntax tree.

    Babel's own reads tokens, and does not look into an f-string before Python 3.12.
    """
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in keywords:
                yield node.lineno, name, tuple(_text(argument) for argument in node.args), []


def _text(argument: ast.expr) -> str | None:
    match argument:
        case ast.Constant(value=str(text)):
            return text
    return None


def templates(
    source: IO[bytes], keywords: Mapping[str, Any], tags: list[str], options: Any
) -> Iterator[Any]:
    """Babel's extraction method for Django templates: made into Python calls, read as Python."""
    calls = templatize(source.read().decode())
    unindented = re.sub(r"(?m)^[ \t]+", "", calls)
    return extract_python(BytesIO(unindented.encode()), keywords, tags, options)


METHODS = [
    ("**/tests/**", "ignore"),
    ("**/templates/**.html", "handsel.locale.messages:templates"),
    ("**/templates/**.txt", "handsel.locale.messages:templates"),
    ("**.py", "handsel.locale.messages:python"),
]


def extracted() -> Catalog:
    """Every message of the sources."""
    catalog = Catalog(charset="utf-8")
    found = extract_from_dir(PACKAGE, METHODS, keywords=KEYWORDS)
    for _file, _line, message, _comments, context in found:
        catalog.add(message, context=context)
    return catalog


def read(language: str) -> Catalog:
    with path(language).open("rb") as file:
        return read_po(file, locale=language)


def is_translated(message: Message) -> bool:
    """Every form has words, and nobody doubts them."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def write(language: str, catalog: Catalog) -> None:
    """Write a catalogue in the one shape it has: sorted, without places."""
    with path(language).open("wb") as file:
        write_po(file, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)


def main(chosen: list[str]) -> None:
    """Add what is new, empty; drop what is gone; never guess."""
    sources = extracted()
    for language in chosen or languages():
        catalog = read(language)
        sources.creation_date = catalog.creation_date
        catalog.update(sources, no_fuzzy_matching=True)
        write(language, catalog)
        waiting = sum(not is_translated(message) for message in catalog if message.id)
        print(f"{language}: {len(catalog)} messages, {waiting} to translate")


if __name__ == "__main__":
    main(sys.argv[1:])
