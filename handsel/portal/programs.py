"""The programs a partner is in, with what they pay and who has signed."""

from dataclasses import dataclass

from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.queries import signed_by, terms_of
from handsel.ui.wording.terms.short import general_pay


@dataclass(frozen=True, slots=True)
class ProgramShown:
    """`version` is the latest; `pay` what every order pays, `9.5% and €3.00`."""

    partnership: Partnership
    version: Agreement | None
    signed: str
    pay: str

    @property
    def waits_for_partner(self) -> bool:
        """The brand has offered it, and the partner's half is open."""
        ended = self.partnership.status == "ended"
        return self.version is not None and not ended and "partner" not in self.signed


def program_shown(partnership: Partnership) -> ProgramShown:
    """Of a partnership as `own.partnerships_of` reads it."""
    version = next(iter(partnership.agreements.all()), None)
    if version is None:
        return ProgramShown(partnership, None, "", "")
    return ProgramShown(partnership, version, signed_by(version), general_pay(terms_of(version)))
