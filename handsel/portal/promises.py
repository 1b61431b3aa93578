"""Tasks that are open, what was handed in for them, and perks: the partner's page of promises."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.commissions.models import PromisedPerk, Submission
from handsel.commissions.settling.submissions import Open, open_tasks
from handsel.engine.terms import Task
from handsel.partnerships.models import Partnership
from handsel.portal.forms.promises import SubmissionForm
from handsel.portal.own import own
from handsel.rows.querysets import ActsFor, SharedQuerySet
from handsel.ui.figures import count_text, money_text


@dataclass(frozen=True, slots=True)
class TaskShown:
    """`pays` says what it brings, `form` takes the proof of it."""

    partnership: Partnership
    title: str
    text: str
    pays: str
    form: SubmissionForm


def tasks_shown(
    partnerships: Sequence[Partnership], refused: SubmissionForm | None = None
) -> list[TaskShown]:
    """What can be handed in for now, in all programs that go on."""
    return [
        _shown(partnership, task, refused)
        for partnership in partnerships
        if partnership.status == "active"
        for task in open_tasks(partnership)
    ]


def _shown(partnership: Partnership, task: Open, refused: SubmissionForm | None) -> TaskShown:
    form = SubmissionForm(partnership=partnership, task=task)
    if refused is not None and refused.auto_id == form.auto_id:
        form = refused
    amount = money_text(task.bonus.amount_minor, task.bonus.currency)
    if isinstance(task.bonus, Task):
        left = task.left or 0
        pays = ngettext("%(amount)s, once more", "%(amount)s, up to %(times)s more times", left)
        words = {"amount": amount, "times": count_text(left)}
        return TaskShown(partnership, task.bonus.name, task.bonus.description, pays % words, form)
    pays = _("%(amount)s for every %(views)s, at most %(most)s for a post") % {
        "amount": amount,
        "views": count_text(task.bonus.per_views),
        "most": money_text(task.bonus.most_minor, task.bonus.currency),
    }
    return TaskShown(partnership, _("Views of a post"), "", pays, form)


def own_submissions(member: ActsFor) -> SharedQuerySet[Submission]:
    rows = own(Submission.objects.all(), member).select_related("program", "commission")
    return rows.order_by("-handed_in_at", "-pk")


def own_perks(member: ActsFor) -> SharedQuerySet[PromisedPerk]:
    return own(PromisedPerk.objects.all(), member).select_related("program").order_by("-due_at")
