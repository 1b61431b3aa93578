"""A receipt and a proof for every kind of commission, for both sides."""

from typing import Any

import pytest

from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.receipt import Asked, receipt, what_ifs_of
from handsel.commissions.receipt.tests.conftest import DAY, POST
from handsel.engine.proof import check
from handsel.ledger.keys import signing_key
from handsel.rows.scope import seen_by

KINDS = Commission.Kind.values
AMOUNTS = {
    "order": 2_000,
    "period": 1_200,
    "day": 14,
    "bonus": 2_000,
    "override": 50,
    "manual": 750,
}

pytestmark = pytest.mark.django_db


def read(commission, member):
    return receipt(commission, member)


def test_there_is_one_of_every_kind(every_kind):
    assert {kind: row.amount_minor for kind, row in every_kind.items()} == AMOUNTS


def test_both_sides_read_the_same_sum_and_it_adds_up(every_kind, ada, ben):
    for kind, commission in every_kind.items():
        ours = read(commission, ada)
        with seen_by([ben.organization_id]):
            theirs = read(Commission.objects.visible_to(ben).get(pk=commission.pk), ben)

        assert sum(part.amount_minor for part in ours.formula) == AMOUNTS[kind]
        assert (ours.formula, ours.lines, ours.steps) == (
            theirs.formula,
            theirs.lines,
            theirs.steps,
        )
        assert ours.verification.is_same
        assert ours.verification.computed_minor == AMOUNTS[kind]
        assert (ours.ordered is None) is (ours.settled is not None) is (kind != "order")


def test_what_cannot_be_sent_back_waits_for_no_returns(every_kind, ada):
    waits = {kind for kind, one in every_kind.items() if read(one, ada).checks.awaits_returns}

    assert waits == {"order", "period", "day", "override"}


def test_a_period_tells_its_orders_with_their_receipts(every_kind, ada):
    shown = read(every_kind["period"], ada).settled

    assert [(m.order, m.counts_minor, m.amount_minor) for m in shown.members] == [
        ("L-1", 40_000, 4_000),
        ("L-2", 20_000, 2_000),
    ]
    assert shown.members[1].commission_id == every_kind["order"].pk
    assert shown.members_minor == 6_000


def test_a_period_tells_how_far_its_tiers_have_come(every_kind, ada):
    [tiers] = read(every_kind["period"], ada).tiers

    assert (tiers.clause, tiers.volume, tiers.pays_all) == (2, 60_000, True)
    assert [(band.start, band.end, band.fills, band.is_reached) for band in tiers.bands] == [
        (0, 50_000, 50_000, True),
        (50_000, None, 10_000, True),
    ]
    assert (tiers.reached.rate_ppm, tiers.next, tiers.missing) == (120_000, None, 0)


def test_a_day_tells_its_clicks(every_kind, ada):
    shown = read(every_kind["day"], ada).settled

    assert (shown.day, shown.link, shown.clicks, shown.impressions) == (DAY, "ben", 7, 90)
    assert [(c.country, c.source, c.clicks) for c in shown.counts] == [
        ("NO", "", 5),
        ("SE", "blog.example", 2),
    ]


def test_a_bonus_tells_what_was_handed_in(every_kind, ben):
    with seen_by([ben.organization_id]):
        bonus = Commission.objects.visible_to(ben).get(kind="bonus")
        shown = read(bonus, ben).settled

    assert (shown.submission.url, shown.submission.text) == (POST, "Our winter post.")


def test_a_share_leads_the_brand_to_what_it_is_of_and_its_partner_nowhere(every_kind, ada, ben):
    share = every_kind["override"]
    with seen_by([ben.organization_id]):
        theirs = read(Commission.objects.visible_to(ben).get(pk=share.pk), ben)

    assert read(share, ada).settled.source.order.order_reference == "C-1"
    assert theirs.settled.source is None


def test_what_a_person_decided_tells_the_reason(every_kind, ada):
    assert read(every_kind["manual"], ada).settled.reason == "For the broken link in May."


@pytest.mark.parametrize("kind", KINDS)
def test_the_proof_of_every_kind_holds_offline(every_kind, kind):
    file = proof_file(every_kind[kind])
    report: Any = check(file, signing_key().public_key().public_bytes_raw())

    assert [one for one in report.checks if not one.ok] == []
    assert report.proof.subject.amount_minor == AMOUNTS[kind]
    spoilt = file.replace(
        f'"amount_minor":{AMOUNTS[kind]}'.encode(), f'"amount_minor":{AMOUNTS[kind] + 1}'.encode()
    )
    assert spoilt == file or not check(spoilt).ok


def test_a_period_with_an_order_less_or_more(every_kind, ada):
    found = {one.code: one for one in what_ifs_of(read(every_kind["period"], ada), Asked())}

    assert found["order_less"].amount_minor == 0
    assert found["order_more"].amount_minor == 1_600
    assert found["order_more"].params == {"order": "L-2"}


@pytest.mark.parametrize("kind", ["day", "bonus", "override", "manual"])
def test_of_other_kinds_nothing_is_supposed(every_kind, ada, kind):
    assert what_ifs_of(read(every_kind[kind], ada), Asked()) == ()
