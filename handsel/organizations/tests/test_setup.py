import pytest
from django.contrib.auth.hashers import make_password

from handsel.activity.models import Activity
from handsel.organizations.models import Installation, Member, Organization, User
from handsel.organizations.services import (
    EmailTaken,
    SetupDone,
    SetupLinkNotValid,
    check_setup_token,
    finish_setup,
    setup_link,
)

pytestmark = pytest.mark.django_db
BASE = "http://localhost:8000"


def token_of(link: str | None) -> str:
    assert link is not None
    return link.removeprefix(f"{BASE}/start/").rstrip("/")


def finish(token: str, email: str = "ada@acme.example") -> Member:
    return finish_setup(
        token,
        organization_name="Acme",
        site_url="https://acme.example",
        name="Ada",
        email=email,
        password_hash=make_password("correct horse"),
        language="nb",
    )


def test_the_first_one_in_owns_the_organization() -> None:
    owner = finish(token_of(setup_link(BASE)))

    assert owner.role == Member.Role.OWNER
    assert owner.organization.name == "Acme"
    assert owner.user.check_password("correct horse")
    assert owner.user.language == "nb"
    assert Activity.objects.get().verb == "member.joined"


def test_a_set_up_server_has_no_link_and_its_old_one_is_spent() -> None:
    token = token_of(setup_link(BASE))
    finish(token)

    assert setup_link(BASE) is None
    with pytest.raises(SetupDone):
        finish(token, email="eve@acme.example")
    assert Organization.objects.count() == 1


def test_a_new_link_replaces_the_one_before() -> None:
    first, second = token_of(setup_link(BASE)), token_of(setup_link(BASE))

    with pytest.raises(SetupLinkNotValid):
        check_setup_token(first)
    check_setup_token(second)


def test_only_the_hash_of_the_token_is_kept() -> None:
    token = token_of(setup_link(BASE))

    assert token not in str(Installation.objects.values().get())


@pytest.mark.parametrize("token", ["", "x", "æøå"])
def test_before_the_first_link_no_token_opens_anything(token: str) -> None:
    with pytest.raises(SetupLinkNotValid):
        check_setup_token(token)


def test_a_known_address_changes_nothing() -> None:
    User.objects.create_user(email="Ada@acme.example")
    token = token_of(setup_link(BASE))

    with pytest.raises(EmailTaken):
        finish(token)
    assert not Organization.objects.exists()
    check_setup_token(token)
