import pytest

from handsel.links.joining import add_partner
from handsel.partnerships import rounds
from handsel.partnerships.models import Offer
from handsel.partnerships.moving import move_on
from handsel.partnerships.renewing import Signature, renew_agreement
from handsel.partnerships.rounds import NothingToOffer, begin_round, go_on, preview
from handsel.programs.queries import first_group
from handsel.programs.services import change_group_terms


@pytest.fixture
def many(program, ada):
    return [add_partner(program, name=f"Partner {number}", actor=ada) for number in range(4)]


@pytest.fixture
def own(bens, ada, ben, better):
    """Ben has terms of his own."""
    renew_agreement(bens.pk, better, brand=Signature(ada, "12 %"), partner=Signature(ben, "12 %"))
    return bens


@pytest.fixture
def changed(program, ada, worse):
    return change_group_terms(first_group(program).pk, worse, actor=ada, reason="Margins fell.")


def test_who_has_terms_of_its_own_is_left_out_and_named(own, many, changed):
    found = preview(changed)

    (change,) = found.changes
    assert (change.effect, len(change.partnerships)) == ("worse", 4)
    assert [(one.partnership.pk, one.because) for one in found.skipped] == [(own.pk, "own_terms")]


def test_everyone_else_is_offered_them_once(own, many, changed, ada):
    begun = begin_round(changed, actor=ada, message="The margins fell.")
    move_on()
    move_on()

    begun.refresh_from_db()
    assert begun.finished_at is not None
    assert (begun.done_total, begun.partners_total) == (5, 5)
    assert begun.skipped == [[own.pk, "own_terms"]]
    assert {o.partnership_id for o in Offer.objects.all()} == {one.pk for one in many}
    assert {o.message for o in Offer.objects.all()} == {"The margins fell."}


def test_a_round_goes_on_where_it_was_stopped(many, bens, changed, ada, monkeypatch):
    begun = begin_round(changed, actor=ada)
    go_on(limit=2)
    begun.refresh_from_db()
    assert (begun.done_total, Offer.objects.count(), begun.finished_at) == (2, 2, None)

    def killed(*_: object) -> None:
        raise SystemError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "_make", killed)
        with pytest.raises(SystemError):
            go_on(limit=2)
    go_on()
    begun.refresh_from_db()
    assert (begun.done_total, Offer.objects.count()) == (5, 5)


def test_who_accepts_has_the_groups_terms_and_is_offered_the_next(
    bens, changed, accepted, ada, terms
):
    begin_round(changed, actor=ada)
    move_on()
    version = accepted(Offer.objects.get())
    assert version.group_terms_id == changed.pk

    again = change_group_terms(changed.group_id, terms, actor=ada)
    (change,) = preview(again).changes
    assert change.effect == "better"


def test_a_better_version_holds_for_all_at_once(many, program, ada, better):
    version = change_group_terms(first_group(program).pk, better, actor=ada)
    begin_round(version, actor=ada)
    move_on()

    assert {one.agreements.count() for one in many} == {2}


def test_nothing_is_begun_where_nobody_would_be_offered_anything(own, changed, ada):
    with pytest.raises(NothingToOffer):
        begin_round(changed, actor=ada)
