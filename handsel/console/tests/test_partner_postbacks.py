"""What a brand sees of its partner's postbacks: where they go, and whether they work."""

from django.test import Client
from django.utils.timezone import now

from handsel.cast import SignIn
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Postback
from handsel.postbacks.services import add_postback


def test_the_host_and_its_failures_and_not_the_address(
    client: Client, signed_in: SignIn, ada: Member, bens: Partnership, ben: Member
) -> None:
    add_postback(bens, url="https://tracker.example/in?token=t0p", actor=ben)
    Postback.objects.update(failing_since=now())
    page = signed_in(client, ada).get(f"/console/partners/{bens.pk}/links/").content.decode()

    assert "tracker.example" in page
    assert "failing since" in page
    assert "t0p" not in page
