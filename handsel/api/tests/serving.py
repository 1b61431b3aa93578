"""The web process as it runs in life, over a test's database."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

STARTED_WITHIN_S = 60
PROJECT = Path(__file__).parents[3]


@contextmanager
def web(database_url: str, log: Path, **settings: str) -> Iterator[str]:
    """Its address, while it runs. `settings` are HANDSEL_… variables, in small letters."""
    port = _free_port()
    environment = {
        **os.environ,
        "HANDSEL_DATABASE_URL": database_url,
        **{f"HANDSEL_{name.upper()}": value for name, value in settings.items()},
    }
    environment.pop("HANDSEL_AS_OWNER", None)
    environment.pop("HANDSEL_SCOPE", None)
    # As `handsel web` does, which would refuse the tests' forgetful PostgreSQL.
    serve = f"serve_web('127.0.0.1', {port}, workers=1, threads=4)"
    program = f"from handsel.config.supervisor.serve import serve_web; {serve}"
    command = [sys.executable, "-c", program]
    with log.open("wb") as to:
        process = subprocess.Popen(command, env=environment, stdout=to, stderr=to)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def schemathesis(
    url: str, key: str, known: Mapping[str, str], folder: Path, options: Sequence[str]
) -> str:
    """Runs it over the API at `url`; what it prints. `known` are ids that it may use. Raises
    AssertionError when it finds something."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli"),
        *("--config-file", str(Path(__file__).with_name("schemathesis.toml"))),
        *("run", f"{url}/api/openapi.json", "--url", url),
        *("--header", f"Authorization: Bearer {key}"),
        *options,
    ]
    done = subprocess.run(
        command,
        cwd=folder,
        env={
            **os.environ,
            "no_proxy": "*",
            "COLUMNS": "120",
            "PYTHONPATH": str(PROJECT),
            "MADE_UP_WITH": json.dumps(known),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-5_000:]
    return done.stdout


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN_S
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            with urlopen(f"{url}/api/openapi.json", timeout=5) as response:
                assert response.status == 200
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
