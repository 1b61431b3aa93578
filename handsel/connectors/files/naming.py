"""Which partner the rows of a batch name, by code or click id: what they point to, not a credit.
Who is credited is decided later, by the terms, from all that is known of the order."""

from collections.abc import Sequence

from django.db.models.functions import Upper

from handsel.connectors.files.events import Event
from handsel.environment import environment
from handsel.links.models import Link
from handsel.programs.models import Program
from handsel.tracking.click_id import read
from handsel.tracking.keys import load_keys


def partners_named(program: Program, events: Sequence[Event]) -> dict[int, str]:
    """By row, the partnership of the first code or click id that is one of this program."""
    by_code = _by_code(program, events)
    clicks = _links_of(events)
    by_number = dict(
        Link.objects.filter(program=program, number__in=set(clicks.values())).values_list(
            "number", "partnership_id"
        )
    )
    named: dict[int, str] = {}
    for event in events:
        codes = (by_code.get(code.strip().upper()) for code in event.body.get("codes", ()))
        links = (clicks.get(text) for text in event.body.get("click_ids", ()))
        partners = [*codes, *(by_number.get(n) for n in links if n is not None)]
        found = next((partner for partner in partners if partner), None)
        if found:
            named[event.row] = found
    return named


def _by_code(program: Program, events: Sequence[Event]) -> dict[str, str]:
    said = {code.strip().upper() for event in events for code in event.body.get("codes", ())}
    if not said:
        return {}
    rows = program.codes.annotate(upper=Upper("code")).filter(upper__in=said)
    return dict(rows.values_list("upper", "partnership_id"))


def _links_of(events: Sequence[Event]) -> dict[str, int]:
    said = {text for event in events for text in event.body.get("click_ids", ())}
    if not said:
        return {}
    key = load_keys(environment().keys_dir).click
    parts = ((text, read(key, text)) for text in said)
    return {text: part.link_number for text, part in parts if part is not None}
