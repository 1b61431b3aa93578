"""The click filter's page, and what both sides read of clicks that do not count."""

from datetime import timedelta

import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.clicks.filtered import filtered_by_reason
from handsel.clicks.tests.visits import click_through
from handsel.clock import now

HOUR = timedelta(hours=1)
AS_STRICT = {"click_filter": "strict", "repeat_window_s": "30"}


@pytest.fixture
def page():
    return reverse("console:settings-clicks")


@pytest.fixture
def filtered(bens_link):
    """Two bots and a double click that do not count, a labelled one that does, a good one."""
    for hours, reason, counts in (
        (1, "bot", False),
        (2, "bot", False),
        (3, "repeat", False),
        (4, "data_centre", True),
        (5, None, True),
        (31 * 24, "prefetch", False),
    ):
        click_through(
            bens_link,
            now() - hours * HOUR,
            filtered_reason=reason,
            counts=counts,
            may_attribute=counts,
        )


def test_a_manager_chooses_what_suspicious_clicks_may_do(client, program, ada, signed_in, page):
    response = signed_in(client, ada).post(page, AS_STRICT)

    program.refresh_from_db()
    assert response.status_code == 302
    assert (program.click_filter, program.repeat_window_s) == ("strict", 30)


@pytest.mark.parametrize(
    "said", [{"click_filter": "harsh"}, {"repeat_window_s": "-1"}, {"repeat_window_s": "3601"}]
)
def test_what_is_no_filter_is_refused_beside_its_field(client, program, ada, signed_in, page, said):
    response = signed_in(client, ada).post(page, {**AS_STRICT, **said})

    program.refresh_from_db()
    assert response.status_code == 422
    assert program.click_filter == "moderate"
    assert f'id="id_{next(iter(said))}_error"' in response.content.decode()


def test_a_viewer_reads_the_filter_and_cannot_change_it(client, program, acme, signed_in, page):
    viewer = signed_in(client, member_of(acme, "Vera", role="viewer"))

    assert "disabled" in viewer.get(page).content.decode()
    assert viewer.post(page, AS_STRICT).status_code == 403
    program.refresh_from_db()
    assert program.click_filter == "moderate"


def test_clicks_that_do_not_count_are_counted_by_reason(filtered, ada, bens_link):
    found = filtered_by_reason(ada, partnership_id=bens_link.partnership_id)

    assert found == {"bot": 2, "repeat": 1}
    assert list(found) == ["bot", "repeat"]


def test_another_organization_reads_of_none(filtered, mallory, bens_link):
    assert filtered_by_reason(mallory, partnership_id=bens_link.partnership_id) == {}


def test_both_sides_read_why_clicks_do_not_count(client, filtered, ada, ben, bens_link, signed_in):
    told = "A program that reads pages by itself"
    partners = reverse("console:partner-links", args=[bens_link.partnership_id])
    ours = reverse("console:link", args=[bens_link.pk])
    theirs = reverse("portal:link", args=[bens_link.pk])

    for member, page in ((ada, partners), (ada, ours), (ben, theirs)):
        assert told in signed_in(client, member).get(page).content.decode()


def test_a_partner_reads_which_filter_the_program_chose(client, program, ada, ben, bens, signed_in):
    signed_in(client, ada).post(reverse("console:settings-clicks"), AS_STRICT)
    agreement = reverse("portal:agreement", args=[bens.agreements.get().pk])

    read = signed_in(client, ben).get(agreement).content.decode()

    assert "do not count and earn no credit" in read
