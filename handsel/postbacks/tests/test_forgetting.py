"""How long deliveries are kept."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from handsel.partnerships.models import Partnership
from handsel.postbacks import forgetting
from handsel.postbacks.models import Delivery, Postback

pytestmark = pytest.mark.django_db


@pytest.fixture
def postback(bens: Partnership) -> Postback:
    return Postback.objects.create(
        brand_id=bens.brand_id,
        partner_id=bens.partner_id,
        partnership=bens,
        url="https://tracker.example/in",
        secret="x" * 32,
    )


def told(postback: Postback, **moments: int) -> str:
    """A delivery with moments so many days ago."""
    ago = {name: now() - timedelta(days=days, minutes=1) for name, days in moments.items()}
    row = Delivery.objects.create(
        brand_id=postback.brand_id,
        partner_id=postback.partner_id,
        partnership=postback.partnership,
        postback=postback,
        event="pending",
        status="pending",
        amount_minor=100,
        currency="EUR",
        **ago,
    )
    return str(row.pk)


def test_what_is_over_is_forgotten_after_ninety_days(postback: Postback) -> None:
    kept = {
        told(postback, created_at=400),
        told(postback, created_at=400, delivered_at=89),
        told(postback, created_at=400, given_up_at=89),
    }
    told(postback, created_at=400, delivered_at=90)
    told(postback, created_at=400, given_up_at=90)

    assert forgetting.forget_deliveries() == 2
    assert set(Delivery.objects.values_list("pk", flat=True)) == kept


def test_many_go_a_batch_at_a_time(postback: Postback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    for _ in range(5):
        told(postback, delivered_at=100)

    assert forgetting.forget_deliveries() == 5
