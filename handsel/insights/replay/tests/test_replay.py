"""What was paid, extracted and computed again, and what other terms would have changed."""

from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.engine.terms import AttributionTerms, Fixed, Percent, When
from handsel.insights.history_files import made, read_history
from handsel.insights.replay import PeriodUnfit, Scope, replay
from handsel.insights.replay.extract import folder_of, fresh_history

LONG_AGO = now() - timedelta(days=365)


def replayed(program, terms, **options):
    return replay(Scope(program), terms, LONG_AGO, now(), **options).comparison


def test_the_agreements_as_they_were_give_what_was_paid(program, terms, year):
    found = replayed(program, terms)
    paid = sum(Commission.objects.values_list("amount_minor", flat=True))

    assert paid > 0
    assert found.now_minor == found.then_minor == paid
    assert (found.orders, found.unpaid_now) == (3, 1)


def test_a_longer_window_pays_for_the_click_that_was_too_old(program, terms, year, bens):
    longer = terms.model_copy(update={"attribution": AttributionTerms(window_days=45)})
    found = replayed(program, longer)
    [ben] = [one for one in found.partners if one.partnership == bens.pk]

    assert (ben.orders_now, ben.orders_then, ben.won, ben.lost) == (1, 2, 1, 0)
    assert ben.change_minor == found.change_minor == found.then_minor - found.now_minor > 0
    assert found.unpaid_then == 0


def test_one_partnership_alone_gets_other_terms(program, terms, year, bens, cleos):
    double = terms.model_copy(update={"pay": (Percent(rate_ppm=200_000),)})
    found = replay(Scope(program, partnership=bens), double, LONG_AGO, now())
    changes = {one.partnership: one.change_minor for one in found.comparison.partners}

    assert changes[bens.pk] > 0
    assert changes[cleos.pk] == 0


def test_a_partner_sees_nobody_elses_figures(program, terms, year, bens):
    scope = Scope(program, partnership=bens)
    found = replay(scope, terms, LONG_AGO, now(), only_own=True).comparison

    assert [one.partnership for one in found.partners] == [bens.pk]
    assert found.now_minor == Commission.objects.get(partnership=bens).amount_minor


def test_conditions_find_what_was_known_of_the_order(program, terms, year):
    rule = Fixed(amount_minor=100, currency="EUR", when=When(codes=("CLEO5",)))
    found = replayed(program, terms.model_copy(update={"pay": (*terms.pay, rule)}))

    assert found.change_minor == 100


def test_what_lies_ahead_is_refused_with_the_reason(program, terms):
    with pytest.raises(PeriodUnfit) as refused:
        replay(Scope(program), terms, now(), now() + timedelta(days=1))
    assert refused.value.field == "until"


def test_the_files_are_private_and_name_nobody(program, year):
    folder = fresh_history(program)
    written = b"".join(file.read_bytes() for file in folder.iterdir())

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    for name in ("customer-4711", "buyer@mail.example", "A-1"):
        assert name.encode() not in written
    customer = program.conversions.exclude(customer=None).get().customer
    assert customer.email_hash.encode() not in written
    assert customer.pk.encode() not in written


def test_files_of_today_are_used_again_and_older_ones_are_made_anew(program, year, monkeypatch):
    folder = fresh_history(program)
    first = made(folder)
    assert made(fresh_history(program)) == first

    tomorrow = now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr("handsel.insights.replay.extract.now", lambda: tomorrow)
    again = made(fresh_history(program))
    assert first is not None
    assert again is not None
    assert again.at == tomorrow.astimezone(first.at.tzinfo)


def test_a_history_read_from_its_files_is_what_was_written(program, year):
    history = read_history(fresh_history(program))

    assert history.orders.size == 3
    assert folder_of(program.pk).is_dir()
    assert [len(history.touches_of(order)) for order in range(3)] == [1, 1, 1]
