"""The brand of the demo: its organization, its people, its program, and who has joined it."""

import re
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from handsel.demo.terms import AMBASSADORS, COUPON, first_terms
from handsel.environment import environment
from handsel.mail.models import Letter
from handsel.organizations.models import Member, Organization, User
from handsel.organizations.services import (
    accept_invitation,
    finish_setup,
    invite_member,
    setup_link,
)
from handsel.partnerships.models import Partnership
from handsel.programs.models import Program
from handsel.programs.page import change_page, publish_page
from handsel.programs.services import create_group, create_program

BRAND, SHOP = "Marigold Gifts", "https://marigold.example"
PROGRAM = "Marigold Partners"
MANAGER = ("Sigrid Bakke", "sigrid@marigold.example")
FINANCE = ("Jon Hauge", "jon@marigold.example")
OWNER = ("Helena Marsh", "helena@marigold.example")


@dataclass(slots=True)
class Joined:
    partnership: Partnership
    member: Member


@dataclass(slots=True)
class House:
    """`partners` are by the names of their first links, from when they join."""

    program: Program
    owner: Member
    manager: Member
    finance: Member
    password_hash: str
    partners: dict[str, Joined] = field(default_factory=dict)


def open_house(password: str) -> House:
    """Set the server up as its first visitor does, and start the program."""
    password_hash = make_password(password)
    token = _token_in(setup_link(environment().pages_url) or "")
    owner = finish_setup(
        token,
        organization_name=BRAND,
        site_url=SHOP,
        name=OWNER[0],
        email=OWNER[1],
        password_hash=password_hash,
        language="en",
    )
    brand = owner.organization
    manager = _colleague(brand, owner, MANAGER, Member.Role.MANAGER, password_hash)
    finance = _colleague(brand, owner, FINANCE, Member.Role.FINANCE, password_hash)
    program = create_program(
        brand, name=PROGRAM, site_url=SHOP, terms=first_terms("Standard"), actor=manager
    )
    for name in (COUPON, AMBASSADORS):
        create_group(program, name=name, terms=first_terms(name), actor=manager)
    _write_page(program, manager)
    return House(program, owner, manager, finance, password_hash)


def come_in(email: str, name: str, password_hash: str, language: str = "en") -> Member:
    """Open the letter that lets somebody in, as its reader does."""
    letter = Letter.objects.filter(to=email, text__contains="/invitations/").latest("pk")
    user = User(email=email, name=name, password=password_hash, language=language)
    user.save()
    return accept_invitation(_token_in(letter.text), user=user)


def _colleague(
    brand: Organization, owner: Member, person: tuple[str, str], role: str, password_hash: str
) -> Member:
    name, email = person
    invite_member(brand, email=email, role=role, actor=owner)
    return come_in(email, name, password_hash)


def _token_in(text: str) -> str:
    found = re.search(r"/(?:start|invitations)/([^/\s]+)/", text)
    if found is None:
        raise LookupError("There is no link in this letter.")
    return found[1]


def _write_page(program: Program, manager: Member) -> None:
    change_page(
        program.pk,
        slug="marigold",
        headline="Share gifts that make people smile, and earn 8% of every order",
        pitch="Bunting, tea lights, lunch bags and a thousand small things, packed in the"
        " Midlands since 1981. You tell the story, we pay for what it brings, and you can check"
        " every cent of it.",
        loved=(
            "Your own photos and honest words, also critical ones",
            "Tables, parties and shops that people can imitate",
            "A clear “ad” where the law asks for it",
        ),
        forbidden=(
            "Ads on our name in search engines",
            "Codes that were not given to you",
            "Clicks nobody meant to make",
        ),
        reader="Sigrid",
        answer_days=3,
        kinds_wanted=("content", "influencer", "business"),
        countries_wanted=("GB", "IE", "DE", "FR", "NL", "SE", "NO", "DK"),
        reach_min=1_000,
        actor=manager,
    )
    publish_page(program.pk, actor=manager)
