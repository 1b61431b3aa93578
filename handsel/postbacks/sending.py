"""Deliveries on their way: claimed, called, and what came of it noted.

At least once: a try is counted and pushed into the future before it is made, so that a sender that
dies between the call and our note of it is followed by another, with the same delivery id. In
order for each commission: what came later waits until what came before was taken or given up.
"""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.timezone import now

from handsel.activity.services import record
from handsel.environment import environment
from handsel.postbacks.calling import Answer, Caller
from handsel.postbacks.destinations import hosts_of_ours
from handsel.postbacks.letters import write_of_postback_off
from handsel.postbacks.models import Delivery, DeliveryQuerySet, Postback
from handsel.postbacks.placeholders import fill
from handsel.postbacks.signing import DELIVERY, HEADER, signature
from handsel.postbacks.values import values_of

logger = logging.getLogger(__name__)

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
ATTEMPTS_MAX = len(WAITS) + 1
JITTER = 0.1
RETRY_AFTER_MAX = timedelta(hours=24)
# An address that says nothing but no for so long is not called any more.
FAILING_MAX = timedelta(days=3)
# Longer than a batch can take: whoever claimed it has died when this is over.
CLAIM_HOLDS = timedelta(minutes=2)
BATCH_SIZE_MAX = 50
# So that one slow tracker keeps nobody else's postbacks.
OF_ONE_MAX = 10
LOOKED_AT_MAX = 1000

_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Call:
    delivery: Delivery
    url: str
    headers: dict[str, str]


def caller_of_installation() -> Caller:
    private = environment().postback_private_hosts
    return Caller(hosts_of_ours(), private, tls=ssl.create_default_context())


def send_due(limit: int = BATCH_SIZE_MAX, caller: Caller | None = None) -> int:
    """Call for up to `limit` deliveries that are due; how many were tried. Any number of workers
    may do it at once. Runs in the scope of the system."""
    claimed = claim(limit, at=now())
    if not claimed:
        return 0
    calls = [call for delivery in claimed if (call := _prepared(delivery))]
    answers = asyncio.run(_call_all(caller or caller_of_installation(), calls))
    for call, answer in zip(calls, answers, strict=True):
        note(call.delivery.pk, call.url, answer)
    return len(claimed)


def due(at: datetime) -> DeliveryQuerySet:
    """What may be tried now: of addresses that are on, of commissions whose clicks have all come,
    and of each commission the first that waits."""
    waiting = Delivery.objects.waiting()
    earlier = waiting.filter(
        postback=OuterRef("postback"),
        commission=OuterRef("commission"),
        number__lt=OuterRef("number"),
    )
    return (
        waiting.filter(due_at__lte=at, postback__disabled_at=None, postback__removed_at=None)
        .filter(Q(commission=None) | Q(commission__provisional=False))
        .filter(~Exists(earlier))
    )


@transaction.atomic
def claim(limit: int, *, at: datetime) -> list[Delivery]:
    """Take deliveries that are due, so that no other worker does; each counts as tried from here.

    One on which senders died again and again is given up."""
    ready = due(at)
    ready.filter(attempts__gte=ATTEMPTS_MAX).update(given_up_at=at)
    rows = Delivery.objects.filter(pk__in=_fairly(ready, limit), due_at__lte=at)
    rows = rows.select_related("postback", "commission__conversion", "partnership")
    claimed = list(rows.order_by("number").select_for_update(skip_locked=True, of=("self",)))
    for delivery in claimed:
        delivery.attempts += 1
        delivery.due_at = at + CLAIM_HOLDS
    Delivery.objects.bulk_update(claimed, ["attempts", "due_at"])
    return claimed


def _fairly(ready: DeliveryQuerySet, limit: int) -> list[str]:
    taken: Counter[str] = Counter()
    found: list[str] = []
    rows = ready.order_by("due_at", "number").values_list("pk", "postback_id")
    for pk, postback_id in rows[:LOOKED_AT_MAX]:
        if len(found) < limit and taken[postback_id] < OF_ONE_MAX:
            taken[postback_id] += 1
            found.append(pk)
    return found


def _prepared(delivery: Delivery) -> Call | None:
    """What is to be called; None, and noted, where nobody can say what it tells."""
    postback = delivery.postback
    try:
        url = fill(postback.url, values_of(delivery))
    except Exception:
        logger.exception("delivery cannot be put together", extra={"delivery": delivery.pk})
        note(delivery.pk, "", Answer("not-readable"))
        return None
    at = now()
    headers = {
        "User-Agent": "Handsel",
        DELIVERY: delivery.pk,
        HEADER: signature(postback.secrets_at(at), postback.method, url, int(at.timestamp())),
    }
    return Call(delivery, url, headers)


async def _call_all(caller: Caller, calls: Sequence[Call]) -> list[Answer]:
    return await asyncio.gather(
        *(caller.call(call.delivery.postback.method, call.url, call.headers) for call in calls)
    )


@transaction.atomic
def note(pk: str, url: str, answer: Answer) -> Delivery:
    """What came of an attempt: taken, to be tried again, or given up."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=pk)
    at = now()
    delivery.tried_at, delivery.tried_url = at, url
    delivery.answer_status, delivery.answer = answer.status, answer.body
    delivery.problem = answer.problem
    if not answer.problem:
        delivery.delivered_at = at
    elif delivery.is_sample or delivery.attempts >= ATTEMPTS_MAX:
        delivery.given_up_at = at
    else:
        delivery.due_at = at + _wait(delivery.attempts, answer.retry_after)
    delivery.save(
        update_fields=[
            *("tried_at", "tried_url", "answer_status", "answer", "problem"),
            *("delivered_at", "given_up_at", "due_at"),
        ]
    )
    _note_at_postback(delivery, answer, at)
    return delivery


def _wait(attempts: int, retry_after: timedelta | None) -> timedelta:
    """A little more or less than in the table, so that what failed together does not come back
    together; never sooner than the address asked for, within a day."""
    wait = WAITS[attempts - 1] * _random.uniform(1 - JITTER, 1 + JITTER)
    return max(wait, min(retry_after or timedelta(), RETRY_AFTER_MAX))


def _note_at_postback(delivery: Delivery, answer: Answer, at: datetime) -> None:
    postback = Postback.objects.select_for_update(of=("self",)).get(pk=delivery.postback_id)
    if not answer.problem:
        if postback.failing_since is not None:
            postback.failing_since = None
            postback.save(update_fields=["failing_since"])
        return
    if delivery.is_sample or postback.disabled_at is not None:
        return
    postback.failing_since = postback.failing_since or at
    if answer.problem == "gone":
        postback.off_because = Postback.Off.GONE
    elif at - postback.failing_since >= FAILING_MAX:
        postback.off_because = Postback.Off.FAILING
    if postback.off_because:
        postback.disabled_at = at
    postback.save(update_fields=["failing_since", "off_because", "disabled_at"])
    if postback.off_because:
        postback.deliveries.waiting().update(due_at=None)
        data: dict[str, object] = {"host": postback.host, "because": postback.off_because}
        record("postback.went-off", postback, actor=None, data=data)
        write_of_postback_off(postback, answer.problem)
