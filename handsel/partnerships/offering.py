"""Offers: a next version that the brand proposes, and what the partner answers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import Terms, differences, digest
from handsel.engine.terms.differences import effect_of
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.ending import end_after_offer, maker_of
from handsel.partnerships.letters import Letter, write_of_offer
from handsel.partnerships.models import Acceptance, Agreement, Offer, OfferRound, Partnership
from handsel.partnerships.planning import Plan, fitted, plan
from handsel.partnerships.queries import terms_of
from handsel.partnerships.renewing import refuse_same
from handsel.partnerships.services import AgreementChanged, accept, lock
from handsel.partnerships.versions import Signature, last_version, next_version
from handsel.programs.models import GroupTerms
from handsel.programs.nonsense import refuse_nonsense


class OfferOpen(DomainError):
    """One offer at a time: the partner should know which one to answer."""


class OfferClosed(DomainError):
    """It was answered, withdrawn, or has run out."""


@transaction.atomic
def make_offer(
    partnership_pk: str,
    terms: Terms,
    *,
    brand: Signature,
    message: str = "",
    better_at_once: bool = True,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    expires_at: datetime | None = None,
    if_unanswered: str = Offer.Unanswered.KEEP,
    group_terms: GroupTerms | None = None,
    of_round: OfferRound | None = None,
) -> Offer:
    """Propose the next version, signed by the brand; the partner is written to.

    What is better for the partner starts at once where `better_at_once` says so, and its
    acceptance is recorded when it comes. Everything else waits for it (`planning`).

    Raises PartnershipEnded, OfferOpen, AgreementUnchanged, TermsMakeNoSense, and InvalidInput for
    terms in another currency than the program, and for days that do not fit.
    """
    partnership = lock(partnership_pk)
    _refuse_currency(partnership, terms)
    refuse_nonsense(terms, at=valid_from or now())
    last = last_version(partnership)
    refuse_same(last, terms)
    if partnership.offers.filter(status=Offer.Status.OFFERED, agreement=None).exists():
        raise OfferOpen(
            _("An offer to this partner is open already."),
            remedy=_("Withdraw it first, or wait for the answer."),
        )
    current = terms_of(last)
    effect = effect_of(differences(current, terms))
    planned = (fitted if of_round else plan)(
        current,
        effect,
        at=now(),
        better_at_once=better_at_once,
        valid_from=valid_from,
        expires_at=expires_at,
    )
    _refuse_days(last, planned, valid_until)
    # One that started on the brand's word, and was never signed, gives way to the next.
    partnership.offers.filter(status=Offer.Status.OFFERED).update(
        status=Offer.Status.LAPSED, closed_at=now()
    )
    offer = Offer.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership=partnership,
        base=last,
        round=of_round,
        group_terms=group_terms,
        terms=terms.model_dump(mode="json"),
        terms_digest=digest(terms),
        text=brand.text,
        language=brand.language,
        effect=effect,
        message=message.strip(),
        valid_from=planned.valid_from,
        valid_until=valid_until,
        expires_at=planned.expires_at,
        if_unanswered=if_unanswered,
        by=brand.member,
    )
    record("offer.made", offer, actor=brand.member, data={"effect": effect})
    if planned.starts_unanswered:
        _start(offer, planned.valid_from or now())
    write_of_offer(offer, Letter.STARTED if planned.starts_unanswered else Letter.OFFERED)
    return offer


@transaction.atomic
def accept_offer(
    pk: str, *, member: Member, terms_digest: str, text: str, language: str
) -> Agreement:
    """Sign it for the partner: from its day on, or from now, it is the agreement.

    Raises OfferClosed, PartnershipEnded, and AgreementChanged when `terms_digest` is not what is
    on offer, or another version was agreed on meanwhile.
    """
    offer = _open(pk)
    partnership = offer.partnership
    if offer.terms_digest != terms_digest:
        raise AgreementChanged(
            _("The terms have changed since this page was opened."),
            field="terms_digest",
            remedy=_("Read the terms again, then sign."),
        )
    if last_version(partnership).pk != offer.base_id:
        raise AgreementChanged(
            _("Another version was agreed on after this offer was made."),
            remedy=_("Ask for a new offer."),
        )
    version = _start(offer, max(offer.valid_from or now(), now()))
    accept(version, Acceptance.Side.PARTNER, member, text=text, language=language)
    _close(offer, Offer.Status.ACCEPTED, actor=member)
    write_of_offer(offer, Letter.ACCEPTED)
    return version


@transaction.atomic
def decline_offer(pk: str, *, actor: Member, reason: str = "") -> Offer:
    """Say no for the partner. Where the offer said so, the partnership ends on the old terms."""
    offer = _close(_open(pk), Offer.Status.DECLINED, actor=actor, reason=reason)
    write_of_offer(offer, Letter.DECLINED)
    end_after_offer(offer)
    return offer


@transaction.atomic
def withdraw_offer(pk: str, *, actor: Member | None, reason: str = "") -> Offer:
    """Take it back for the brand; the terms in force stay, and nothing ends."""
    offer = _close(_open(pk), Offer.Status.WITHDRAWN, actor=actor, reason=reason)
    write_of_offer(offer, Letter.WITHDRAWN)
    return offer


def lapse_due(limit: int = 100) -> int:
    """Close offers that nobody has answered in time; how many."""
    due = Offer.objects.filter(
        status=Offer.Status.OFFERED, agreement=None, expires_at__lte=now()
    ).order_by("expires_at")
    pks = list(due.values_list("pk", flat=True)[:limit])
    for pk in pks:
        _lapse(pk)
    return len(pks)


@transaction.atomic
def _lapse(pk: str) -> None:
    offer = _locked(pk)
    if offer.is_open:
        _close(offer, Offer.Status.LAPSED, actor=None)
        write_of_offer(offer, Letter.LAPSED)
        end_after_offer(offer)


def _start(offer: Offer, valid_from: datetime) -> Agreement:
    """The version it becomes, with the brand's signature of the day the offer was made."""
    version = next_version(
        offer.base,
        terms_of(offer),
        valid_from=valid_from,
        valid_until=offer.valid_until,
        group_terms_id=offer.group_terms_id,
    )
    side, signer = Acceptance.Side.BRAND, maker_of(offer)
    accept(version, side, signer, text=offer.text, language=offer.language, at=offer.made_at)
    offer.agreement = version
    offer.save(update_fields=["agreement"])
    return version


