"""The cast of the tests: Ada works for Acme, Ben is her partner, Mallory belongs elsewhere."""

from typing import Protocol

import pytest
from django.test import Client

from handsel.engine.terms import Hold, Percent, Terms
from handsel.links.joining import add_partner
from handsel.links.models import Code, Link
from handsel.organizations.models import Member, Organization, User
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.programs.services import create_program

TERMS = Terms(currency="EUR", pay=(Percent(rate_ppm=100_000),), hold=Hold(days=14))


def member_of(organization: Organization, name: str, role: str = Member.Role.OWNER) -> Member:
    """A person called `name` who works for the organization."""
    user = User.objects.create_user(email=f"{name.lower()}@{role}.example", name=name)
    return Member.objects.create(organization=organization, user=user, role=role)


@pytest.fixture
def acme(db: None) -> Organization:
    return Organization.objects.create(name="Acme", site_url="https://acme.example")


@pytest.fixture
def ada(acme: Organization) -> Member:
    return member_of(acme, "Ada")


@pytest.fixture
def terms() -> Terms:
    """10 % net of tax and shipping, clicks count 30 days, 14 days of hold."""
    return TERMS


@pytest.fixture
def program(acme: Organization, ada: Member, terms: Terms) -> Program:
    return create_program(
        acme, name="Acme Friends", site_url="https://acme.example", terms=terms, actor=ada
    )


@pytest.fixture
def bens(program: Program, ada: Member) -> Partnership:
    """Ben's partnership with Acme."""
    return add_partner(
        program,
        name="Ben's Blog",
        email="ben@blog.example",
        slug="ben",
        code="BEN10",
        actor=ada,
    )


@pytest.fixture
def ben(bens: Partnership) -> Member:
    return member_of(bens.partner, "Ben")


@pytest.fixture
def bens_link(bens: Partnership) -> Link:
    return bens.links.get()


@pytest.fixture
def bens_code(bens: Partnership) -> Code:
    return bens.codes.get()


@pytest.fixture
def mallory(db: None, terms: Terms) -> Member:
    """The owner of another brand, with a program of its own."""
    rival = Organization.objects.create(name="Rival", site_url="https://rival.example")
    member = member_of(rival, "Mallory")
    create_program(
        rival, name="Rival Pals", site_url="https://rival.example", terms=terms, actor=member
    )
    return member


class SignIn(Protocol):
    def __call__(self, client: Client, member: Member) -> Client: ...


@pytest.fixture
def signed_in() -> SignIn:
    """`signed_in(client, ada)`: the client's session acts for Ada's organization."""

    def sign_in(client: Client, member: Member) -> Client:
        client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session["organization_id"] = member.organization_id
        session.save()
        return client

    return sign_in
