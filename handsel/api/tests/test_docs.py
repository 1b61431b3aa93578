"""Every example of docs/api.md, run against a server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from handsel import api as package
from handsel.api.tests.conftest import Api, key_of
from handsel.api.urls import api
from handsel.cast import TERMS
from handsel.config.tests.isolation.world import World
from handsel.conversions.models import Conversion
from handsel.engine.terms import digest
from handsel.partnerships.models import Agreement, Partnership

PAGE = (Path(package.__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


class Server(Protocol):
    url: str


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def run(command: list[str], server: Server, key: str, folder: Path) -> str:
    done = subprocess.run(
        command,
        env={**os.environ, "HANDSEL": server.url, "KEY": key, "no_proxy": "*"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(not shutil.which("curl"), reason="There is no curl here.")
@pytest.mark.usefixtures("clicks_forgotten")
@pytest.mark.django_db(transaction=True)
def test_the_commands_work(live_server: Server, world: World, tmp_path: Path) -> None:
    key = key_of(world.ada)
    # The example is better than these in all; the world's terms promise more than money for sales.
    agreed = {"terms": TERMS.model_dump(mode="json"), "terms_digest": digest(TERMS)}
    Agreement.objects.filter(brand_id=world.ada.organization_id).update(**agreed)
    answers = [
        json.loads(run(["sh", "-ec", _strict(block)], live_server, key, tmp_path))
        for block in blocks("sh")
    ]

    assert len(answers) == 8
    conversion = Conversion.objects.get(order_reference="A-1")
    assert (conversion.amount_minor, conversion.refunded_minor) == (12_000, 12_000)
    assert answers[2]["refunded_minor"] == 6_000
    assert answers[4]["rules"][0]["countries"] == ["NO"]
    assert {link["expires_at"] for link in answers[5]["items"]} == {"2027-01-31T23:00:00Z"}
    assert answers[6]["effect"] == "better"
    assert answers[6]["starts_unanswered"] is True


def _strict(block: str) -> str:
    """The command as it stands, but failing where the server refuses."""
    return f'curl() {{ command curl -sS --fail-with-body "$@"; }}\n{block}'


@pytest.mark.usefixtures("clicks_forgotten")
@pytest.mark.django_db(transaction=True)
def test_the_programs_work(live_server: Server, world: World, tmp_path: Path) -> None:
    key = key_of(world.ada)
    printed = [
        run([sys.executable, "-c", block], live_server, key, tmp_path) for block in blocks("python")
    ]

    assert len(printed) == 3
    assert Conversion.objects.get(order_reference="A-2").refunded_minor == 6_000
    assert Partnership.objects.filter(partner__name="Kari's Kitchen").count() == 1
    assert "order-7741 1200 EUR" in printed[2]
    assert (tmp_path / f"{world.commission.pk}.json").stat().st_size > 1_000


def test_the_refusal_is_as_shown(acme_api: Api, program: object) -> None:
    response = acme_api.post(
        "conversions",
        {"order_reference": "1", "currency": "EUR", "amount_minor": -1},
        **{"Accept-Language": "en"},
    )

    assert [response.json()] == [json.loads(block) for block in blocks("json")]


def test_every_address_is_on_the_page() -> None:
    for path in api.get_openapi_schema()["paths"]:
        assert f"`{path.removeprefix('/api/v1')}" in PAGE.replace("POST /", "`/").replace(
            "GET /", "`/"
        ), path
