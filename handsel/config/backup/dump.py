"""pg_dump and pg_restore, from and into pipes."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import unquote, urlsplit

from handsel.config.postgres.binaries import program
from handsel.config.supervisor.database import Urls
from handsel.errors import DomainError


class DumpFailed(DomainError):
    """pg_dump ended early; nothing was kept."""


class RestoreFailed(DomainError):
    """pg_restore ended early; nothing was kept."""


@contextmanager
def dumped(urls: Urls) -> Iterator[IO[bytes]]:
    """The database as of now, in pg_dump's custom format. Raises DumpFailed at its end."""
    url = urls.superuser or urls.owner
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            [
                *(program("pg_dump"), f"--dbname={_bare(url)}", "--format=custom"),
                *("--compress=gzip:3", "--enable-row-security", "--no-password"),
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(url),
        )
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.stdout.close()
            status = process.wait()
        if status != 0:
            raise DumpFailed(f"pg_dump ended with status {status}: {_said(errors)}")


@contextmanager
def restoring(urls: Urls) -> Iterator[IO[bytes]]:
    """Takes a dump and makes it the database. Raises RestoreFailed at its end."""
    url = urls.superuser or urls.owner
    with TemporaryFile() as errors:
        process = subprocess.Popen(
            [
                *(program("pg_restore"), f"--dbname={_bare(url)}", "--exit-on-error"),
                *("--single-transaction", "--no-password"),
            ],
            stdin=subprocess.PIPE,
            stdout=errors,
            stderr=errors,
            env=_environment(url),
        )
        assert process.stdin is not None
        try:
            yield process.stdin
        except BrokenPipeError:
            pass  # its exit status says why it no longer listens
        except BaseException:
            process.kill()
            process.wait()
            raise
        with suppress(BrokenPipeError):
            process.stdin.close()
        if process.wait() != 0:
            raise RestoreFailed(f"pg_restore ended early: {_said(errors)}")


def _bare(url: str) -> str:
    """Without the password, which other users could read in the list of processes."""
    secret = urlsplit(url).password
    return url.replace(f":{secret}@", "@") if secret else url


def _environment(url: str) -> dict[str, str]:
    """An owner is subject to the row policies, too, and works for the whole installation here."""
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "PGPASSWORD": unquote(urlsplit(url).password or ""),
        "PGOPTIONS": "-c handsel.scope=system",
        "LC_ALL": "C",
    }


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace").strip()[-2000:]
