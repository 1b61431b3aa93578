import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.commissions.models import Commission
from handsel.ledger.queries import balance_minor

Status = Commission.Status


def decide(client, commission, what, **said):
    headers = said.pop("headers", {})
    return client.post(
        reverse(f"console:commission-{what}", args=[commission.pk]), said, headers=headers
    )


def owed(commission):
    pk = commission.partnership_id
    return balance_minor(f"pending:{pk}"), balance_minor(f"payable:{pk}")


def test_approving_leads_back_to_the_receipt(as_ada, commission):
    response = decide(as_ada, commission, "approval")

    assert response["Location"] == reverse("console:commission", args=[commission.pk])
    assert owed(commission) == (0, 1_050)


def test_approving_by_htmx_answers_with_the_row(as_ada, commission):
    response = decide(as_ada, commission, "approval", headers={"HX-Request": "true"})
    html = response.content.decode()

    assert html.strip().startswith("<tr") or f'<tr id="{commission.pk}"' in html
    assert "Approved" in html
    assert "<html" not in html


def test_declining_needs_a_reason_and_changes_nothing_without(as_ada, commission):
    response = decide(as_ada, commission, "refusal", reason=" ")
    commission.refresh_from_db()

    assert response.status_code == 422
    assert commission.status == Status.PENDING
    assert owed(commission) == (1_050, 0)


def test_declining_takes_it_out_of_what_is_owed(as_ada, commission):
    decide(as_ada, commission, "refusal", reason="Their own order")
    commission.refresh_from_db()

    assert commission.status == Status.DECLINED
    assert owed(commission) == (0, 0)


def test_what_is_withheld_can_be_released_and_approved(as_ada, commission):
    decide(as_ada, commission, "withholding", reason="Ten orders from one address")
    assert decide(as_ada, commission, "approval").status_code == 409

    decide(as_ada, commission, "release")
    assert decide(as_ada, commission, "approval").status_code == 302
    assert owed(commission) == (0, 1_050)


@pytest.mark.parametrize("what", ["approval", "refusal", "withholding", "release"])
def test_others_decide_nothing(as_mallory, as_ben, commission, what):
    assert decide(as_mallory, commission, what, reason="x").status_code == 404
    assert decide(as_ben, commission, what, reason="x").status_code == 404
    commission.refresh_from_db()

    assert commission.status == Status.PENDING
    assert commission.withheld_at is None


def test_a_viewer_reads_and_does_not_decide(client, signed_in, acme, commission):
    viewer = signed_in(client, member_of(acme, "Vera", role="viewer"))

    assert decide(viewer, commission, "approval").status_code == 403
    page = viewer.get(reverse("console:commission", args=[commission.pk])).content.decode()
    assert "Approve now" not in page
