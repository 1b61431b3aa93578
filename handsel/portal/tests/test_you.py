import pytest

from handsel.cast import member_of
from handsel.organizations.models import Invitation, Member
from handsel.organizations.services import invite_member


@pytest.fixture
def bea(bens):
    """Who looks in for Ben, and changes nothing."""
    return member_of(bens.partner, "Bea", Member.Role.VIEWER)


def test_who_one_is_and_who_works_beside(as_ben, ben, bea):
    page = as_ben.get("/portal/you/").content.decode()

    assert "ben@owner.example" in page
    assert "bea@viewer.example" in page
    assert 'action="/language/"' in page
    assert 'action="/theme/"' in page


def test_the_theme_that_was_chosen_is_marked(as_ben):
    as_ben.post("/theme/", {"theme": "dark", "next": "/portal/you/"})

    assert '<option value="dark" selected>' in as_ben.get("/portal/you/").content.decode()


def test_an_owner_lets_somebody_in(as_ben, ben, outbox):
    as_ben.post("/portal/you/invitations/", {"email": "Bo@blog.example", "role": "viewer"})

    invitation = Invitation.objects.get()
    assert invitation.organization_id == ben.organization_id
    assert (invitation.email, invitation.role) == ("Bo@blog.example", "viewer")
    assert "Bo@blog.example" in as_ben.get("/portal/you/").content.decode()


def test_a_member_is_not_invited_again(as_ben, bea):
    response = as_ben.post("/portal/you/invitations/", {"email": bea.user.email, "role": "viewer"})

    assert response.status_code == 422
    assert "email" in response.context["form"].errors
    assert not Invitation.objects.exists()


def test_a_viewer_lets_nobody_in(client, bea, signed_in):
    signed_in(client, bea)

    assert "Let somebody in" not in client.get("/portal/you/").content.decode()
    response = client.post("/portal/you/invitations/", {"email": "x@y.example", "role": "owner"})
    assert response.status_code == 403
    assert not Invitation.objects.exists()


def test_an_invitation_is_taken_back(as_ben, ben, outbox):
    invitation = invite_member(ben.organization, email="bo@blog.example", role="viewer", actor=ben)

    as_ben.post(f"/portal/you/invitations/{invitation.pk}/revocation/")

    invitation.refresh_from_db()
    assert not invitation.is_open()


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_else_takes_it_back(client, who, ben, request, signed_in, outbox):
    invitation = invite_member(ben.organization, email="bo@blog.example", role="viewer", actor=ben)
    signed_in(client, request.getfixturevalue(who))

    response = client.post(f"/portal/you/invitations/{invitation.pk}/revocation/")

    assert response.status_code == 404
    assert "bo@blog.example" not in client.get("/portal/you/").content.decode()
    assert Invitation.objects.get().is_open()
