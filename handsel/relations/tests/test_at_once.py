from functools import partial

from handsel.commissions.tests.test_many_workers import in_threads
from handsel.relations.models import Question
from handsel.relations.services import ask


def test_those_who_ask_at_once_meet_in_one_thread(transactional_db, commission, ben, ada):
    asks = [
        partial(ask, commission, text=f"Why? {n}", actor=who)
        for n, who in enumerate((ben, ada, ben))
    ]
    failed = in_threads(asks)

    assert failed == []
    assert Question.objects.get().messages.count() == 3
