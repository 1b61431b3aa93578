"""The thread of a question as one side reads it: its own people by name, the other's by role."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from handsel.clock import now
from handsel.organizations.models import Member
from handsel.relations.models import Question, QuestionMessage, Side
from handsel.rows.querysets import ActsFor


@dataclass(frozen=True, slots=True)
class Entry:
    """One message. `name` is a person of the reader's side, or the other organization with the
    role of its person; `late_days` is how long after the promised day it answers."""

    message: QuestionMessage
    name: str
    role: str
    side: str
    is_own: bool
    late_days: int

    @property
    def kind(self) -> str:
        return str(self.message.kind)

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def said_at(self) -> datetime:
        return self.message.said_at

    @property
    def promised_on(self) -> date | None:
        return self.message.promised_on


@dataclass(frozen=True, slots=True)
class Thread:
    """`is_asker`: the reader's side asked. `late_days`: how long an open one is overdue."""

    question: Question
    entries: tuple[Entry, ...]
    is_asker: bool
    late_days: int

    @property
    def waits_for_reader(self) -> bool:
        """For an answer of the reader's side, or for it to say whether it is content."""
        if self.question.is_open:
            return not self.is_asker
        return self.is_asker and self.question.state == Question.State.ANSWERED

    @property
    def asked_text(self) -> str:
        return self.entries[0].text if self.entries else ""


def thread_of(question: Question, member: ActsFor) -> Thread:
    """For a question that this member may see, with its brand and partner loaded."""
    side = Side.BRAND if member.organization_id == question.brand_id else Side.PARTNER
    messages = list(question.messages.order_by("said_at", "pk"))
    names = _names(messages, member)
    today = localdate(now())
    return Thread(
        question=question,
        entries=tuple(_entry(message, question, side, names) for message in messages),
        is_asker=side == question.side,
        late_days=max((today - question.answer_due_on).days, 0) if question.is_open else 0,
    )


def _names(messages: list[QuestionMessage], member: ActsFor) -> dict[str, str]:
    """Of the reader's own people, by member id."""
    authors = {message.author_id for message in messages if message.author_id}
    own = Member.objects.filter(organization=member.organization_id, pk__in=authors)
    return {one.pk: str(one.user) for one in own.select_related("user")}


def _entry(
    message: QuestionMessage, question: Question, side: Side, names: dict[str, str]
) -> Entry:
    organization = question.brand if message.side == Side.BRAND else question.partner
    is_own = message.side == side
    return Entry(
        message=message,
        name=names.get(message.author_id or "", organization.name) if is_own else organization.name,
        role="" if is_own else str(message.get_role_display()),
        side=str(message.side),
        is_own=is_own,
        late_days=message.late_days,
    )
