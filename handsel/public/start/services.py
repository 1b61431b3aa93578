from dataclasses import dataclass

from django.db import transaction

from handsel.engine.terms import Terms
from handsel.organizations.models import Member
from handsel.organizations.services import finish_setup
from handsel.programs.services import create_program
from handsel.rows.scope import seen_by


@dataclass(frozen=True)
class Owner:
    """Who sets this server up, and for whom."""

    organization_name: str
    site_url: str
    name: str
    email: str
    password_hash: str
    language: str


@dataclass(frozen=True)
class FirstProgram:
    name: str
    site_url: str
    domains: list[str]
    goal: str
    terms: Terms


@transaction.atomic
def begin(token: str, owner: Owner, program: FirstProgram) -> Member:
    """Set the server up: organization, owner and first program, or nothing at all.

    Raises what `finish_setup` and `create_program` raise.
    """
    member = finish_setup(token, **vars(owner))
    with seen_by([member.organization_id]):
        create_program(
            member.organization,
            name=program.name,
            site_url=program.site_url,
            domains=program.domains,
            goal=program.goal,
            terms=program.terms,
            actor=member,
        )
    return member
