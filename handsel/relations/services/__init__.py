from handsel.relations.services.answer import NotYoursToAnswer, PromiseNotUsable, answer
from handsel.relations.services.ask import NothingToAsk, ask
from handsel.relations.services.close import NotYoursToClose, settle, withdraw
from handsel.relations.services.say import say
from handsel.relations.services.withhold import QuestionNotWithholdable, release, withhold
from handsel.relations.services.writing import QuestionClosed, TextMissing

__all__ = [
    "NotYoursToAnswer",
    "NotYoursToClose",
    "NothingToAsk",
    "PromiseNotUsable",
    "QuestionClosed",
    "QuestionNotWithholdable",
    "TextMissing",
    "answer",
    "ask",
    "release",
    "say",
    "settle",
    "withdraw",
    "withhold",
]
