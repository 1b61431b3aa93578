import pytest

from handsel.cast import member_of
from handsel.mail.models import Letter
from handsel.mail.queries import letters_about
from handsel.organizations.models import Member
from handsel.organizations.services import invite_member
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.usefixtures("outbox")


def invite(actor: Member, email: str = "olga@mail.example") -> str:
    """The link of the invitation."""
    made = invite_member(actor.organization, email=email, role=Member.Role.MANAGER, actor=actor)
    return made.link


def test_two_who_invite_one_person_read_each_their_own_letter(ada: Member, mallory: Member) -> None:
    """The other letter would let its reader in."""
    links = {member: invite(member) for member in (ada, mallory)}

    for member, link in links.items():
        (shown,) = letters_about(member.organization_id)
        assert link in shown.text
        assert member.organization.name in shown.letter.subject


def test_a_members_letters_from_elsewhere_are_their_own(ada: Member, mallory: Member) -> None:
    olga = member_of(ada.organization, "Olga")
    invite(mallory, olga.user.email)
    Letter.objects.create(to=olga.user.email, subject="Reset your password", text="a secret link")

    (shown,) = letters_about(ada.organization_id)

    assert (shown.letter.subject, shown.text) == ("Reset your password", "")


def test_a_person_invited_by_us_resets_nothing_before_our_eyes(ada: Member) -> None:
    invite(ada)
    Letter.objects.create(to="olga@mail.example", subject="Reset your password", text="secret")

    assert [one.letter.subject for one in letters_about(ada.organization_id)] == [
        "Join Acme on Handsel"
    ]


def test_a_brand_hands_over_what_it_wrote_to_its_partner(ada: Member, bens: Partnership) -> None:
    made = invite_member(bens.partner, email="ben@blog.example", role="owner", actor=ada)

    (shown,) = letters_about(ada.organization_id)

    assert made.link in shown.text
