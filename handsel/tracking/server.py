"""Tracking as a server runs it:

granian --interface rsgi --factory --loop uvloop --no-ws handsel.tracking.server:build_app
"""

import gc
import logging

import structlog

from handsel.environment import environment
from handsel.tracking.app import TrackingApp
from handsel.tracking.countries import opened
from handsel.tracking.devices import device_of
from handsel.tracking.keys import load_keys
from handsel.tracking.links import Links
from handsel.tracking.redirects import Judges
from handsel.tracking.salt import DailySalt
from handsel.tracking.spool import SpoolWriter

log = structlog.get_logger("handsel.tracking")


def build_app() -> TrackingApp:
    """The app of the environment's data folder and database.

    Raises KeyUnusable and BadTrustedProxies: without keys no click could ever be proved.
    """
    settings = environment()
    _log_as(settings.log_format, settings.log_level)
    _collect_seldom()
    countries = opened(settings.country_database, log.error)
    return TrackingApp(
        keys=load_keys(settings.keys_dir),
        salt=DailySalt(settings.keys_dir / "visitor.salt"),
        links=Links(settings.replica_path, settings.database_url),
        spool=SpoolWriter(settings.spool_dir),
        judges=Judges(country_of=countries.country_of, device_of=device_of),
        trusted_proxies=settings.trusted_proxies,
    )


def _collect_seldom() -> None:
    """A click leaves no cycles behind: looking for some after every few of them is for nothing."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _log_as(log_format: str, level: str) -> None:
    as_json = log_format == "json"
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        cache_logger_on_first_use=True,
    )
