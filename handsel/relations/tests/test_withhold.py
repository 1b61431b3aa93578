import pytest

from handsel.activity.queries import history
from handsel.commissions.services import (
    CommissionNotWithholdable,
    decline_commission,
    evaluate_due,
    release_commission,
    withhold_commission,
)
from handsel.ledger.queries import balance_minor
from handsel.relations.models import Question
from handsel.relations.services import (
    QuestionClosed,
    QuestionNotWithholdable,
    ask,
    release,
    say,
    settle,
    withdraw,
    withhold,
)


def withheld(commission):
    commission.refresh_from_db()
    return commission.withheld_at is not None


def test_the_amount_is_kept_back_until_the_question_is_settled(question, commission, ada, ben):
    withhold(question.pk, actor=ada)
    assert withheld(commission)

    settle(question.pk, actor=ben)
    assert not withheld(commission)
    assert balance_minor(f"pending:{commission.partnership_id}") == 1_250


def test_the_partner_reads_why(question, commission, ada, ben):
    withhold(question.pk, actor=ada)

    activity = history(ben, commission.pk).get(verb="commission.withheld")
    assert activity.reason == "Until the question of 15 Oct 2030 about it is answered."


def test_the_reason_is_kept_in_the_partners_language(question, commission, ada, ben):
    question.partner.language = "sv"
    question.partner.save()
    withhold(question.pk, actor=ada)

    assert "15 okt. 2030" in history(ben, commission.pk).get(verb="commission.withheld").reason


@pytest.mark.parametrize("close", [settle, withdraw])
def test_what_a_person_withheld_for_a_suspicion_stays_withheld(
    question, commission, ada, ben, close
):
    withhold_commission(commission.pk, reason="Ten orders from one address", actor=ada)
    with pytest.raises(QuestionNotWithholdable):
        withhold(question.pk, actor=ada)

    close(question.pk, actor=ben)
    assert withheld(commission)


def test_a_later_suspicion_outlives_the_question(question, commission, ada, ben):
    withhold(question.pk, actor=ada)
    release_commission(commission.pk, actor=ada)
    withhold_commission(commission.pk, reason="Ten orders from one address", actor=ada)

    settle(question.pk, actor=ben)
    assert withheld(commission)


def test_the_brand_may_release_it_before(question, commission, ada):
    withhold(question.pk, actor=ada)
    release(question.pk, actor=ada)

    assert not withheld(commission)
    assert not Question.objects.get().is_withheld


def test_withholding_twice_is_one_withholding(question, commission, ada, ben):
    withhold(question.pk, actor=ada)
    first = Question.objects.get().withheld_at
    withhold(question.pk, actor=ada)

    assert Question.objects.get().withheld_at == first
    assert history(ben, commission.pk).filter(verb="commission.withheld").count() == 1


def test_nothing_is_withheld_for_what_is_closed_or_was_not_credited(question, missed, ada, ben):
    lost = ask(missed, text="They read my post first.", actor=ben)
    with pytest.raises(QuestionNotWithholdable):
        withhold(lost.pk, actor=ada)

    settle(question.pk, actor=ben)
    with pytest.raises(QuestionClosed):
        withhold(question.pk, actor=ada)


def test_what_was_declined_is_not_withheld(question, commission, ada):
    decline_commission(commission.pk, reason="Their own order", actor=ada)

    with pytest.raises(CommissionNotWithholdable):
        withhold(question.pk, actor=ada)
    assert Question.objects.get().withheld_at is None


def test_an_order_that_is_credited_after_all_joins_its_thread(missed, shop, ada, ben, bens):
    question = ask(missed, text="They used my code.", actor=ben)
    at = missed.conversion.occurred_at
    shop.order("L-2", codes=["BEN10"], at=at, received_at=at, source="webhook")
    evaluate_due()
    say(question.pk, text="Found it.", actor=ada)

    question.refresh_from_db()
    assert question.commission is not None
    assert question.commission.partnership == bens
