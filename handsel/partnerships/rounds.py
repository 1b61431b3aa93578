"""A group's new terms, offered to all of its partnerships that have none of their own.

It may be many: each offer is a transaction and a letter of its own, made by the worker, which goes
on where it was stopped.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import Difference, Terms, differences
from handsel.engine.terms.differences import effect_of
from handsel.engine.terms.effects import Effect
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.partnerships.models import Agreement, Offer, OfferRound, Partnership
from handsel.partnerships.offering import OfferOpen, make_offer
from handsel.partnerships.queries import terms_of as agreed
from handsel.partnerships.renewing import AgreementUnchanged
from handsel.partnerships.services import PartnershipEnded
from handsel.partnerships.versions import Signature
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import GroupTerms
from handsel.programs.queries import terms_of

Because = Literal["own_terms", "offer_open", "same_terms", "on_notice"]
CHUNK = 50


class NothingToOffer(DomainError):
    """No partnership would be offered anything."""


class Skipped(NamedTuple):
    partnership: Partnership
    because: Because


class Standing(NamedTuple):
    """A partnership, the last version of its agreement, and whether an offer is open."""

    partnership: Partnership
    current: Agreement
    offer_open: bool


class Change(NamedTuple):
    """What the offer means for those who have the same terms today."""

    current: Agreement
    found: list[Difference]
    effect: Effect
    partnerships: list[Partnership]


class Preview(NamedTuple):
    """Who would be offered what, and who would be left out."""

    changes: list[Change]
    skipped: list[Skipped]

    @property
    def partners_total(self) -> int:
        return sum(len(change.partnerships) for change in self.changes)


def preview(version: GroupTerms) -> Preview:
    """Who has the same terms today is judged once."""
    changes: dict[str, Change] = {}
    skipped: list[Skipped] = []
    terms = terms_of(version)
    for one in _members(version):
        current = one.current
        if because := _left_out(one, version):
            skipped.append(Skipped(one.partnership, because))
            continue
        if current.terms_digest not in changes:
            found = differences(agreed(current), terms)
            changes[current.terms_digest] = Change(current, found, effect_of(found), [])
        changes[current.terms_digest].partnerships.append(one.partnership)
    return Preview(list(changes.values()), skipped)


@transaction.atomic
def begin_round(
    version: GroupTerms,
    *,
    actor: Member | None,
    message: str = "",
    better_at_once: bool = True,
    valid_from: datetime | None = None,
    expires_at: datetime | None = None,
    if_unanswered: str = Offer.Unanswered.KEEP,
) -> OfferRound:
    """Note what is to be offered; the worker offers it (`go_on`). Raises NothingToOffer.

    A day that comes too early for one agreement's notice is moved for that one.
    """
    found = preview(version)
    if not found.partners_total:
        raise NothingToOffer(
            _("None of these partners would be offered anything."),
            remedy=_("Look at the list of those who were left out, and why."),
        )
    begun = OfferRound.objects.create(
        brand_id=version.brand_id,
        program_id=version.group.program_id,
        group_terms=version,
        message=message.strip(),
        better_at_once=better_at_once,
        valid_from=valid_from,
        expires_at=expires_at,
        if_unanswered=if_unanswered,
        by=actor,
        partners_total=found.partners_total + len(found.skipped),
    )
    data: dict[str, object] = {"partners": found.partners_total, "version": version.number}
    record("group.terms-offered", version.group, actor=actor, data=data)
    return begun


def go_on(limit: int = CHUNK) -> int:
    """Deal with the next partnerships of rounds that are not finished; how many."""
    done = 0
    for begun in OfferRound.objects.filter(finished_at=None).order_by("made_at"):
        done += _go_on(begun, limit - done)
        if done >= limit:
            break
    return done


def _go_on(begun: OfferRound, limit: int) -> int:
    rows = _rows(begun.group_terms)
    if begun.after:
        rows = rows.filter(pk__gt=begun.after)
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in pks:
        _offer_one(begun.pk, pk)
    if len(pks) < limit:
        OfferRound.objects.filter(pk=begun.pk, finished_at=None).update(finished_at=now())
    return len(pks)


@transaction.atomic
def _offer_one(round_pk: str, partnership_pk: str) -> None:
    begun = (
        OfferRound.objects.select_for_update(of=("self",))
        .select_related("group_terms__group", "by__user")
        .get(pk=round_pk)
    )
    if begun.after and begun.after >= partnership_pk:
        return
    one = next(_members(begun.group_terms, pk=partnership_pk), None)
    because: str | None = "partnership-ended"
    if one is not None:
        because = _left_out(one, begun.group_terms) or _make(begun, one.partnership)
    if because is not None:
        begun.skipped = [*begun.skipped, [partnership_pk, because]]
    begun.after, begun.done_total = partnership_pk, begun.done_total + 1
    begun.save(update_fields=["after", "done_total", "skipped"])


def _make(begun: OfferRound, partnership: Partnership) -> str | None:
    """Why it came to nothing after all, where it did: somebody was quicker."""
    terms: Terms = terms_of(begun.group_terms)
    language = begun.by.user.language if begun.by else "en"
    with override(language):
        text = agreement_text(terms)
    try:
        with transaction.atomic():
            make_offer(
                partnership.pk,
                terms,
                brand=Signature(begun.by, text, language),
                message=begun.message,
                better_at_once=begun.better_at_once,
                valid_from=begun.valid_from,
                expires_at=begun.expires_at,
                if_unanswered=begun.if_unanswered,
                group_terms=begun.group_terms,
                of_round=begun,
            )
    except (OfferOpen, AgreementUnchanged, PartnershipEnded) as refused:
        return refused.code
    return None


def _left_out(one: Standing, version: GroupTerms) -> Because | None:
    if one.current.terms_digest == version.terms_digest:
        return "same_terms"
    if one.current.group_terms_id is None:
        return "own_terms"
    if one.partnership.on_notice:
        return "on_notice"
    return "offer_open" if one.offer_open else None


def _rows(version: GroupTerms) -> "QuerySet[Partnership]":
    return Partnership.objects.filter(group=version.group_id).going_on()


def _members(version: GroupTerms, pk: str = "") -> Iterator[Standing]:
    """The group's partnerships, in the order of their ids."""
    latest = Agreement.objects.filter(partnership=OuterRef("pk")).order_by("-version")
    offers = Offer.objects.filter(
        partnership=OuterRef("pk"), status=Offer.Status.OFFERED, agreement=None
    )
    rows = _rows(version).filter(**({"pk": pk} if pk else {})).select_related("partner")
    found = list(
        rows.annotate(last=Subquery(latest.values("pk")[:1]), waits=Exists(offers)).order_by("pk")
    )
    agreements = Agreement.objects.in_bulk([row.last for row in found])
    for row in found:
        yield Standing(row, agreements[row.last], row.waits)
