"""The processes that use Django: their database, their row policies, their signals."""

import os
import signal
import threading
from types import FrameType

from handsel.config.postgres.safety import ensure_money_safe
from handsel.config.supervisor.database import reachable, running_urls
from handsel.environment import Environment, environment


def run_web(settings: Environment, *, workers: int, threads: int) -> None:
    """Raises DatabaseMayForget before a single page is served from an unsafe database."""
    from handsel.config.supervisor.serve import serve_web

    _use_database(settings, scope="")
    # WhiteNoise warns of a folder that is not there.
    (settings.data / "static").mkdir(exist_ok=True)
    serve_web(settings.host, settings.port, workers=workers, threads=threads)


def run_intake(settings: Environment) -> None:
    _use_database(settings, scope="system")
    _set_up_django()
    from handsel.intake.runner import main

    main(_stop_on_signals())


def run_worker(settings: Environment) -> None:
    _use_database(settings, scope="system")
    _set_up_django()
    from handsel.config.worker import main

    main(_stop_on_signals())


def print_setup_link(settings: Environment) -> None:
    _use_database(settings, scope="system")
    _set_up_django()
    from handsel.organizations.services import setup_link

    print(setup_link(settings.pages_url) or "")


def _use_database(settings: Environment, *, scope: str) -> None:
    """Put the database and the rows this process may see where `handsel.config.settings` looks.

    A page sees its member's rows; work behind the pages is for everybody (`system`).
    """
    url = running_urls(settings).app
    reachable(url, ensure_money_safe)
    os.environ |= {"HANDSEL_DATABASE_URL": url, "HANDSEL_SCOPE": scope}
    environment.cache_clear()


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.config.settings")
    import django

    django.setup()


def _stop_on_signals() -> threading.Event:
    """An event that a first signal sets; a second one ends the process as usual."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    return stop
