import pytest

from handsel.activity.queries import history
from handsel.cast import member_of
from handsel.errors import InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.organizations.services import LastOwner, change_role, disable_member


@pytest.fixture
def olga(acme: Organization) -> Member:
    return member_of(acme, "Olga", Member.Role.FINANCE)


def test_a_role_is_changed_and_remembered(ada: Member, olga: Member) -> None:
    change_role(olga.pk, Member.Role.MANAGER, actor=ada)

    olga.refresh_from_db()
    assert olga.role == Member.Role.MANAGER
    assert history(ada, olga.pk).get().data == {"from": "finance", "to": "manager"}


def test_the_last_owner_stays(ada: Member, olga: Member) -> None:
    with pytest.raises(LastOwner):
        change_role(ada.pk, Member.Role.VIEWER, actor=ada)
    with pytest.raises(LastOwner):
        disable_member(ada.pk, actor=ada)

    ada.refresh_from_db()
    assert (ada.role, ada.disabled_at) == (Member.Role.OWNER, None)


def test_a_disabled_owner_does_not_count_as_one(ada: Member, acme: Organization) -> None:
    second = member_of(acme, "Siri")
    disable_member(second.pk, actor=ada)

    with pytest.raises(LastOwner):
        disable_member(ada.pk, actor=ada)


def test_with_a_second_owner_the_first_may_go(ada: Member, acme: Organization) -> None:
    siri = member_of(acme, "Siri")

    assert disable_member(ada.pk, actor=siri).disabled_at is not None


def test_disabling_twice_is_noted_once(ada: Member, olga: Member) -> None:
    first = disable_member(olga.pk, actor=ada, reason="Left the company")
    second = disable_member(olga.pk, actor=ada)

    assert first.disabled_at == second.disabled_at
    assert [a.reason for a in history(ada, olga.pk)] == ["Left the company"]


def test_an_unknown_role_names_those_there_are(ada: Member, olga: Member) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_role(olga.pk, "king", actor=ada)

    assert refusal.value.field == "role"
    assert "manager" in refusal.value.remedy
