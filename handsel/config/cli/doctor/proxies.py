"""Is the visitor's address the visitor's? Behind a proxy that nobody told us about it is not."""

import ipaddress
import re
from collections.abc import Iterator

import httpx
import psycopg

from handsel.config.cli.doctor.finding import Finding
from handsel.environment import Environment

SECONDS_MAX = 5
# So few may be one person's.
CLICKS_MIN = 50
CLICKS_LOOKED_AT = 500
REMEDY = "Set HANDSEL_TRUSTED_PROXIES to the network of your proxy; docs/domains.md."

LATEST = """
    SELECT count(*), count(DISTINCT ip), min(host(ip)) FROM (
        SELECT ip FROM clicks_click
        WHERE clicked_at > now() - interval '1 day' AND ip IS NOT NULL LIMIT %s
    ) AS latest
"""


def proxies(environment: Environment) -> Finding:
    """Whether the setting can be read, and is there where addresses are https."""
    for network in filter(None, environment.trusted_proxies.replace(" ", "").split(",")):
        try:
            ipaddress.ip_network(network)
        except ValueError:
            remedy = "Write HANDSEL_TRUSTED_PROXIES as 10.0.0.0/8,fd00::/8."
            return Finding("proxies", "wrong", f"{network} is no network", remedy)
    if environment.trusted_proxies:
        return Finding("proxies", "ok", environment.trusted_proxies)
    public = environment.web_url or environment.tracking_url
    if public.startswith("https://"):
        remedy = "Set HANDSEL_TRUSTED_PROXIES to the network of the proxy that speaks https."
        return Finding("proxies", "hint", "none is trusted, though addresses are https", remedy)
    return Finding("proxies", "ok", "none")


def forwarded(metrics_url: str) -> Iterator[Finding]:
    """What tracking has counted since it started, if it runs on this machine."""
    try:
        said = httpx.get(metrics_url, timeout=SECONDS_MAX).text
    except (httpx.HTTPError, httpx.InvalidURL):
        return
    clicks = _figure(said, "clicks_total")
    untrusted = _figure(said, "forwarded_untrusted_total")
    if untrusted and untrusted * 2 > clicks:
        found = f"{untrusted} requests came through a proxy that is not trusted"
        yield Finding("visitors", "wrong", found, REMEDY)
    elif clicks:
        yield Finding("visitors", "ok", "their own addresses arrive")


def addresses(connection: psycopg.Connection) -> Iterator[Finding]:
    """Whether the clicks of the last day have more than one address between them."""
    row = connection.execute(LATEST, [CLICKS_LOOKED_AT]).fetchone()
    clicks, different, address = row or (0, 0, "")
    if clicks >= CLICKS_MIN and different == 1:
        found = f"the last {clicks} clicks all came from {address}"
        yield Finding("addresses", "wrong", found, REMEDY)
    elif clicks >= CLICKS_MIN:
        yield Finding("addresses", "ok", f"{different} among {clicks} clicks")


def _figure(said: str, name: str) -> int:
    match = re.search(rf"^{name} (\S+)$", said, re.MULTILINE)
    return int(float(match[1])) if match else 0
