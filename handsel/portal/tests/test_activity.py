"""What happened: as far as it is the partner's to know."""

import pytest

from handsel.commissions.services import approve_commission, withhold_commission
from handsel.links.services import create_link, disable_link
from handsel.partnerships.services import pause_partnership, start_partnership
from handsel.programs.services import create_program


def told(client):
    """What, by whom, about what; the latest first."""
    happened = client.get("/portal/activity/").context["happened"]
    return [(one.what, one.by, one.subject) for one in happened]


def test_each_side_is_named_for_what_it_did(as_ben, bens, ada, ben):
    made = create_link(bens, slug="guide", name="Wool guide", actor=ben)
    disable_link(made.pk, actor=ada, reason="A dead page.")

    assert told(as_ben)[:2] == [
        ("Link disabled", "Acme", "Wool guide"),
        ("Link made", "Ben's Blog", "Wool guide"),
    ]
    page = as_ben.get("/portal/activity/").content.decode()
    assert "A dead page." in page
    assert f'href="/portal/links/{made.pk}/"' in page
    assert "Ada" not in page


def test_that_the_brand_looked_is_told_with_its_role_and_reason(client, bens, ben, ada, signed_in):
    signed_in(client, ada)
    client.post(f"/console/partners/{bens.pk}/view/", {"reason": "Your letter of today."})

    signed_in(client, ben)
    [what, by, _subject] = told(client)[0]
    assert what == "Acme looked at your pages as you see them (Owner)"
    assert by == "Acme"
    assert "Your letter of today." in client.get("/portal/activity/").content.decode()


def test_of_orders_only_what_people_did(as_ben, waiting, sells, month, ada):
    approve_commission(waiting.pk, actor=None)
    odd = sells("L-9", 5_000, at=month)
    withhold_commission(odd.pk, reason="Odd clicks.", actor=ada)

    said = [what for what, _by, _subject in told(as_ben)]

    assert "Commission withheld" in said
    assert "Commission approved" not in said
    assert "Commission counted" not in said


def test_who_views_reads_of_this_partnership_alone(client, bens, ben, terms, ada, signed_in):
    program = create_program(
        bens.brand, name="Second", site_url="https://acme.example", terms=terms, actor=ada
    )
    second = start_partnership(program, bens.partner, actor=ada)
    pause_partnership(second.pk, actor=ada, reason="Out of stock.")
    pause_partnership(bens.pk, actor=ada, reason="Holidays.")
    signed_in(client, ada)
    client.post(f"/console/partners/{bens.pk}/view/")

    page = client.get("/portal/activity/").content.decode()

    assert "Holidays." in page
    assert "Out of stock." not in page
    assert "Out of stock." in signed_in(client, ben).get("/portal/activity/").content.decode()


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_others_read_nothing_of_it(client, who, bens, ada, request, signed_in):
    pause_partnership(bens.pk, actor=ada, reason="Holidays.")
    signed_in(client, request.getfixturevalue(who))

    assert "Holidays." not in client.get("/portal/activity/").content.decode()
