import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from handsel.tracking.app import RESERVED_SLUGS
from handsel.tracking.pages import WORDS, preferred_language
from handsel.tracking.tests.harness import Tracking

pytestmark = pytest.mark.anyio


def test_tracking_starts_without_django() -> None:
    program = "import sys, handsel.tracking.server; print('django' in sys.modules)"
    fresh = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert fresh.stdout.strip() == b"False"


async def test_the_script_fits_into_two_kilobytes(tracking: Tracking) -> None:
    response = await tracking.browser.get("/s.js", headers={"accept-encoding": "gzip"})
    size = int(response.headers["content-length"])
    plain = await tracking.browser.get("/s.js", headers={"accept-encoding": "identity"})

    assert size <= 2048
    assert response.text == plain.text
    assert len(gzip.compress(plain.content)) < len(plain.content)
    assert "//" not in re.sub(r'"[^"]*"', "", plain.text)


async def test_an_unchanged_script_is_not_sent_again(tracking: Tracking) -> None:
    etag = (await tracking.browser.get("/s.js")).headers["etag"]
    again = await tracking.browser.get("/s.js", headers={"if-none-match": etag})

    assert (again.status_code, again.content) == (304, b"")


async def test_operators_see_health_readiness_and_figures(tmp_path: Path) -> None:
    async with Tracking(tmp_path, peer="127.0.0.1") as tracking:
        await tracking.browser.get("/ben")
        metrics = await tracking.browser.get("/metrics")

        assert (await tracking.browser.get("/healthz")).text == "ok\n"
        assert (await tracking.browser.get("/readyz")).text == "ok\n"
    assert "clicks_total 1.0" in metrics.text
    assert "spool_events_written 1.0" in metrics.text
    assert "links_known 2.0" in metrics.text


async def test_a_process_without_links_is_not_ready(tmp_path: Path) -> None:
    async with Tracking(tmp_path, changes=[]) as tracking:
        response = await tracking.browser.get("/readyz")

    assert (response.status_code, response.text) == (503, "links: never loaded\n")


async def test_figures_are_for_the_operators_network_only(tmp_path: Path) -> None:
    async with Tracking(tmp_path / "a", peer="8.8.8.8") as strangers:
        assert (await strangers.browser.get("/metrics")).status_code == 404
    # A proxy that nobody told us about makes every stranger look like a neighbour.
    async with Tracking(tmp_path / "b", peer="127.0.0.1") as proxied:
        forwarded = {"x-forwarded-for": "203.0.113.9"}
        assert (await proxied.browser.get("/metrics", headers=forwarded)).status_code == 404
        await proxied.browser.get("/ben", headers=forwarded)
        assert "forwarded_untrusted_total 1.0" in (await proxied.browser.get("/metrics")).text


async def test_robots_stay_out_and_no_icon_is_looked_up(tracking: Tracking) -> None:
    assert "Disallow: /" in (await tracking.browser.get("/robots.txt")).text
    assert (await tracking.browser.get("/favicon.ico")).status_code == 404
    assert tracking.counted("links_unavailable_total", reason="unknown") == 0


async def test_reserved_names_are_never_links(tracking: Tracking) -> None:
    """What the app answers itself must be known to those who make slugs."""
    for name in RESERVED_SLUGS - {"r", "i", "postback", ".well-known"}:
        await tracking.browser.get(f"/{name}")

    assert tracking.counted("links_unavailable_total", reason="unknown") == 0


ACCEPTED = [
    ("", "en"),
    ("sv", "sv"),
    ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
    ("de, nn;q=0.8, en;q=0.5", "nb"),
    ("no", "nb"),
    ("en;q=0.1, pl", "pl"),
    ("de", "en"),
    ("sv;q=x, pl;q=0.1", "pl"),
    (",;=,", "en"),
]


@pytest.mark.parametrize(("header", "language"), ACCEPTED)
def test_the_visitors_language_is_found(header: str, language: str) -> None:
    assert preferred_language(header) == language


@pytest.mark.parametrize("language", sorted(WORDS))
async def test_the_page_is_complete_in_itself(tracking: Tracking, language: str) -> None:
    response = await tracking.browser.get("/nobody", headers={"accept-language": language})

    assert WORDS[language].explanation in response.text
    assert f'<html lang="{language}">' in response.text
    assert not re.search(r"(src|href)=|url\(|@import", response.text)
    assert "default-src 'none'" in response.headers["content-security-policy"]
