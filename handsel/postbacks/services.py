import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from limits import RateLimitItemPerMinute

from handsel.activity.services import record
from handsel.clock import now
from handsel.environment import environment
from handsel.errors import DomainError, InvalidInput
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import PartnershipEnded
from handsel.postbacks.destinations import hosts_of_ours
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.placeholders import read_template
from handsel.quotas.services import take

POSTBACKS_MAX = 5
SECRET_KEPT_FOR = timedelta(hours=24)
SAMPLES_PER_MINUTE = 6

EVENTS = tuple(Postback.Event.values)


class TooManyPostbacks(DomainError):
    """A partnership has so many postbacks that another would help nobody."""


class PostbackRemoved(DomainError):
    """It was taken away, and is kept for its log only."""


class PostbackOff(DomainError):
    """What is off calls nobody."""


class TooManySamples(DomainError):
    """Samples are for a person who looks on."""


@transaction.atomic
def add_postback(
    partnership: Partnership,
    *,
    url: str,
    method: str = "GET",
    events: Sequence[str] = EVENTS,
    link: Link | None = None,
    actor: Member | None,
) -> Postback:
    """Have an address of the partner's called when its commissions change. Its secret signs.

    Raises what `read_template` does, TooManyPostbacks, PartnershipEnded, InvalidInput.
    """
    locked = Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    if locked.status == "ended":
        raise PartnershipEnded(_("This partnership has ended."), remedy=_("Start a new one."))
    if locked.postbacks.current().count() >= POSTBACKS_MAX:
        raise TooManyPostbacks(
            _("A partnership has at most %(count)d postbacks.") % {"count": POSTBACKS_MAX},
            remedy=_("Remove one that you no longer use."),
        )
    postback = Postback.objects.create(
        brand_id=locked.brand_id,
        partner_id=locked.partner_id,
        partnership=locked,
        link=link,
        url=_template(url),
        method=_method(method),
        events=_events(events),
        secret=secrets.token_urlsafe(32),
    )
    record("postback.added", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def change_postback(
    pk: str,
    *,
    url: str | None = None,
    method: str | None = None,
    events: Sequence[str] | None = None,
    actor: Member | None,
) -> Postback:
    """Change what is named. What still waits goes to the new address."""
    postback = _locked(pk)
    before = (postback.url, postback.method, postback.events)
    if url is not None and url != postback.url:
        postback.url = _template(url)
    if method is not None:
        postback.method = _method(method)
    if events is not None:
        postback.events = _events(events)
    if before != (postback.url, postback.method, postback.events):
        postback.save(update_fields=["url", "method", "events"])
        record("postback.changed", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def replace_secret(pk: str, *, actor: Member | None) -> Postback:
    """A new secret, good at once; for a day the one before it signs beside it."""
    postback = _locked(pk)
    postback.secret_before, postback.secret = postback.secret, secrets.token_urlsafe(32)
    postback.secret_before_until = timezone.now() + SECRET_KEPT_FOR
    postback.save(update_fields=["secret", "secret_before", "secret_before_until"])
    record("postback.secret-changed", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def switch_off(pk: str, *, actor: Member | None) -> Postback:
    """Call it no more; what waits goes on waiting."""
    postback = _locked(pk)
    if postback.disabled_at is None:
        postback.disabled_at, postback.off_because = now(), Postback.Off.PARTNER
        postback.save(update_fields=["disabled_at", "off_because"])
        postback.deliveries.waiting().update(due_at=None)
        record("postback.switched-off", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def switch_on(pk: str, *, actor: Member | None) -> Postback:
    """Call it again. What waited is sent now, with all its tries before it."""
    postback = _locked(pk)
    if postback.disabled_at is not None:
        postback.disabled_at, postback.off_because, postback.failing_since = None, "", None
        postback.save(update_fields=["disabled_at", "off_because", "failing_since"])
        postback.deliveries.waiting().update(due_at=timezone.now(), attempts=0)
        record("postback.switched-on", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def remove_postback(pk: str, *, actor: Member | None) -> Postback:
    """Take it away. Its log stays; what waited is given up."""
    postback = Postback.objects.select_for_update(of=("self",)).get(pk=pk)
    if postback.removed_at is None:
        postback.removed_at = now()
        postback.save(update_fields=["removed_at"])
        postback.deliveries.waiting().update(given_up_at=timezone.now())
        record("postback.removed", postback, actor=actor, data={"host": postback.host})
    return postback


@transaction.atomic
def send_sample(pk: str, *, actor: Member | None) -> Delivery:
    """Call the address with made-up values, once, as the worker calls it. Raises PostbackOff."""
    postback = _on(_locked(pk))
    if not take(RateLimitItemPerMinute(SAMPLES_PER_MINUTE, namespace="samples"), pk).allowed:
        raise TooManySamples(
            _("That were many samples within a minute."), remedy=_("Wait a minute.")
        )
    program = postback.partnership.program
    return Delivery.objects.create(
        brand_id=postback.brand_id,
        partner_id=postback.partner_id,
        partnership_id=postback.partnership_id,
        postback=postback,
        event=Postback.Event.PENDING,
        status="pending",
        amount_minor=1000,
        currency=program.currency,
    )


@transaction.atomic
def send_again(pk: str, *, actor: Member | None) -> Delivery:
    """Tell of a change once more, or now instead of later: with the same id, so that a receiver
    that has it already can tell. Raises PostbackOff, PostbackRemoved."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=pk)
    postback = _on(_locked(delivery.postback_id))
    delivery.due_at, delivery.attempts, delivery.problem = timezone.now(), 0, ""
    delivery.delivered_at = delivery.given_up_at = None
    delivery.save(update_fields=["due_at", "attempts", "problem", "delivered_at", "given_up_at"])
    record("postback.sent-again", postback, actor=actor, data={"delivery": pk})
    return delivery


def _locked(pk: str) -> Postback:
    postback: Postback = Postback.objects.select_for_update(of=("self",)).get(pk=pk)
    if postback.removed_at is not None:
        raise PostbackRemoved(
            _("This postback was removed."), remedy=_("Add a new one for the address.")
        )
    return postback


def _on(postback: Postback) -> Postback:
    if postback.disabled_at is not None:
        raise PostbackOff(_("This postback is switched off."), remedy=_("Switch it on first."))
    return postback


def _template(url: str) -> str:
    return read_template(
        url, allow_private=environment().postback_private_hosts, own_hosts=hosts_of_ours()
    )


def _method(method: str) -> str:
    if method not in Postback.Method.values:
        raise InvalidInput(
            _("“%(method)s” is no method of a postback.") % {"method": method[:20]},
            field="method",
            remedy=_("Use GET or POST."),
        )
    return method


def _events(events: Sequence[str]) -> list[str]:
    """In our order, each once."""
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        raise InvalidInput(
            _("Choose at least one event, of those that there are."),
            field="events",
            remedy=_("These are known: %(known)s") % {"known": ", ".join(EVENTS)},
        )
    return [event for event in EVENTS if event in events]