def _open(pk: str) -> Offer:
    """Locked. One whose time is over counts as closed although nobody has noticed yet."""
    offer = _locked(pk)
    run_out = offer.expires_at is not None and offer.expires_at <= now()
    if not offer.is_open or run_out:
        raise OfferClosed(_("This offer is no longer open."), remedy=_("Ask for a new one."))
    return offer


def _locked(pk: str) -> Offer:
    """The partnership first, as everywhere: so nobody waits for one who waits for them."""
    partnership_pk = Offer.objects.values_list("partnership_id", flat=True).get(pk=pk)
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership_pk)
    rows = Offer.objects.select_for_update(of=("self",))
    return rows.select_related("base", "partnership__program").get(pk=pk)


def _close(offer: Offer, status: str, *, actor: Member | None, reason: str = "") -> Offer:
    offer.status, offer.closed_at, offer.closed_by = status, now(), actor
    offer.reason = reason.strip()
    offer.save(update_fields=["status", "closed_at", "closed_by", "reason"])
    record(f"offer.{status}", offer, actor=actor, reason=offer.reason)
    return offer


def _refuse_currency(partnership: Partnership, terms: Terms) -> None:
    expected = partnership.program.currency
    if terms.currency != expected:
        said = {"expected": expected, "currency": terms.currency}
        raise InvalidInput(
            _("The program pays in %(expected)s, these terms in %(currency)s.") % said,
            field="currency",
            remedy=_("Write the terms in %(expected)s.") % said,
        )


def _refuse_days(last: Agreement, planned: Plan, valid_until: datetime | None) -> None:
    starts_at = planned.valid_from or now()
    if starts_at <= last.valid_from:
        raise InvalidInput(
            _("A version that was agreed on begins later than this."),
            field="valid_from",
            remedy=_("Let this one begin after it."),
        )
    if valid_until is not None and valid_until <= max(starts_at, planned.expires_at or starts_at):
        raise InvalidInput(
            _("These terms would be over before they could be accepted."),
            field="valid_until",
            remedy=_("Choose a later end, or leave it empty."),
        )
