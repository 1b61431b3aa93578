"""Every address of the portal, asked for by a brand that views as its partner."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.db.models import Manager
from django.test import Client
from django.urls import reverse

from handsel.cast import TERMS
from handsel.config.tests.isolation.routes import PARTNER, ROUTES
from handsel.config.tests.isolation.test_routes import ask, browser, shown
from handsel.config.tests.isolation.world import World
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import start_partnership
from handsel.programs.services import create_program
from handsel.rows.querysets import SharedQuerySet, path_to_partnership

PORTAL = {name: route for name, route in ROUTES.items() if route.sides >= PARTNER}
BENS = ("order-7741", "okapi-link", "OKAPI10")
"""Words of Ben's in the program that he sells for."""


def looking_at(world: World, partnership: Partnership) -> Client:
    """Ada's browser, with this partner's pages before her."""
    client = browser(world.ada)
    client.post(reverse("console:partner-view", args=[partnership.pk]))
    return client


def cleos(world: World) -> Partnership:
    return world.cleos


def bens_second(world: World) -> Partnership:
    """Ben once more, in another program of the same brand."""
    site_url = "https://zebrafink.example"
    program = create_program(
        world.acme, name="Second", site_url=site_url, terms=TERMS, actor=world.ada
    )
    return start_partnership(program, world.bens.partner, actor=world.ada)


def test_tables_that_name_no_partnership_are_these() -> None:
    """A view narrows them to brand and partner only: they are read by what they are about."""
    shared = [
        model
        for model in apps.get_models()
        if isinstance(getattr(model, "objects", None), Manager)
        and isinstance(model._default_manager.all(), SharedQuerySet)
    ]

    assert {model._meta.label for model in shared if not path_to_partnership(model)} == {
        "activity.Activity",
        "ledger.Account",
        "ledger.Entry",
        "ledger.Posting",
        "payouts.Payee",
    }


def test_who_views_is_shown_what_is_meant_to_be(world: World) -> None:
    client = looking_at(world, world.bens)
    wrong = {}
    for name, route in PORTAL.items():
        status = ask(client, "get", name, route.args(world)).status_code
        if status not in ({200, 405} if route.viewed else {403, 405}):
            wrong[name] = status

    assert wrong == {}


def test_who_views_changes_nothing(world: World) -> None:
    client = looking_at(world, world.bens)
    answers = {
        name: ask(client, "post", name, route.args(world), route.body).status_code
        for name, route in PORTAL.items()
    }

    assert {name: status for name, status in answers.items() if status not in {403, 405}} == {}


@pytest.mark.parametrize("viewed", [cleos, bens_second])
def test_who_views_one_partnership_finds_no_other(
    world: World, viewed: Callable[[World], Partnership]
) -> None:
    client = looking_at(world, viewed(world))
    wrong = {}
    for name, route in PORTAL.items():
        response = ask(client, "get", name, route.args(world))
        words = [word for word in BENS if word in shown(response, [])]
        found = bool(route.ids) and response.status_code not in {403, 404, 405}
        if found or words:
            wrong[name] = response.status_code, words

    assert wrong == {}
