import json
from datetime import timedelta

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.proof import NothingSealed, proof_file
from handsel.commissions.services import approve_commission, decline_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.tests.shop import NOON
from handsel.engine.proof import check
from handsel.ledger.keys import signing_key
from handsel.rows.scope import seen_by


def problems(file):
    report = check(file, signing_key().public_key().public_bytes_raw())
    return [c for c in report.checks if not c.ok]


def test_a_life_of_a_commission_is_proven(shop, commission, ada, cleos):
    shop.refund(amount_minor=6_250)
    evaluate_due()
    approve_commission(commission.pk, actor=ada)
    shop.refund(amount_minor=1_000, event_id="r2")
    evaluate_due()
    commission.refresh_from_db()

    file = proof_file(commission)

    said = json.loads(file)
    assert problems(file) == []
    assert said["subject"]["amount_minor"] == commission.amount_minor == 525
    assert len(said["evaluations"]) == 3
    assert len(said["entries"]) == 4


def test_a_declined_one_is_proven_to_be_worth_nothing(commission, ada):
    decline_commission(commission.pk, reason="Own order.", actor=ada)

    file = proof_file(commission)

    assert problems(file) == []
    assert json.loads(file)["subject"]["amount_minor"] == 0


def test_credit_that_moved_is_proven_on_both_sides(shop, commission, bens, cleos):
    later = click_on(cleos.links.get(), NOON - timedelta(minutes=2))
    shop.order(paid_minor=12_500, click_ids=[later], source="postback", trust="postback")
    evaluate_due()

    files = [proof_file(c) for c in Commission.objects.order_by("pk")]

    assert [problems(file) for file in files] == [[], []]
    assert [json.loads(f)["subject"]["amount_minor"] for f in files] == [0, 1_250]


def test_a_partner_downloads_the_same_proof_and_no_others_names(shop, bens, cleos, ben):
    others = click_on(cleos.links.get(), NOON - timedelta(days=5))
    shop.order(click_ids=[click_on(bens.links.get()), others])
    evaluate_due()

    with seen_by([ben.organization_id]):
        file = proof_file(Commission.objects.visible_to(ben).get())

    assert problems(file) == []
    for secret in (others, cleos.pk, cleos.partner_id):
        assert secret.encode() not in file


def test_a_changed_amount_is_found(commission):
    file = proof_file(commission).replace(b'"amount_minor": 1250', b'"amount_minor": 1260')

    assert problems(file)


def test_an_empty_ledger_proves_nothing(shop, bens_click):
    shop.order(paid_minor=0, click_ids=[bens_click])
    evaluate_due()

    with pytest.raises(NothingSealed):
        proof_file(Commission.objects.get())
