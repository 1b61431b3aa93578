import re

import pytest
from django.utils.timezone import now

from handsel.cast import member_of
from handsel.mail.models import Letter
from handsel.organizations.models import Invitation, Member, Organization, User
from handsel.organizations.services import (
    AlreadyMember,
    InvitationForAnother,
    InvitationNotOpen,
    PeopleOfTheirOwn,
    SignInToAccept,
    accept_invitation,
    disable_member,
    invite_member,
    open_invitation,
    revoke_invitation,
)
from handsel.partnerships.models import Partnership
from handsel.rows.scope import scope_of_nobody, seen_by

pytestmark = pytest.mark.usefixtures("outbox")
PASSWORD = "correct horse"


def token_in(letter: Letter) -> str:
    found = re.search(r"/invitations/([^/]+)/", letter.text)
    assert found is not None
    return found[1]


@pytest.fixture
def token(ada: Member) -> str:
    with seen_by([ada.organization_id]):
        invite_member(
            ada.organization, email="olga@acme.example", role=Member.Role.FINANCE, actor=ada
        )
    return token_in(Letter.objects.get())


def test_the_invited_comes_in_with_the_role_offered(token: str, acme: Organization) -> None:
    with scope_of_nobody():
        olga = accept_invitation(token, name="Olga", password=PASSWORD, language="pl")

    assert (olga.organization, olga.role) == (acme, Member.Role.FINANCE)
    assert olga.user.email == "olga@acme.example"
    assert olga.user.check_password(PASSWORD)


def test_an_invitation_works_once(token: str) -> None:
    accept_invitation(token, name="Olga", password=PASSWORD)

    with pytest.raises(InvitationNotOpen):
        accept_invitation(token, name="Eve", password=PASSWORD)
    assert User.objects.filter(email="olga@acme.example").count() == 1


def test_after_14_days_it_is_too_late(token: str) -> None:
    Invitation.objects.update(expires_at=now())

    with pytest.raises(InvitationNotOpen):
        open_invitation(token)


def test_one_taken_back_does_not_open(token: str, ada: Member) -> None:
    revoke_invitation(Invitation.objects.get().pk, actor=ada)

    with pytest.raises(InvitationNotOpen):
        open_invitation(token)


def test_a_second_letter_replaces_the_first(token: str, ada: Member) -> None:
    invite_member(ada.organization, email="OLGA@acme.example", role="viewer", actor=ada)

    with pytest.raises(InvitationNotOpen):
        open_invitation(token)
    assert len([i for i in Invitation.objects.all() if i.is_open()]) == 1


def test_who_invites_may_hand_the_link_over_themselves(ada: Member) -> None:
    made = invite_member(ada.organization, email="siri@acme.example", role="viewer", actor=ada)

    assert made.link in Letter.objects.get().text
    assert Invitation.objects.get().link == ""


def test_only_the_hash_of_the_token_is_in_the_row(token: str) -> None:
    assert token not in str(Invitation.objects.values().get())


def test_somebody_known_here_must_sign_in(token: str, mallory: Member) -> None:
    User.objects.filter(pk=mallory.user_id).update(email="Olga@acme.example")

    with pytest.raises(SignInToAccept):
        accept_invitation(token, name="Olga", password=PASSWORD)
    mallory.user.refresh_from_db()
    accepted = accept_invitation(token, user=mallory.user)
    assert accepted.user == mallory.user


def test_it_is_of_no_use_to_somebody_else(token: str, mallory: Member) -> None:
    with pytest.raises(InvitationForAnother):
        accept_invitation(token, user=mallory.user)

    assert open_invitation(token).accepted_at is None


def test_who_was_shut_out_can_be_invited_back(ada: Member, acme: Organization) -> None:
    olga = member_of(acme, "Olga", Member.Role.MANAGER)
    disable_member(olga.pk, actor=ada)
    invite_member(acme, email=olga.user.email, role=Member.Role.VIEWER, actor=ada)

    accept_invitation(token_in(Letter.objects.get()), user=olga.user)

    olga.refresh_from_db()
    assert (olga.role, olga.disabled_at) == (Member.Role.VIEWER, None)


def test_a_member_is_not_invited_again(ada: Member) -> None:
    with pytest.raises(AlreadyMember):
        invite_member(ada.organization, email=ada.user.email, role="viewer", actor=ada)
    assert not Letter.objects.exists()


def test_a_brand_invites_its_partner_in_the_partners_language(
    ada: Member, bens: Partnership
) -> None:
    with seen_by([ada.organization_id]):
        invite_member(bens.partner, email="ben@blog.example", role="owner", actor=ada)

    letter = Letter.objects.get()
    assert "Ada of Acme invites you to promote Acme as Ben's Blog." in letter.text
    with scope_of_nobody():
        ben = accept_invitation(token_in(letter), name="Ben", password=PASSWORD)
    assert ben.organization_id == bens.partner_id


def test_a_brand_invites_nobody_to_a_partner_that_has_people(
    ada: Member, bens: Partnership, ben: Member
) -> None:
    with seen_by([ada.organization_id]), pytest.raises(PeopleOfTheirOwn):
        invite_member(bens.partner, email="ada@second.example", role="owner", actor=ada)

    assert not Invitation.objects.exists()


def test_who_comes_first_closes_the_brands_other_invitations(
    ada: Member, bens: Partnership
) -> None:
    for email in ("ada@second.example", "ben@blog.example"):
        invite_member(bens.partner, email=email, role="owner", actor=ada)
    adas, bens_letter = Letter.objects.order_by("pk")
    accept_invitation(token_in(bens_letter), name="Ben", password=PASSWORD)

    with scope_of_nobody(), pytest.raises(InvitationNotOpen):
        open_invitation(token_in(adas))
    with scope_of_nobody(), pytest.raises(InvitationNotOpen):
        accept_invitation(token_in(adas), name="Ada", password=PASSWORD)
    assert Member.objects.filter(organization=bens.partner).count() == 1
