import pytest

from handsel.activity.models import Activity
from handsel.errors import InvalidInput
from handsel.insights.models import PartnerNote
from handsel.insights.services import remove_note, write_note
from handsel.rows.scope import seen_by


def test_a_note_is_the_brands_alone(bens, ada, ben, mallory):
    write_note(bens, text="  Prefers e-mail.  ", actor=ada)

    assert [note.text for note in PartnerNote.objects.visible_to(ada)] == ["Prefers e-mail."]
    for other in (ben, mallory):
        assert not PartnerNote.objects.visible_to(other).exists()
        with seen_by([other.organization_id]):
            assert not PartnerNote.objects.exists()
        assert not Activity.objects.visible_to(other).filter(verb="note.written").exists()


def test_what_a_note_says_stands_in_no_activity(bens, ada):
    note = write_note(bens, text="Prefers e-mail.", actor=ada)
    remove_note(note.pk, actor=ada)
    remove_note(note.pk, actor=ada)

    said = Activity.objects.filter(subject_id=note.pk).order_by("recorded_at")
    assert [activity.verb for activity in said] == ["note.written", "note.removed"]
    assert "e-mail" not in str([activity.data for activity in said])
    assert not PartnerNote.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_note_has_words_but_not_too_many(bens, ada, text):
    with pytest.raises(InvalidInput):
        write_note(bens, text=text, actor=ada)
