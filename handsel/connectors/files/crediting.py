"""Rows that say whom to credit: the partner's column of a file becomes a credit by hand.

A partner is named by its id, its name, the name of one of its links or one of its codes, in
whatever letters. What is decided this way comes before the clicks and codes of the order, as any
credit by hand does, and is shown on the receipt with the file's name and the row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from handsel.commissions.crediting.by_hand import CreditNotPossible, Decision, credit_by_hand
from handsel.connectors.files.events import Event
from handsel.connectors.files.refusals import PartnerUnknown
from handsel.conversions.models import Conversion, ManualCredit
from handsel.errors import DomainError
from handsel.links.models import Code, Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program

Origin = ManualCredit.Origin


class Partners:
    """The partners of a program by all that a file may call them."""

    def __init__(self, program: Program, events: Sequence[Event]) -> None:
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._partnerships: dict[str, Partnership] = {}
        if not any(event.partner for event in events):
            return
        rows = Partnership.objects.filter(program=program).select_related("partner")
        for row in rows.prefetch_related("agreements"):
            self._partnerships[row.pk] = row
            self._add(row.pk, [row.pk, row.partner.name])
        named = Link.objects.filter(program=program).values_list("partnership_id", "slug")
        for pk, name in named.union(
            Code.objects.filter(program=program).values_list("partnership_id", "code")
        ):
            self._add(pk, [name])

    def _add(self, pk: str, names: Iterable[str]) -> None:
        for name in names:
            self._by_name[name.strip().casefold()].add(pk)

    def find(self, event: Event, at: datetime) -> Partnership:
        """Raises PartnerUnknown, and CreditNotPossible where no agreement was in force."""
        found = self._by_name.get(event.partner.casefold(), set())
        if len(found) != 1:
            raise PartnerUnknown(
                f"The program has no partner “{event.partner[:80]}”, or more than one.",
                field="partner",
                remedy="Write the partner's code, or the name of one of its links.",
                params={"value": event.partner[:80]},
            )
        partnership = self._partnerships[next(iter(found))]
        if not any(
            version.valid_from <= at and (version.valid_until is None or at < version.valid_until)
            for version in partnership.agreements.all()
        ):
            raise CreditNotPossible(
                "No agreement with this partner was in force at the time of the order.",
                field="partner",
                remedy="Credit it by hand on the page of the order, and choose a version.",
            )
        return partnership


def credit_rows(
    wanted: Mapping[int, tuple[Event, Partnership, Conversion]],
    *,
    file_name: str,
    actor: Member | None,
) -> dict[int, DomainError]:
    """Credit conversions as their rows say, by place; those that could not be, and why. Who is
    credited already by a row of a file, and as it says now, stays."""
    known = {
        credit.conversion_id: credit
        for credit in ManualCredit.objects.filter(
            conversion__in=[conversion.pk for _event, _partner, conversion in wanted.values()],
            origin=Origin.FILE,
            withdrawn_at=None,
        ).order_by("decided_at", "pk")
    }
    refused: dict[int, DomainError] = {}
    for place, (event, partnership, conversion) in wanted.items():
        last = known.get(conversion.pk)
        if last is not None and last.partnership_id == partnership.pk:
            continue
        words = _("In the file %(file)s, row %(row)s.") % {"file": file_name, "row": event.row}
        decision = Decision([conversion], partnership, None, words)
        try:
            credit_by_hand(decision, actor=actor, origin=Origin.FILE)
        except DomainError as refusal:
            refused[place] = refusal
    return refused
