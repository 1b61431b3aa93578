"""A sender that is killed between the call and its note of the answer."""

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from handsel.commissions.models import Commission
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.postbacks.calling import Caller
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.sending import send_due
from handsel.postbacks.tests.tracker import Tracker, says, says_nothing

Earn = Callable[..., Commission]

SENDER = """
import django; django.setup()
import sys
from handsel.postbacks import sending
from handsel.postbacks.calling import Answer, Caller
from handsel.postbacks.tests.conftest import here
if sys.argv[1] == "noted-before":
    claim = sending.claim
    def claim_and_note(limit, *, at):
        rows = claim(limit, at=at)
        for row in rows:
            sending.note(row.pk, "", Answer("", 200))
        return rows
    sending.claim = claim_and_note
sending.send_due(caller=Caller(allow_private=True, resolve=here))
"""


def kill_while_it_calls(tracker: Tracker, environment: dict[str, str], variant: str) -> None:
    """The tracker has the call, and the sender not yet its answer."""
    tracker.answer = says_nothing
    sender = subprocess.Popen([sys.executable, "-c", SENDER, variant], env=environment)
    try:
        assert tracker.came.wait(60)
    finally:
        sender.send_signal(signal.SIGKILL)
        assert sender.wait(30) == -signal.SIGKILL
    tracker.answer = says(200)


@pytest.fixture
def environment(outside: dict[str, str], authority_file: str) -> dict[str, str]:
    return {**outside, "SSL_CERT_FILE": authority_file, "HANDSEL_POSTBACK_PRIVATE_HOSTS": "true"}


def send_what_is_left(caller: Caller) -> None:
    """Once the claim of the one that died is over."""
    Delivery.objects.filter(due_at__lte=now() + timedelta(minutes=3)).update(due_at=now())
    send_due(caller=caller)


def test_what_it_sent_is_sent_again_under_the_same_id(
    environment: dict[str, str], postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    kill_while_it_calls(tracker, environment, "as-it-is")
    assert Delivery.objects.get().state == "waiting"
    assert send_due(caller=caller) == 0

    send_what_is_left(caller)
    delivery = Delivery.objects.get()
    assert delivery.state == "delivered"
    assert tracker.deliveries == [delivery.pk, delivery.pk]


def test_control_what_is_noted_before_it_is_sent_is_lost(
    environment: dict[str, str], postback: Postback, earn: Earn, tracker: Tracker, caller: Caller
) -> None:
    earn()
    kill_while_it_calls(tracker, environment, "noted-before")

    send_what_is_left(caller)
    assert len(tracker.deliveries) == 1
