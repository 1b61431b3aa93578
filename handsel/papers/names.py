"""The names on a statement: who pays, who is paid, and to which account."""

import json
import secrets

from handsel.engine.statement import Parties, Party
from handsel.engine.values import parse
from handsel.organizations.models import Organization
from handsel.papers.models import Statement, StatementNames
from handsel.payouts.models import Payout

SALT_BYTES = 32


def parties_of(payout: Payout) -> Parties:
    """As they are now, under a salt of their own."""
    payee = payout.payee
    return Parties(
        sender=_party(payout.program.brand),
        receiver=_party(payout.partnership.partner),
        holder_name=payee.holder_name if payee else "",
        account=payee.masked if payee else "",
        salt=secrets.token_hex(SALT_BYTES),
    )


def _party(organization: Organization) -> Party:
    site = organization.site_url.removeprefix("https://").removeprefix("http://").strip("/")
    lines = (site, organization.email, organization.country)
    return Party(name=organization.name, lines=tuple(line for line in lines if line))


def names_on(statement: Statement) -> Parties | None:
    """As they were when it was issued; None once they were erased."""
    row = StatementNames.objects.filter(statement=statement).first()
    return parse(Parties, json.dumps(row.parties)) if row else None


def erase_names(statement: Statement) -> None:
    """Take the names off a statement. Its sums, number and fingerprint stay as they are."""
    StatementNames.objects.filter(statement=statement).delete()
