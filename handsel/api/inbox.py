"""From a request into the inbox."""

from handsel.api.access import ApiRequest
from handsel.api.bodies import checked
from handsel.api.programs import program_of
from handsel.clock import now
from handsel.intake.messages import MESSAGES
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive

SOURCE = "api"
TRUST = "store"


def take_in(request: ApiRequest, kind: str, body: dict[str, object]) -> tuple[InboxEvent, bool]:
    """The event in the inbox, and whether it is new there. `kind` is one of MESSAGES.

    Raises what `intake.services.receive` refuses, and Faults with all that is misspelled.
    """
    program = program_of(request, body.pop("program", None))
    checked(MESSAGES[kind], body)
    received_at = now()
    event = receive(
        program, source=SOURCE, kind=kind, trust=TRUST, body=body, received_at=received_at
    )
    # The row of an earlier event carries the moment it came at.
    return event, event.received_at == received_at
