from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.errors import InvalidInput
from handsel.insights.models import PartnerNote
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

NOTE_MAX = 4000


@transaction.atomic
def write_note(partnership: Partnership, *, text: str, actor: Member | None) -> PartnerNote:
    """Keep a note about a partner that only the brand reads. That one was written is an activity
    of the brand's; what it says is not."""
    text = text.strip()
    if not text:
        raise InvalidInput(_("A note needs words."), field="text")
    if len(text) > NOTE_MAX:
        raise InvalidInput(
            _("A note has at most %(count)d characters.") % {"count": NOTE_MAX}, field="text"
        )
    note = PartnerNote.objects.create(
        brand_id=partnership.brand_id, partnership=partnership, author=actor, text=text
    )
    record("note.written", note, actor=actor, data={"partnership": partnership.pk})
    return note


@transaction.atomic
def remove_note(pk: str, *, actor: Member | None) -> None:
    """Delete a note; one that is gone already stays gone."""
    note = PartnerNote.objects.select_for_update().filter(pk=pk).first()
    if note is None:
        return
    record("note.removed", note, actor=actor, data={"partnership": note.partnership_id})
    note.delete()
