"""The checks that need no database, and the order of all of them."""

import os
import shutil
import smtplib
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from handsel.config.cli.doctor.clicks import click_checks
from handsel.config.cli.doctor.database import database_checks
from handsel.config.cli.doctor.finding import Finding
from handsel.config.cli.doctor.proxies import forwarded, proxies
from handsel.config.supervisor import folder
from handsel.config.supervisor.ports import PortTaken, ensure_free
from handsel.environment import Environment

GIB = 1024**3
FREE_BYTES_WRONG = GIB // 5
FREE_BYTES_HINT = 2 * GIB
CONNECT_SECONDS = 5


def examine(environment: Environment) -> Iterator[Finding]:
    """Every finding, in the order in which things depend on each other."""
    data = data_folder(environment)
    yield data
    yield disk_space(environment)
    yield keys(environment)
    # Nothing is made here: an embedded server is only looked at where there is one.
    if data.state == "ok" or environment.database_url:
        yield from database_checks(environment)
    yield from servers(environment)
    yield proxies(environment)
    yield from forwarded(f"http://127.0.0.1:{environment.port + 1}/metrics")
    yield from click_checks(environment)
    yield mail(environment)


def data_folder(environment: Environment) -> Finding:
    data = environment.data
    if not data.exists():
        return Finding("data folder", "hint", f"{data} is not there yet", "`handsel up` makes it.")
    if not folder.is_claimed(data):
        remedy = "Choose Handsel's folder: --data DIR, or let `handsel up` make one."
        return Finding("data folder", "wrong", f"{data} is not Handsel's", remedy)
    if not os.access(data, os.W_OK | os.X_OK):
        remedy = "Give it to the user who starts Handsel (chown)."
        return Finding("data folder", "wrong", f"{data} cannot be written to", remedy)
    return Finding("data folder", "ok", str(data))


def disk_space(environment: Environment) -> Finding:
    place = next(p for p in (environment.data, *environment.data.parents) if p.exists())
    free = shutil.disk_usage(place).free
    found = f"{free / GIB:.1f} GiB free"
    if free < FREE_BYTES_WRONG:
        return Finding("disk space", "wrong", found, "Make room: a full disk stops the database.")
    if free < FREE_BYTES_HINT:
        return Finding("disk space", "hint", found, "Make room soon.")
    return Finding("disk space", "ok", found)


def keys(environment: Environment) -> Finding:
    """Whoever reads the keys can forge clicks, sessions and proofs."""
    place = environment.keys_dir
    found = [place, *place.iterdir()] if place.is_dir() else []
    if exposed := [path for path in found if path.stat().st_mode & 0o077]:
        said = f"{exposed[0]} can be read by others"
        return Finding("keys", "wrong", said, f"chmod -R go= {place}")
    return Finding("keys", "ok", f"{max(len(found) - 1, 0)} files, closed to others")


def servers(environment: Environment) -> Iterator[Finding]:
    for what, port, url in (
        ("pages", environment.port, environment.pages_url),
        ("links", environment.port + 1, environment.links_url),
    ):
        if answers(f"{url}/healthz"):
            yield Finding(what, "ok", f"{url} answers")
            continue
        try:
            ensure_free(environment.host, port, f"the {what}")
        except PortTaken as taken:
            said = f"{url} does not answer, and port {port} is taken"
            yield Finding(what, "wrong", said, taken.remedy)
        else:
            yield Finding(what, "hint", f"{url} does not answer", "Start Handsel: `handsel up`.")


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=CONNECT_SECONDS).is_success
    except (httpx.HTTPError, httpx.InvalidURL):
        return False


def mail(environment: Environment) -> Finding:
    if not environment.smtp_url:
        remedy = "Set HANDSEL_SMTP_URL; until then invitations are copied by hand."
        return Finding("mail", "hint", "letters stay in the outbox", remedy)
    server = urlsplit(environment.smtp_url)
    secure = server.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    host = server.hostname or "localhost"
    try:
        with kind(host, server.port or (465 if secure else 25), timeout=CONNECT_SECONDS) as smtp:
            smtp.ehlo()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Finding("mail", "wrong", f"{host} does not answer: {error}", "HANDSEL_SMTP_URL")
    return Finding("mail", "ok", f"{host} answers")
