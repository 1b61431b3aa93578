"""Terms that make no sense are refused at every door, with the clauses at odds and what to do."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation
from typer.testing import CliRunner

from handsel.api.tests.conftest import Api, key_of
from handsel.cast import SignIn
from handsel.clock import now
from handsel.config.cli import app
from handsel.console.editing import editor_of
from handsel.conversions.known import known_names
from handsel.conversions.tests.shop import Shop
from handsel.drafts.models import Draft
from handsel.drafts.tests.browser import sent
from handsel.engine.terms import read
from handsel.links.models import Code, Link
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
        response = post(console, response["Location"], posted)

    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert remedy in page
    group.refresh_from_db()
    assert (group.terms, group.versions.count()) == (before, 1)


def post(console: Client, url: str, form: QueryDict) -> Any:
    """As a browser posts it, lists of marks included."""
    return console.post(url, form.urlencode(), content_type="application/x-www-form-urlencoded")


@pytest.fixture
def group(bens: Partnership) -> Group:
    return bens.program.groups.get()


@pytest.fixture
def sold(group: Group) -> None:
    """The shop has sold a hat, so it is known which names its orders have."""
    line = {"line_id": "1", "sku": "HAT", "category": "hats", "gross_minor": 1000}
    Shop(group.program).order(lines=[line])


STRANGE = terms(TEN, {**TEN, "when": {"skus": ["HAT", "HTA"]}})
SAID = "§3 names articles that the program does not have: HTA."


def test_the_api_asks_about_articles_that_nobody_has_bought(
    sold: None, bens: Partnership, ada: Member
) -> None:
    api, body = Api(key_of(ada)), {"partnership": bens.pk, "terms": STRANGE}
    refused = api.post("offers", body)

    assert (refused.status_code, refused.json()["detail"]) == (422, SAID)
    assert refused.json()["field"] == "pay.1.when.skus"
    assert bens.offers.count() == 0
    assert api.post("offers", {**body, "names_are_new": True}).status_code == 201


def test_the_editor_asks_about_articles_that_nobody_has_bought(
    client: Client, signed_in: SignIn, sold: None, group: Group, ada: Member
) -> None:
    console = signed_in(client, ada)
    begun = {"from": "data", "data": json.dumps(STRANGE), "for": f"group:{group.pk}"}
    url = console.post("/console/terms/drafts/", begun)["Location"]
    posted = sent(editor_of(Draft.objects.get()).sections)
    posted["act"] = "use"
    refused = post(console, url, posted)

    assert (refused.status_code, group.versions.count()) == (422, 1)
    assert SAID in refused.content.decode()
    assert 'name="names_are_new"' in refused.content.decode()
    posted["names_are_new"] = "on"
    assert post(console, url, posted).status_code == 302
    assert group.versions.count() == 2


def test_names_that_the_program_has_are_asked_of_what_it_has(
    sold: None, group: Group, bens_link: Link, bens_code: Code
) -> None:
    when = {"skus": ["HAT"], "categories": ["hats", "caps"], "links": ["ben"], "codes": ["ben10"]}
    found = known_names(group.program, read(json.dumps(terms({**TEN, "when": when}))))

    assert (found.skus, found.categories) == (frozenset({"HAT"}), frozenset({"hats"}))
    assert (found.links, found.codes) == (frozenset({"ben"}), frozenset({"ben10"}))


def test_while_no_order_has_named_articles_none_is_misspelled(group: Group) -> None:
    assert known_names(group.program, read(json.dumps(STRANGE))).skus is None


def test_a_member_that_stands_twice_is_refused_and_not_read_one_way(
    client: Client, signed_in: SignIn, bens: Partnership, ada: Member
) -> None:
    twice = json.dumps(terms()).replace('"rate_ppm": 100000', '"rate_ppm": 1, "rate_ppm": 2')
    offer = f'{{"partnership": "{bens.pk}", "terms": {twice}}}'
    asked = Api(key_of(ada)).post("offers", offer)
    console: Any = signed_in(client, ada)
    read_in = console.post("/console/terms/drafts/", {"from": "data", "data": twice})

    assert (asked.status_code, asked.json()["field"]) == (422, "rate_ppm")
    assert read_in.status_code == 422
    assert (bens.offers.count(), Draft.objects.count()) == (0, 0)


def test_a_period_that_lies_ahead_is_not_replayed(bens: Partnership, ada: Member) -> None:
    ahead = {"since": "2026-01-01T00:00:00Z", "until": f"{now().year + 2}-01-01T00:00:00Z"}
    body = {"program": bens.program_id, "terms": terms(), **ahead}
    refused = Api(key_of(ada)).post("replays", body)

    assert (refused.status_code, refused.json()["field"]) == (422, "until")
    assert "has not happened yet" in refused.json()["detail"]
    assert refused.json()["remedy"] == "Choose dates that end today at the latest."
