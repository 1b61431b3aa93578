"""Every address, asked for by everybody."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from django.contrib.auth.backends import ModelBackend
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from handsel.config.tests.isolation.routes import OPEN, PERSON, ROUTES, Route
from handsel.config.tests.isolation.world import ROLES, SECRETS, World
from handsel.organizations.models import Member
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet
from handsel.rows.scope import as_system

METHODS = ("get", "post")
SIDES = ("brand", "partner")
BACKEND = f"{ModelBackend.__module__}.{ModelBackend.__name__}"


def names(resolver: URLResolver, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The full name of every address below a resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (entry.namespace,) if entry.namespace else ()
            yield from names(entry, (*namespaces, *inner))
        elif isinstance(entry, URLPattern):
            yield ":".join((*namespaces, entry.name or f"<unnamed {entry.pattern}>"))


def browser(member: Member | None) -> Client:
    client = Client(raise_request_exception=False)
    if member:
        client.force_login(member.user, backend=BACKEND)
        session = client.session
        session["organization_id"] = member.organization_id
        session.save()
    return client


def ask(
    client: Client, method: str, name: str, args: list[str], body: dict[str, object] | None = None
) -> HttpResponseBase:
    address = reverse(name, args=args)
    return client.get(address) if method == "get" else client.post(address, body or {})


def shown(response: HttpResponseBase, args: list[str]) -> str:
    """What a reader gets, without what differs from request to request."""
    text = response.content.decode(errors="replace") if isinstance(response, HttpResponse) else ""
    for each in args:
        text = text.replace(each, "ID")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def routes(*, with_ids: bool) -> list[tuple[str, Route]]:
    """What people need to sign in for."""
    inner = [(name, route) for name, route in ROUTES.items() if not route.sides & OPEN]
    return [(name, route) for name, route in inner if bool(route.ids) == with_ids]


def test_every_route_is_in_the_matrix() -> None:
    found = set(names(get_resolver()))
    # The API is asked by keys and not by people; handsel/api/tests/test_isolation.py does so.
    found = {name for name in found if not name.startswith("api:")}

    assert found == set(ROUTES), "Add new routes to routes.py; take old ones out."


@pytest.mark.parametrize("method", METHODS)
def test_a_stranger_is_sent_to_the_sign_in(world: World, method: str) -> None:
    client = browser(None)
    wrong = {}
    for name, route in [*routes(with_ids=True), *routes(with_ids=False)]:
        response = ask(client, method, name, route.args(world))
        to_sign_in = response.status_code == 302 and "/auth/login/" in response["Location"]
        if not to_sign_in and response.status_code != 405:
            wrong[name] = response.status_code

    assert wrong == {}


@pytest.mark.parametrize("method", METHODS)
def test_what_is_foreign_looks_like_what_is_not_there(world: World, method: str) -> None:
    wrong = {}
    for who, client in _strangers(world):
        for name, route in routes(with_ids=True):
            if who in route.sides:
                continue
            args, unknown = route.args(world), route.unknown(world)
            foreign = ask(client, method, name, args, route.body)
            nothing = ask(client, method, name, unknown, route.body)
            same = shown(foreign, args) == shown(nothing, unknown)
            if foreign.status_code not in {404, 405} or not same:
                wrong[who, name] = foreign.status_code, nothing.status_code

    assert wrong == {}


def _strangers(world: World) -> Iterator[tuple[str, Client]]:
    """Those for whom the things between Acme and Ben do not exist, or not on this side."""
    yield from ((who, browser(member)) for who, member in world.foreigners.items())
    yield "nobody's partner", browser(world.stranger)
    yield "partner", browser(world.ben)
    yield "brand", browser(world.ada)


@pytest.mark.parametrize("method", METHODS)
def test_lists_show_nothing_foreign(world: World, method: str) -> None:
    wrong = {}
    for who in ("mallory", "cleo", "stranger"):
        client = browser(getattr(world, who))
        for name, route in routes(with_ids=False):
            response = ask(client, method, name, [], route.body)
            words = _secrets_in(response, world, partner=who == "cleo")
            if response.status_code >= 500 or words:
                wrong[who, name] = response.status_code, words

    assert wrong == {}


def test_what_strangers_read_of_a_program_names_no_partner(world: World) -> None:
    client = browser(None)
    wrong = {}
    for name in ("program", "program-calculator", "program-thanks"):
        response = ask(client, "get", name, ROUTES[name].args(world))
        words = _secrets_in(response, world, partner=True)
        if response.status_code != 200 or words:
            wrong[name] = response.status_code, words

    assert wrong == {}


def _secrets_in(response: HttpResponseBase, world: World, *, partner: bool) -> list[str]:
    """Words of Acme and Ben, and their ids; that Cleo knows Acme's own name is no leak."""
    ids = (world.bens.pk, world.link.pk, world.commission.pk, world.event.pk, world.key.pk)
    text = shown(response, [])
    known = {"Zebrafink"} if partner else set()
    return [word for word in (*SECRETS, *ids) if word in text and word not in known]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("side", SIDES)
def test_those_it_is_meant_for_find_it(world: World, side: str, role: str) -> None:
    """The control of the tests above: for its own side, the same address is there."""
    client = browser(world.staff(side)[role])
    wrong = {}
    for name, route in ROUTES.items():
        if side in route.sides:
            barred = route.reads is not None and role not in ("owner", *route.reads)
            only_posts = route.acts is not None and role not in ("owner", *route.acts)
            fine = {403} if barred else {200, 302, 405} | ({403} if only_posts else set())
            status = ask(client, "get", name, route.args(world)).status_code
            if status not in fine:
                wrong[name] = status

    assert wrong == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("side", SIDES)
def test_each_role_may_do_what_is_its_own(world: World, side: str, role: str) -> None:
    client = browser(world.staff(side)[role])
    wrong = {}
    for name, route in ROUTES.items():
        if route.acts is None or side not in route.sides:
            continue
        status = ask(client, "post", name, route.args(world), route.body).status_code
        refused = status == 403
        if refused == (role in ("owner", *route.acts)) or status in {404, 405} or status >= 500:
            wrong[name] = status

    assert wrong == {}


def test_no_route_falls_over_for_anybody(world: World) -> None:
    wrong = {}
    people = {"nobody": None, "ada": world.ada, "ben": world.ben, **world.foreigners}
    for who, member in people.items():
        client = browser(member)
        for name, route in ROUTES.items():
            if route.sides & (OPEN | PERSON) and name != "account_logout":
                for method in METHODS:
                    status = ask(client, method, name, route.args(world)).status_code
                    if status >= 500:
                        wrong[who, name, method] = status

    assert wrong == {}


def test_control_a_view_without_a_filter_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were everything visible to everybody, the matrix would say so."""
    monkeypatch.setattr(SharedQuerySet, "visible_to", lambda rows, member: rows.all())
    monkeypatch.setattr(OwnedQuerySet, "visible_to", lambda rows, member: rows.all())
    monkeypatch.setattr("handsel.config.middleware._scope", _everything)
    client = browser(world.mallory)

    for name in ("console:partners", "console:commissions"):
        assert _secrets_in(ask(client, "get", name, []), world, partner=False)


def _everything(actor: object) -> AbstractContextManager[None]:
    return as_system()
