"""Tasks done and posts seen: handed in by partners, reviewed by the brand, paid as bonuses."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.models import Submission
from handsel.commissions.services.decline import given_reason
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.locks import lock
from handsel.commissions.settling.versions import by_name, in_force, versions_of
from handsel.engine.agreements import AgreementVersion
from handsel.engine.settling import BonusInputs
from handsel.engine.terms import Task, Views
from handsel.engine.values import AMOUNT_MINOR_MAX
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

Status = Submission.Status
TEXT_LENGTH_MAX = 4000
BECAUSE_LENGTH_MAX = 180


class NothingToHandIn(InvalidInput):
    """The agreement in force asks for no such task, or not now, or not so often."""


class SubmissionReviewed(DomainError):
    """It was approved or declined already."""


class Open(NamedTuple):
    """A bonus that something can be handed in for now. `left` is how often; None: without end."""

    place: int
    bonus: Task | Views
    left: int | None


def open_tasks(partnership: Partnership) -> list[Open]:
    """What the agreement in force pays for being done or seen."""
    version = in_force(versions_of(partnership.pk), now())
    return list(_open(partnership, version)) if version else []


def _open(partnership: Partnership, version: AgreementVersion) -> Iterator[Open]:
    at = now()
    for place, bonus in enumerate(version.terms.bonuses):
        if isinstance(bonus, Views):
            yield Open(place, bonus, None)
        elif isinstance(bonus, Task):
            box = bonus.valid
            later = box is not None and box.since is not None and at < box.since
            over = box is not None and box.until is not None and at >= box.until
            left = bonus.times_max - _counted(partnership, bonus.name)
            if left > 0 and not later and not over:
                yield Open(place, bonus, left)


def _counted(partnership: Partnership, name: str) -> int:
    """What waits counts too: nobody works for what cannot be paid."""
    rows = partnership.submissions.filter(kind=Submission.Kind.TASK, name=name)
    return int(rows.exclude(status=Status.DECLINED).count())


@transaction.atomic
def hand_in(
    partnership: Partnership,
    *,
    place: int,
    text: str = "",
    url: str = "",
    views: int = 0,
    actor: Member | None,
) -> Submission:
    """Hand in proof for the bonus at `place` of the agreement in force.

    Raises NothingToHandIn, InvalidInput.
    """
    lock(partnership.pk)
    version = in_force(versions_of(partnership.pk), now())
    tasks = _open(partnership, version) if version else iter(())
    task = next((one for one in tasks if one.place == place), None)
    if task is None or version is None:
        raise NothingToHandIn(
            _("Nothing can be handed in for this any more."),
            field="place",
            remedy=_("Choose one of the open tasks."),
        )
    is_task = isinstance(task.bonus, Task)
    text, url = text.strip(), url.strip()
    _check(text, url, views, is_task=is_task)
    submission = Submission.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        program_id=partnership.program_id,
        partnership=partnership,
        agreement_id=version.agreement,
        place=place,
        kind=Submission.Kind.TASK if is_task else Submission.Kind.VIEWS,
        name=task.bonus.name if isinstance(task.bonus, Task) else "",
        text=text,
        url=url,
        views=0 if is_task else views,
        handed_in_by=actor,
    )
    record("submission.handed-in", submission, actor=actor, data={"name": submission.name})
    return submission


def _check(text: str, url: str, views: int, *, is_task: bool) -> None:
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise InvalidInput(
            _("This is no address of a page."),
            field="url",
            remedy=_("Write it as in https://example.com/post."),
        )
    if not url and not (text and is_task):
        raise InvalidInput(
            _("Show what was done."),
            field="url",
            remedy=_("Give the address of the post, or of a page that shows it."),
        )
    if len(text) > TEXT_LENGTH_MAX or len(url) > 2000:
        raise InvalidInput(_("This text is too long."), field="text")
    if not is_task and not 0 < views <= AMOUNT_MINOR_MAX:
        raise InvalidInput(
            _("How often was it seen?"), field="views", remedy=_("Write a whole number.")
        )


@transaction.atomic
def approve_submission(
    pk: str, *, actor: Member | None, views_confirmed: int | None = None
) -> Submission:
    """Accept what was handed in: its bonus is booked, once. For views: as often as the brand
    found; of one post handed in again only the difference is paid.

    Raises SubmissionReviewed, InvalidInput.
    """
    lock(Submission.objects.only("partnership_id").get(pk=pk).partnership_id)
    submission: Submission = (
        Submission.objects.select_for_update(of=("self",))
        .select_related("partnership__program")
        .get(pk=pk)
    )
    if submission.status == Status.APPROVED:
        return submission
    _check_waiting(submission)
    if submission.kind == Submission.Kind.TASK:
        done = submission.partnership.submissions.filter(name=submission.name, number__isnull=False)
        submission.number = done.count() + 1
    else:
        submission.views_confirmed = _confirmed(submission, views_confirmed)
    submission.status, submission.reviewed_at = Status.APPROVED, now()
    submission.reviewed_by = actor
    submission.commission = book(_booking(submission, actor))
    submission.save(
        update_fields=[
            "number",
            "views_confirmed",
            "status",
            "reviewed_at",
            "reviewed_by",
            "commission",
        ]
    )
    record("submission.approved", submission, actor=actor, data={"name": submission.name})
    return submission


@transaction.atomic
def decline_submission(pk: str, *, reason: str, actor: Member | None) -> Submission:
    """Say why it is not what was asked for; the partner reads it and may hand in again.

    Raises SubmissionReviewed, ReasonMissing.
    """
    reason = given_reason(reason)
    submission: Submission = Submission.objects.select_for_update().get(pk=pk)
    if submission.status == Status.DECLINED:
        return submission
    _check_waiting(submission)
    submission.status, submission.reviewed_at = Status.DECLINED, now()
    submission.reviewed_by, submission.reason = actor, reason
    submission.save(update_fields=["status", "reviewed_at", "reviewed_by", "reason"])
    record(
        "submission.declined",
        submission,
        actor=actor,
        reason=reason,
        data={"name": submission.name},
    )
    return submission


def _check_waiting(submission: Submission) -> None:
    if not submission.is_waiting:
        raise SubmissionReviewed(
            _("This was reviewed already."),
            remedy=_("Its bonus is a commission: look there."),
            params={"state": submission.status},
        )


def _confirmed(submission: Submission, views_confirmed: int | None) -> int:
    confirmed = submission.views if views_confirmed is None else views_confirmed
    if not 0 <= confirmed <= AMOUNT_MINOR_MAX:
        raise InvalidInput(
            _("How often was it seen?"),
            field="views_confirmed",
            remedy=_("Write a whole number."),
        )
    return confirmed


def _booking(submission: Submission, actor: Member | None) -> Booking:
    version = by_name(versions_of(submission.partnership_id))[submission.agreement_id]
    about: dict[str, object] = {"bonus": submission.kind}
    if submission.kind == Submission.Kind.TASK:
        about["name"] = submission.name
    return Booking(
        partnership=submission.partnership,
        inputs=BonusInputs(
            partnership=submission.partnership_id,
            agreement=version,
            place=submission.place,
            earned_at=submission.handed_in_at,
            number=submission.number or 1,
            views=submission.views_confirmed or 0,
            because=_because(submission),
        ),
        about=about,
        occurred_at=submission.handed_in_at,
        actor=actor,
    )


def _because(submission: Submission) -> str:
    """The post, by its address, so that it is paid once however often it is handed in; a task by
    the submission."""
    if submission.kind == Submission.Kind.TASK:
        return submission.pk
    if len(submission.url) <= BECAUSE_LENGTH_MAX:
        return submission.url
    return hashlib.sha256(submission.url.encode()).hexdigest()
