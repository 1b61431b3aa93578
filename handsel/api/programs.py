"""Which program a message is for."""

from django.utils.translation import gettext as _

from handsel.api.access import ApiRequest
from handsel.api.problems import found_or_404
from handsel.errors import InvalidInput
from handsel.programs.models import Program


class ProgramMissing(InvalidInput):
    """The key's organization has several programs, or none, and the body names none."""


def program_of(request: ApiRequest, named: object) -> Program:
    """The program that the body names; without a name, the only one there is."""
    mine = Program.objects.visible_to(request.auth)
    if named is not None:
        return found_or_404(mine, str(named), field="program")
    programs = list(mine[:2])
    if len(programs) != 1:
        raise ProgramMissing(
            _("It is not clear which program this is for."),
            field="program",
            remedy=_("Send program, the id of one of yours."),
        )
    return programs[0]
