import pytest

from handsel.organizations.models import Member, Organization
from handsel.organizations.services import PersonUnknown, is_set_up, open_imported


@pytest.fixture
def imported(db):
    return Organization.objects.create(name="Imported shop")


def test_a_server_without_anybody_gets_a_manager_and_needs_no_wizard(imported):
    owner, password = open_imported(imported)

    assert owner.user.check_password(password)
    assert owner.role == Member.Role.OWNER
    assert is_set_up()


def test_the_servers_owner_may_see_what_was_imported(ada, imported):
    owner, password = open_imported(imported)

    assert (owner.user, password) == (ada.user, "")
    assert not is_set_up()


def test_importing_again_lets_nobody_in_twice(ada, imported):
    open_imported(imported)
    open_imported(imported)

    assert imported.members.count() == 1


def test_somebody_unknown_is_not_let_in(ada, imported):
    with pytest.raises(PersonUnknown):
        open_imported(imported, email="nobody@acme.example")

    assert not imported.members.exists()
