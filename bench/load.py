"""Load from one client, in a process of its own: wrk, or `bench.client` where that must do."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass

from bench.client import HEADERS
from bench.processes import found_or_installed

CONNECTIONS = 64
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class RequestsFailed(Exception):
    """Answers other than 2xx and 3xx, or connections that broke: no figure is worth anything."""


@dataclass(frozen=True, slots=True)
class Loaded:
    per_second: float
    p99_ms: float


class Client:
    """One client for all servers of a run."""

    def __init__(self) -> None:
        self._wrk = found_or_installed("wrk", "wrk")

    @property
    def name(self) -> str:
        return "wrk" if self._wrk else "bench.client"

    def load(self, url: str, seconds: float) -> Loaded:
        """As many requests as the server answers. Raises RequestsFailed."""
        if self._wrk is None:
            return paced(url, seconds, pace=0)
        headers = [f"-H{name}: {value}" for name, value in HEADERS.items()]
        shape = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "--latency"]
        return read_wrk(_output([self._wrk, *shape, *headers, url], seconds))


def paced(url: str, seconds: float, *, pace: float, links: int = 0) -> Loaded:
    """Requests at a pace (per second; 0: at once). Raises RequestsFailed."""
    command = [sys.executable, "-m", "bench.client", url, f"--connections={CONNECTIONS}"]
    shape = [f"--seconds={seconds}", f"--pace={pace}", f"--links={links}"]
    said = json.loads(_output([*command, *shape], seconds))
    if said["failures"]:
        raise RequestsFailed(f"{said['failures']} requests to {url} failed.")
    return Loaded(said["requests"] / said["seconds"], said["p99_ms"])


def read_wrk(said: str) -> Loaded:
    """What wrk has to say. Raises RequestsFailed when it counted errors."""
    if "Non-2xx" in said or "Socket errors" in said:
        raise RequestsFailed(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    if rate is None or p99 is None:
        raise RequestsFailed(said)
    return Loaded(float(rate[1]), float(p99[1]) * _UNITS_MS[p99[2]])


def _output(command: list[str], seconds: float) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds + 30)
    return done.stdout
