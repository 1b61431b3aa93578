"""Uploading a file of conversions, saying how it is read, and what its columns mean."""

from collections.abc import Mapping as Pairs
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handsel.connectors.files.mapping import KINDS, ZONES, Mapping
from handsel.connectors.files.models import Import
from handsel.connectors.files.proposals import words_proposed
from handsel.connectors.files.reading import Shape
from handsel.connectors.files.reading.csvs import ENCODINGS
from handsel.connectors.files.refusals import ColumnMissing
from handsel.engine.money import CURRENCIES
from handsel.ui.forms import Field, LongSelect
from handsel.ui.wording.files import FIELD_WORDS

KIND_WORDS = {
    "order": _("Sale"),
    "renewal": _("Renewal"),
    "refund": _("Refund"),
    "cancel": _("Cancelled order"),
    "delivery": _("Delivery"),
    "lead": _("Lead"),
    "sign_up": _("Sign-up"),
    "skip": _("Leave it out"),
}
DELIMITERS = [
    (",", _("Comma")),
    (";", _("Semicolon")),
    ("\t", _("Tab")),
    ("|", _("Vertical bar")),
]
ENCODING_WORDS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
}


def _is_place(zone: str) -> bool:
    """The database also has names that mean this server ("localtime") or nothing ("Factory")."""
    return zone == "UTC" or ("/" in zone and not zone.startswith("Etc/"))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File with conversions"),
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=_("CSV or XLSX, at most 50 MB. Nothing is imported before you have seen it."),
    )


