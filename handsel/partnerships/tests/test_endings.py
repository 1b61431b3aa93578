from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.commissions.agreements import agreement_versions
from handsel.errors import InvalidInput
from handsel.links.joining import add_partner
from handsel.partnerships.closing import earliest_end, end_program, keep_program
from handsel.partnerships.ending import (
    NoNotice,
    NoticeGiven,
    give_notice,
    withdraw_notice,
)
from handsel.partnerships.models import Ending, Partnership
from handsel.partnerships.moving import move_on
from handsel.partnerships.queries import agreement_in_force
from handsel.partnerships.services import end_partnership, pause_partnership
from handsel.programs.pausing import ProgramEnded, pause_program, resume_program
from handsel.programs.services import change_group_terms


@pytest.fixture
def cleos(program, bens, ada, tailed):
    """Cleo joined when the group's terms had twenty days of notice and a tail of ten."""
    change_group_terms(program.groups.get().pk, tailed, actor=ada)
    return add_partner(program, name="Cleo", actor=ada)


def test_notice_is_given_for_the_days_that_were_agreed(cleos, ada):
    ending = give_notice(cleos.pk, reason="We close.", actor=ada)

    assert ending.ends_at - ending.announced_at == pytest.approx(
        timedelta(days=20), abs=timedelta(seconds=5)
    )
    assert ending.tail_until == ending.ends_at + timedelta(days=10)
    cleos.refresh_from_db()
    assert (cleos.status, cleos.on_notice) == ("active", True)


def test_all_goes_on_until_the_day_and_ends_on_it(cleos, ada, days_later):
    ending = give_notice(cleos.pk, reason="We close.", actor=ada)
    pause_partnership(cleos.pk, actor=ada)
    days_later(19)
    move_on()
    assert Partnership.objects.get(pk=cleos.pk).agreements.get().valid_until is None

    days_later(2)
    move_on()
    cleos.refresh_from_db()
    assert cleos.ended_at == ending.ends_at
    assert cleos.agreements.get().valid_until == ending.ends_at
    assert cleos.pauses.get().ended_at == ending.ends_at
    assert Ending.objects.get().finished_at is not None


def test_the_engine_is_told_the_end_and_the_tail(cleos, bens, ada):
    ending = give_notice(cleos.pk, reason="We close.", actor=ada)
    end_partnership(bens.pk, actor=ada, reason="Fraud.")

    (told,) = agreement_versions([cleos.pk])[cleos.pk]
    assert (told.valid_until, told.tail_until) == (ending.ends_at, ending.tail_until)
    (told,) = agreement_versions([bens.pk])[bens.pk]
    assert told.tail_until is None


def test_a_notice_within_the_promised_days_is_refused(cleos, ada):
    with pytest.raises(InvalidInput) as refused:
        give_notice(cleos.pk, ends_at=now() + timedelta(days=19), reason="Now.", actor=ada)

    assert refused.value.field == "ends_at"
    assert not Ending.objects.exists()


def test_a_notice_needs_a_reason_and_is_given_once(cleos, ada):
    with pytest.raises(InvalidInput):
        give_notice(cleos.pk, reason="  ", actor=ada)
    give_notice(cleos.pk, reason="We close.", actor=ada)
    with pytest.raises(NoticeGiven):
        give_notice(cleos.pk, reason="We close.", actor=ada)


def test_a_notice_taken_back_leaves_no_trace_in_the_terms(cleos, ada, days_later):
    give_notice(cleos.pk, reason="We close.", actor=ada)
    withdraw_notice(cleos.pk, actor=ada)
    days_later(30)
    move_on()

    cleos.refresh_from_db()
    assert cleos.ended_at is None
    (version,) = agreement_versions([cleos.pk])[cleos.pk]
    assert (version.valid_until, version.tail_until) == (None, None)
    with pytest.raises(NoNotice):
        withdraw_notice(cleos.pk, actor=ada)


def test_only_the_side_that_gave_notice_takes_it_back(bens, ada, ben):
    give_notice(bens.pk, reason="I stop blogging.", actor=ben)
    with pytest.raises(NoNotice):
        withdraw_notice(bens.pk, actor=ada)
    bens.refresh_from_db()
    assert bens.on_notice

    withdraw_notice(bens.pk, actor=ben)
    bens.refresh_from_db()
    assert not bens.on_notice


def test_what_ends_with_its_program_goes_on_only_with_it(bens, program, ada):
    end_program(program.pk, reason="The shop closes.", actor=ada)
    move_on()

    with pytest.raises(NoNotice):
        withdraw_notice(bens.pk, actor=ada)


def test_ending_at_once_overtakes_a_notice(cleos, ada):
    give_notice(cleos.pk, reason="We close.", actor=ada)
    ended = end_partnership(cleos.pk, actor=ada, reason="Fraud.")

    assert ended.status == "ended"
    assert Ending.objects.get(withdrawn_at=None).reason == "Fraud."


def test_a_program_that_rests_keeps_what_happened_then_uncredited(bens, program, ada):
    pause_program(program.pk, actor=ada, reason="Sold out.")
    resume_program(program.pk, actor=ada)

    pause = program.pauses.get()
    before, after = agreement_versions([bens.pk])[bens.pk]
    assert (before.valid_until, after.valid_from) == (pause.began_at, pause.ended_at)


def test_a_program_ends_for_all_after_the_longest_notice(bens, cleos, program, ada, days_later):
    assert earliest_end(program) - now() == pytest.approx(
        timedelta(days=30), abs=timedelta(seconds=5)
    )
    ending = end_program(program.pk, reason="The shop closes.", actor=ada)
    move_on()
    ending.refresh_from_db()
    assert (ending.done_total, ending.partners_total) == (2, 2)
    assert {one.ends_at for one in Ending.objects.all()} == {ending.ends_at}

    days_later(31)
    move_on()
    program.refresh_from_db()
    assert program.ended_at == ending.ends_at
    assert Ending.objects.filter(finished_at=None).count() == 0
    assert agreement_in_force(bens, at=ending.ends_at) is None


def test_a_program_on_notice_takes_nobody_in_and_may_go_on(bens, program, ada):
    end_program(program.pk, reason="The shop closes.", actor=ada)
    move_on()
    program.refresh_from_db()
    with pytest.raises(ProgramEnded):
        add_partner(program, name="Dan", actor=ada)

    keep_program(program.pk, actor=ada)
    bens.refresh_from_db()
    program.refresh_from_db()
    assert (bens.ended_at, program.ended_at) == (None, None)
    assert add_partner(program, name="Dan", actor=ada)


def test_a_program_does_not_end_within_a_promised_notice(bens, program, ada):
    with pytest.raises(InvalidInput):
        end_program(program.pk, ends_at=now() + timedelta(days=29), reason="Soon.", actor=ada)

    program.refresh_from_db()
    assert program.ended_at is None
