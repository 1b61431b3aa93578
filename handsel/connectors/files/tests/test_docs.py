"""docs/files.md names every field and every refusal."""

from pathlib import Path

import handsel
from handsel.connectors.files import refusals
from handsel.connectors.files.mapping import FIELDS, KINDS
from handsel.console.forms.imports import KIND_WORDS
from handsel.errors import DomainError
from handsel.ui.wording.files import FIELD_WORDS, FILE_REFUSALS

PAGE = (Path(handsel.__file__).parents[1] / "docs" / "files.md").read_text(encoding="utf-8")
OF_A_ROW = ("Value", "Amount", "Digits", "Moment", "Number", "Row", "Articles")


def classes() -> list[type[DomainError]]:
    return [
        found
        for found in vars(refusals).values()
        if isinstance(found, type) and found.__module__ == refusals.__name__
    ]


def test_every_field_is_documented_and_has_words() -> None:
    assert [field for field in FIELDS if f"`{field}`" not in PAGE] == []
    assert {*FIELDS} == {*FIELD_WORDS}
    assert {*KINDS} == {*KIND_WORDS}


def test_every_refusal_has_words_and_those_of_rows_are_documented() -> None:
    codes = {found.__name__: found("").code for found in classes()}

    assert set(codes.values()) == set(FILE_REFUSALS)
    of_rows = [code for name, code in codes.items() if name.startswith(OF_A_ROW)]
    assert [code for code in of_rows if f"`{code}`" not in PAGE] == []
