"""Terms that make no sense are refused at every door, with the clauses at odds and what to do."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from typer.testing import CliRunner

from handsel.api.tests.conftest import Api, key_of
from handsel.cast import SignIn
from handsel.config.cli import app
from handsel.console.editing import editor_of
from handsel.drafts.models import Draft
from handsel.drafts.tests.browser import sent
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.programs.models import Group

TEN = {"kind": "percent", "rate_ppm": 100_000}
HATS = {"categories": ["hats"]}
EUR = {"currency": "EUR"}
MONTH = {"per": "partner", "period": "month", **EUR}


def terms(*pay: object, **sections: object) -> dict[str, object]:
    return {"currency": "EUR", "pay": pay or [TEN], **sections}


def tiers(*starts: int) -> dict[str, object]:
    steps = [{"start": s, "rate_ppm": 110_000 + n} for n, s in enumerate(starts)]
    return {**TEN, "tiers": {"period": "month", "mode": "marginal", "steps": steps}}


# What is wrong, the terms, the member at fault, and what is said: which clauses, and the remedy.
BAD = {
    "steps of tiers that overlap": (
        terms(tiers(5000, 1000)),
        "pay.0.tiers.steps.1.start",
        "§2: step 2 of the tiers does not start above step 1.",
        "Order the steps by where they start, each start once.",
    ),
    "a rule that is excluded": (
        terms(TEN, {**TEN, "when": HATS}, {"kind": "excluded", "when": HATS}),
        "pay.1.when",
        "§3 never pays: §4 excludes everything that it asks for.",
        "Remove one of the two, or let the exclusion ask for more.",
    ),
    "a rule that another one covers": (
        terms(TEN, {**TEN, "when": {"order_minor": {"least": 0}}}),
        "pay.0.when",
        "§2 never pays: §3 is more specific and takes all that it asks for.",
        "Remove it, or let the other rule ask for more.",
    ),
    "two rules for the same": (
        terms({**TEN, "when": HATS}, {**TEN, "when": {"categories": ["hats", "caps"]}}),
        "pay.1.when",
        "§2 and §3 could both pay for the same.",
        "Make one of the two rules more specific, or remove it.",
    ),
    "a cap under a floor": (
        terms(caps=[{"amount_minor": 100, **MONTH}], floors=[{"amount_minor": 200, **MONTH}]),
        "caps.0.amount_minor",
        "§7 pays at most €1.00, §8 at least €2.00 of the same.",
        "Raise the one or lower the other.",
    ),
    "a cap of a month under the floor of one order": (
        terms(
            caps=[{"amount_minor": 100, **MONTH}],
            floors=[{"amount_minor": 101, "per": "order", **EUR}],
        ),
        "caps.0.amount_minor",
        "§7 pays at most €1.00, §8 at least €1.01 of the same.",
        "Raise the one or lower the other.",
    ),
    "a bonus in another currency": (
        terms(bonuses=[{"kind": "first_sale", "amount_minor": 500, "currency": "USD"}]),
        "bonuses.0.currency",
        "§7 is in USD, the terms are in EUR.",
        "Pay fixed amounts in the currency of the terms.",
    ),
    "a time that is over": (
        terms(TEN, {**TEN, "valid": {"until": "2020-01-01T00:00:00Z"}}),
        "pay.1.valid",
        "§3 is over before these terms begin.",
        "Choose a time that is still to come, or remove it.",
    ),
}
each = pytest.mark.parametrize(("bad", "field", "said", "remedy"), BAD.values(), ids=BAD)


@each
def test_the_command_refuses_them(
    tmp_path: Any, bad: object, field: str, said: str, remedy: str
) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(bad))
    arguments = ["terms", "check", str(file), "--at", "2026-11-20", "--language", "en"]
    with translation.override("en"):
        spoken = CliRunner().invoke(app, arguments)
        plain = CliRunner().invoke(app, [*arguments, "--json"])

    assert (spoken.exit_code, plain.exit_code) == (1, 1)
    assert spoken.stdout.splitlines() == [f"✗ {said}", f"  → {remedy}"]
    assert [found["field"] for found in json.loads(plain.stdout)] == [field]


@each
def test_the_api_refuses_to_offer_them(
    bens: Partnership, ada: Member, bad: object, field: str, said: str, remedy: str
) -> None:
    response = Api(key_of(ada)).post("offers", {"partnership": bens.pk, "terms": bad})

    assert response.status_code == 422
    problem = response.json()
    assert (problem["field"], problem["detail"], problem["remedy"]) == (field, said, remedy)
    assert bens.offers.count() == 0


@each
def test_the_editor_does_not_bring_them_into_use(
    client: Client, signed_in: SignIn, group: Group, ada: Member, bad: dict[str, object],
    field: str, said: str, remedy: str,
) -> None:  # fmt: skip
    """Read from a file; what the editor can show at all is said there, and not used either."""
    before = group.terms
    console = signed_in(client, ada)
    begun = {"from": "data", "data": json.dumps(bad), "for": f"group:{group.pk}"}
    response: Any = console.post("/console/terms/drafts/", begun)
    if response.status_code == 302:
        posted = sent(editor_of(Draft.objects.get()).sections)
        posted["act"] = "use"
        response = console.post(response["Location"], posted)

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert remedy in page
    group.refresh_from_db()
    assert (group.terms, group.versions.count()) == (before, 1)


@pytest.fixture
def group(bens: Partnership) -> Group:
    return bens.program.groups.get()
