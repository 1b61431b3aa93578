"""The whole way: an order, the worker process, a partner's tracker."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from handsel.commissions.models import Commission
from handsel.config.tests.test_worker import RUN
from handsel.intake.tests.conftest import outside_environment  # noqa: F401  (a fixture)
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.tests.tracker import Tracker

HERE = """
import django; django.setup()
from handsel.postbacks import sending
from handsel.postbacks.calling import Caller
from handsel.postbacks.tests.conftest import here
sending.caller_of_installation = lambda: Caller(allow_private=True, resolve=here)
"""


def test_the_worker_calls_the_tracker_of_an_order(
    outside: dict[str, str],
    authority_file: str,
    postback: Postback,
    earn: Callable[[], Commission],
    tracker: Tracker,
    tmp_path: Path,
) -> None:
    environment = {**outside, "SSL_CERT_FILE": authority_file}
    with (tmp_path / "log").open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-c", HERE + RUN], env=environment, stderr=log)
    try:
        earn()
        assert tracker.came.wait(60), (tmp_path / "log").read_text()
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0

    # The hold of this order is long over: the worker may have approved it, too.
    delivery = Delivery.objects.get(event="pending")
    assert delivery.state == "delivered"
    assert tracker.deliveries[0] == delivery.pk
