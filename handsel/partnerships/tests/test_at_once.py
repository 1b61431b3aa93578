"""The partner's signature and the brand's withdrawal at the same moment: one of them counts."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from handsel.engine.terms import Percent
from handsel.errors import DomainError
from handsel.partnerships import offering
from handsel.partnerships.models import Offer
from handsel.partnerships.offering import accept_offer, make_offer, withdraw_offer
from handsel.partnerships.rounds import begin_round, go_on
from handsel.partnerships.versions import Signature
from handsel.programs.queries import first_group
from handsel.programs.services import change_group_terms
from handsel.rows.scope import as_system

pytestmark = pytest.mark.long

LESS = {"pay": (Percent(rate_ppm=80_000),)}


@pytest.fixture
def offer(transactional_db, bens, ada, terms):
    return make_offer(bens.pk, terms.model_copy(update=LESS), brand=Signature(ada, "x"))


def together(*works):
    """Do them all at once; what was refused."""
    start, refused = Barrier(len(works)), []

    def run(work):
        try:
            with as_system():
                start.wait(timeout=20)
                work()
        except DomainError as error:
            refused.append(error.code)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def race(offer, ada, ben):
    digest = offer.terms_digest
    return together(
        lambda: accept_offer(offer.pk, member=ben, terms_digest=digest, text="x", language="en"),
        lambda: withdraw_offer(offer.pk, actor=ada),
    )


def test_one_answer_counts(offer, bens, ada, ben):
    refused = race(offer, ada, ben)

    offer.refresh_from_db()
    assert refused == ["offer-closed"]
    assert (offer.status, bens.agreements.count()) in {("accepted", 2), ("withdrawn", 1)}


def test_without_the_lock_both_would(offer, bens, ada, ben, monkeypatch):
    """The control: both look before either writes, and both believe that they may."""
    looked = Barrier(2)

    def unlocked(pk):
        found = Offer.objects.select_related("base", "partnership__program").get(pk=pk)
        looked.wait(timeout=20)
        return found

    monkeypatch.setattr(offering, "_locked", unlocked)

    assert race(offer, ada, ben) == []


def test_two_workers_make_each_offer_once(transactional_db, bens, program, ada, terms):
    version = change_group_terms(first_group(program).pk, terms.model_copy(update=LESS), actor=ada)
    begun = begin_round(version, actor=ada)
    together(go_on, go_on, go_on)

    begun.refresh_from_db()
    assert (begun.done_total, begun.skipped) == (1, [])
    assert Offer.objects.count() == 1
