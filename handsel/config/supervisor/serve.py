"""Granian for `handsel web` and `handsel tracking`: a main process and its workers."""

import multiprocessing
import signal
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels

from handsel.config.postgres.privileges import die_with_parent

STOP_SECONDS = 15


def serve_web(host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve the pages and the API until a signal."""
    server = Granian(
        "handsel.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=load)


def serve_tracking(host: str, port: int, *, workers: int) -> None:
    """Serve the links until a signal. Django is not loaded."""
    server = Granian(
        "handsel.tracking.server:build_app",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        loop=Loops.uvloop,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_SECONDS,
    )
    server.serve(target_loader=build)


def load(target: str) -> Any:
    """Import `module:name`, in a worker that ends when its main process has been killed."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid, signal.SIGTERM)
    module, name = target.split(":")
    return getattr(import_module(module), name)


def build(target: str) -> Any:
    return load(target)()
