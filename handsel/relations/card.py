"""The card about an amount, on receipts and on pages of questions: the thread, and what the reader
may do. The same in console and portal; only addresses and words of whom differ."""

from dataclasses import dataclass, field
from typing import Literal

from django.forms import Form
from django.urls import reverse

from handsel.commissions.models import Commission
from handsel.conversions.models import Touch
from handsel.organizations.models import Member
from handsel.organizations.viewing import Reader
from handsel.programs.models import Program
from handsel.relations.forms import (
    AnswerForm,
    AskForm,
    AskMissedForm,
    AskPartnerForm,
    MessageForm,
)
from handsel.relations.models import Question
from handsel.relations.queries import question_on, questions_of
from handsel.relations.thread import Thread, thread_of

Area = Literal["console", "portal"]
ACTORS = (Member.Role.MANAGER, Member.Role.FINANCE)
"""Who, beside the owner, asks and answers."""

Forms = dict[str, Form]


@dataclass(frozen=True, slots=True)
class Card:
    """`forms` are those the reader may fill in, by what they do: `ask`, `say`, `answer`.

    `answerer` is the other side's name. `on_receipt` says where an action leads back to.
    """

    area: Area
    program: Program
    thread: Thread | None
    answerer: str
    forms: Forms
    ask_url: str = ""
    on_receipt: bool = False
    may_act: bool = False
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def question(self) -> Question | None:
        return self.thread.question if self.thread else None

    @property
    def may_close(self) -> bool:
        """The side that asked says when it is content."""
        thread = self.thread
        return bool(self.may_act and thread and thread.is_asker and not thread.question.is_closed)

    @property
    def may_withhold(self) -> bool:
        question = self.question
        if question is None or question.commission is None or question.is_closed:
            return False
        commission = question.commission
        earned = commission.is_pending or commission.owed_minor > 0
        free = commission.withheld_at is None
        return self.may_act and self.area == "console" and earned and free

    @property
    def may_release(self) -> bool:
        return bool(
            self.may_act and self.area == "console" and self.question and self.question.is_withheld
        )


def card_on(commission: Commission, reader: Reader, area: Area, form: Form | None = None) -> Card:
    """On a receipt: the thread about it, or the form that begins one."""
    question = question_on(commission, reader)
    if question is not None:
        return card_of(question, reader, area, on_receipt=True)
    name = "console:question-new" if area == "console" else "portal:question-new"
    other = commission.partner if area == "console" else commission.brand
    empty = AskPartnerForm if area == "console" else AskForm
    may_act = reader.may(*ACTORS)
    return Card(
        area=area,
        program=commission.program,
        thread=None,
        answerer=other.name,
        forms={"ask": form or empty()} if may_act else {},
        ask_url=reverse(name, args=[commission.pk]),
        on_receipt=True,
        may_act=may_act,
    )


def card_on_missed(touch: Touch, reader: Reader, form: Form | None = None) -> Card:
    """On the receipt of an order that was not credited; in the portal only."""
    rows = questions_of(reader).filter(
        partnership=touch.partnership_id, conversion=touch.conversion_id
    )
    question = rows.first()
    if question is not None:
        return card_of(question, reader, "portal", on_receipt=True)
    assert touch.partnership is not None, "a touch that a partner sees is its own"
    program = touch.partnership.program
    may_act = reader.may(*ACTORS)
    return Card(
        area="portal",
        program=program,
        thread=None,
        answerer=program.brand.name,
        forms={"ask": form or AskMissedForm()} if may_act else {},
        ask_url=reverse("portal:question-missed-new", args=[touch.pk]),
        on_receipt=True,
        may_act=may_act,
    )


def card_of(
    question: Question,
    reader: Reader,
    area: Area,
    *,
    said: Forms | None = None,
    on_receipt: bool = False,
) -> Card:
    """The thread of a question with its forms; `said` are forms that were sent and refused."""
    thread = thread_of(question, reader)
    other = question.partner if area == "console" else question.brand
    may_act = reader.may(*ACTORS)
    actions = ["message", "answer", "settlement", "withdrawal", "withholding", "release"]
    return Card(
        area=area,
        program=question.program,
        thread=thread,
        answerer=other.name,
        forms={**_forms(thread), **(said or {})} if may_act else {},
        on_receipt=on_receipt,
        may_act=may_act,
        urls={
            action: reverse(f"{area}:question-{action}", args=[question.pk])
            for action in (actions if area == "console" else actions[:4])
        },
    )


def _forms(thread: Thread) -> Forms:
    if thread.is_asker or thread.question.is_closed:
        return {"say": MessageForm()}
    return {"answer": AnswerForm(), "say": MessageForm()}
