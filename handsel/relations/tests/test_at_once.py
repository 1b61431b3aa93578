from functools import partial

from handsel.commissions.tests.test_many_workers import in_threads
from handsel.relations.models import Question
from handsel.relations.services import ask


def test_those_who_ask_at_once_meet_in_one_thread(transactional_db, commission, ben, ada):
    def asked(text, who):
        ask(commission, text=text, actor=who)

    failed = in_threads([partial(asked, f"Why? {n}", who) for n, who in enumerate((ben, ada, ben))])

    assert failed == []
    assert Question.objects.get().messages.count() == 3