class ReadingForm(forms.Form):
    """How the file is read; a spreadsheet has sheets, a text has an encoding."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    encoding = forms.ChoiceField(
        label=_("Encoding"), choices=[(name, ENCODING_WORDS[name]) for name in ENCODINGS]
    )
    delimiter = forms.ChoiceField(label=_("Between columns"), choices=DELIMITERS)
    header_row = forms.IntegerField(
        label=_("Row with the headings"),
        min_value=0,
        max_value=60,
        help_text=_("0 where the file has none."),
    )

    def __init__(self, data: QueryDict | None, *, shape: Shape) -> None:
        super().__init__(data, initial=shape.model_dump(), prefix="reading")
        if shape.kind == "xlsx":
            del self.fields["encoding"], self.fields["delimiter"]
            sheet = self.fields["sheet"]
            assert isinstance(sheet, forms.ChoiceField)
            sheet.choices = [(name, name) for name in shape.sheets]
        else:
            del self.fields["sheet"]


class MappingForm(forms.Form):
    """A select for each column, one for each word of the column that tells the kind, and what
    holds for all rows."""

    words_of = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)
    kind = forms.ChoiceField(
        label=_("Each row is"),
        choices=[(kind, KIND_WORDS[kind]) for kind in KINDS if kind != "skip"],
        help_text=_("Where no column says so."),
    )
    rows_are = forms.ChoiceField(
        label=_("One row for each"),
        choices=[
            ("orders", pgettext_lazy("one row for each", "Order")),
            ("articles", pgettext_lazy("one row for each", "Article of an order")),
        ],
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in sorted(CURRENCIES)],
        widget=LongSelect,
        help_text=_("Where no column says so."),
    )
    notation = forms.ChoiceField(
        label=_("Amounts are written"),
        choices=[
            ("point", "1,234.50"),
            ("comma", "1.234,50"),
            ("minor", _("123450, in the smallest unit")),
        ],
    )
    negative_is_refund = forms.BooleanField(
        label=_("Amounts below zero are refunds"), required=False
    )
    date_order = forms.ChoiceField(
        label=_("Dates are written"),
        choices=[
            ("ymd", "2026-11-20"),
            ("dmy", _("20.11.2026 or 20/11/2026")),
            ("mdy", "11/20/2026"),
            ("unix", _("Seconds since 1970")),
        ],
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(filter(_is_place, ZONES))],
        widget=LongSelect,
        help_text=_("Of moments that do not name their own."),
    )
    day_means = forms.ChoiceField(
        label=_("A date without a clock is"),
        choices=[
            ("end", _("the end of that day")),
            ("noon", _("noon")),
            ("start", _("the beginning of that day")),
        ],
        help_text=_("Only clicks before an order count. By its end, clicks of that day do."),
    )
    save_as = forms.CharField(
        label=_("Keep this mapping as"),
        max_length=80,
        required=False,
        help_text=_("For the next file of this kind."),
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        found: Import,
        mapping: Pairs[str, Any],
        met: list[str] | None = None,
    ) -> None:
        """`met` are words of the kind's column that a check has met further down."""
        super().__init__(data, initial={**mapping, "save_as": ""})
        self.headings = [column["heading"] for column in found.profile["columns"]]
        self._profile = {column["heading"]: column for column in found.profile["columns"]}
        chosen: Pairs[str, str] = mapping.get("columns", {})
        for place, heading in enumerate(self.headings):
            self.fields[f"column-{place}"] = _column_field(heading, chosen.get(heading, ""))
        self.kind_heading = self._kind_heading(data, chosen)
        known = dict(mapping.get("words", {})) if self.kind_heading in chosen else {}
        own = self._profile.get(self.kind_heading, {}).get("words") or []
        self.words = list(dict.fromkeys([*own, *known, *(met or [])]))
        proposed = words_proposed(self.words)
        for place, word in enumerate(self.words):
            kind = known.get(word, proposed[word])
            self.fields[f"word-{place}"] = _word_field(word, kind)
        self.initial["words_of"] = self.kind_heading

    def _kind_heading(self, data: QueryDict | None, chosen: Pairs[str, str]) -> str:
        """The column that tells the kind: as just chosen, else as before."""
        if data is None:
            return next((h for h, field in chosen.items() if field == "kind"), "")
        for place, heading in enumerate(self.headings):
            if data.get(f"column-{place}") == "kind":
                return str(heading)
        return ""

    @property
    def asks_words(self) -> bool:
        """Whether a column was chosen whose words nobody has been shown yet."""
        return bool(self.kind_heading) and self.data.get("words_of") != self.kind_heading

    @property
    def columns(self) -> list[tuple[dict[str, Any], Field]]:
        return [(self._profile[h], self[f"column-{n}"]) for n, h in enumerate(self.headings)]  # type: ignore[misc]

    @property
    def word_fields(self) -> list[Field]:
        return [self[f"word-{place}"] for place in range(len(self.words))]  # type: ignore[misc]

    @property
    def settings(self) -> list[Field]:
        names = ("kind", "rows_are", "currency", "notation", "negative_is_refund")
        return [self[name] for name in (*names, "date_order", "time_zone", "day_means")]  # type: ignore[misc]

    def mapping(self) -> Mapping:
        """What was chosen. Raises FieldMissing, FieldGivenTwice and ColumnMissing."""
        said = self.cleaned_data
        columns = {h: said[f"column-{n}"] for n, h in enumerate(self.headings)}
        words = {word: said[f"word-{place}"] for place, word in enumerate(self.words)}
        if self.kind_heading and not words:
            raise ColumnMissing(
                "The column has too many words.",
                field=f"column-{self.headings.index(self.kind_heading)}",
                remedy="Choose a column that has at most twenty different words.",
                params={"column": self.kind_heading},
            )
        names = ("kind", "rows_are", "currency", "notation", "date_order", "time_zone", "day_means")
        return Mapping(
            columns={heading: field for heading, field in columns.items() if field},
            words=words,
            negative_is_refund=said["negative_is_refund"],
            **{name: said[name] for name in names},
        )


def _column_field(heading: str, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=heading,
        choices=[("", pgettext_lazy("column", "Not used")), *FIELD_WORDS.items()],
        initial=initial,
        required=False,
        widget=LongSelect({"aria-label": heading}),
    )


def _word_field(word: str, initial: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("“%(word)s”") % {"word": word},
        choices=[(kind, KIND_WORDS[kind]) for kind in KINDS],
        initial=initial,
    )
