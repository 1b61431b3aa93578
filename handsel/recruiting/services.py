"""Applications: sent by strangers, answered by the brand."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import digest
from handsel.engine.working_days import working_days_after
from handsel.errors import DomainError, InvalidInput, NotVisible
from handsel.links.joining import add_partner
from handsel.organizations.models import Member, User
from handsel.organizations.services import invite_member
from handsel.partnerships.services import AgreementChanged
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Group, Program, ProgramPage
from handsel.programs.queries import first_group, terms_of, terms_version
from handsel.recruiting.letters import write_again, write_declined, write_received
from handsel.recruiting.models import Application
from handsel.rows.scope import as_system

FROM_ONE_PLACE_MAX = 5
ONE_PLACE = timedelta(hours=1)
FROM_ONE_ADDRESS_MAX = 3
ONE_ADDRESS = timedelta(days=1)

Status = Application.Status


class TooManyApplications(DomainError):
    """So many in so short a time come from no person."""

    status = 429


class ApplicationAnswered(DomainError):
    """What was answered, or taken back, is not answered again."""


@dataclass(frozen=True)
class Asked:
    """What an applicant says of themselves."""

    name: str
    email: str
    place: str
    kind: str
    country: str
    message: str
    reach: int | None = None


@transaction.atomic
def apply(
    program_pk: str, asked: Asked, *, terms_digest: str, asked_from: str = "", language: str = ""
) -> Application | None:
    """Apply for a program whose page is published. Called for strangers, who see no row.

    Who has applied before hears by letter how things stand, and nothing is written: the page says
    the same to both, so that it tells nobody who has applied. `asked_from` is an address that was
    cut short. Raises NotVisible, TooManyApplications, and AgreementChanged when the terms are not
    those the applicant has read.
    """
    with as_system():
        program = _open_program(program_pk)
        _refuse_haste(asked, asked_from)
        group = first_group(program)
        terms = terms_of(group)
        if digest(terms) != terms_digest:
            raise AgreementChanged(
                _("The terms have changed since this page was opened."),
                field="agreed",
                remedy=_("Read the terms again, then apply."),
            )
        today = localdate(now())
        application = Application(
            **asdict(asked),
            brand=program.brand,
            program=program,
            language=_spoken(language),
            terms_version=terms_version(group).number,
            terms_digest=terms_digest,
            terms_text=agreement_text(terms),
            asked_from=asked_from,
            due_on=working_days_after(today, program.answer_days),
        )
        application.email = User.objects.normalize_email(asked.email)
        return _receive(application, today)


@transaction.atomic
def withdraw_application(pk: str) -> Application:
    """Taken back by who applied; known by the link in their letter."""
    with as_system():
        application = _lock(pk)
        if application.status == Status.WITHDRAWN:
            return application
        _decide(application, Status.WITHDRAWN, None)
        record("application.withdrawn", application, actor=None)
    return application


@transaction.atomic
def approve_application(
    pk: str,
    *,
    group: Group | None = None,
    name: str = "",
    slug: str = "",
    code: str = "",
    actor: Member,
) -> Application:
    """Take the applicant in: a partner with link and code, and a letter that lets them in.

    The brand signs the group's terms by it; the partner signs when they first come. Raises
    ApplicationAnswered, SlugTaken, CodeTaken and InvalidInput.
    """
    application = _lock(pk)
    if application.status == Status.APPROVED:
        return application
    group = group or first_group(application.program)
    partnership = add_partner(
        application.program,
        name=name or application.name,
        email=application.email,
        site_url=application.site_url,
        country=application.country,
        kind=application.kind,
        group=group,
        slug=slug,
        code=code,
        actor=actor,
        text=agreement_text(terms_of(group)),
        language=get_language() or settings.LANGUAGE_CODE,
        reads=application.language,
    )
    application.partnership = partnership
    _decide(application, Status.APPROVED, actor)
    data: dict[str, object] = {"partnership": partnership.pk, "group": group.name}
    record("application.approved", application, actor=actor, data=data)
    invite_member(
        partnership.partner,
        email=application.email,
        role=Member.Role.OWNER,
        actor=actor,
        language=application.language,
    )
    return application


@transaction.atomic
def decline_application(
    pk: str, *, because: str, words: str = "", reapply_on: date | None = None, actor: Member
) -> Application:
    """Say no, with a reason the applicant reads, and from when they may ask again.

    Raises ApplicationAnswered, and InvalidInput for a reason that says nothing.
    """
    application = _lock(pk)
    if application.status == Status.DECLINED:
        return application
    _check_reason(because, words)
    application.declined_because, application.declined_words = because, words.strip()
    application.reapply_on = reapply_on
    _decide(application, Status.DECLINED, actor)
    record("application.declined", application, actor=actor, data={"because": because})
    write_declined(application)
    return application


def _spoken(language: str) -> str:
    """The language the applicant reads, where we speak it."""
    spoken = language or get_language() or settings.LANGUAGE_CODE
    return spoken if spoken in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _open_program(pk: str) -> Program:
    pages = ProgramPage.objects.select_related("program__brand")
    page = pages.filter(program=pk, published_at__isnull=False, program__ended_at=None).first()
    if page is None:
        raise NotVisible(_("There is nothing here."))
    return page.program


def _refuse_haste(asked: Asked, asked_from: str) -> None:
    sent = Application.objects.filter(email__iexact=asked.email, created_at__gt=now() - ONE_ADDRESS)
    nearby = Application.objects.filter(asked_from=asked_from, created_at__gt=now() - ONE_PLACE)
    too_many = sent.count() >= FROM_ONE_ADDRESS_MAX
    if too_many or (asked_from and nearby.count() >= FROM_ONE_PLACE_MAX):
        raise TooManyApplications(
            _("Several applications were sent from here just now."),
            remedy=_("Wait an hour, then send yours again. What you wrote is still here."),
        )


def _receive(application: Application, today: date) -> Application | None:
    before = Application.objects.filter(
        program=application.program, email__iexact=application.email
    ).exclude(status=Status.WITHDRAWN)
    last = before.select_related("partnership").order_by("-created_at").first()
    if last is not None and _still_stands(last, today):
        _say_again(last)
        return None
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:  # the same form, sent twice at once
        return None
    record("application.received", application, actor=None)
    write_received(application)
    return application


def _still_stands(last: Application, today: date) -> bool:
    """Whether the answer to an earlier application is the answer to a new one, too."""
    if last.status == Status.DECLINED:
        return last.reapply_on is not None and today < last.reapply_on
    if last.status == Status.APPROVED:
        return last.partnership is not None and last.partnership.status != "ended"
    return True


def _say_again(last: Application) -> None:
    """How things stand, by letter to the address itself: one a day, whoever wrote it there."""
    if last.asked_again_at is not None and now() - last.asked_again_at < ONE_ADDRESS:
        return
    last.asked_again_at = now()
    last.save(update_fields=["asked_again_at"])
    write_again(last)


def _lock(pk: str) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("program__brand", "brand").get(pk=pk)


def _decide(application: Application, status: str, actor: Member | None) -> None:
    if not application.is_waiting:
        raise ApplicationAnswered(
            _("The application of %(name)s is answered already.") % {"name": application.name},
            remedy=_("Open it to see who answered, and what."),
        )
    application.status = status
    application.decided_at, application.decided_by = now(), actor
    application.asked_from = ""
    application.save(
        update_fields=[
            "status",
            "decided_at",
            "decided_by",
            "asked_from",
            "partnership",
            "declined_because",
            "declined_words",
            "reapply_on",
        ]
    )


def _check_reason(because: str, words: str) -> None:
    if because not in Application.Because.values:
        raise InvalidInput(
            _("An application is not declined without a reason."),
            field="because",
            remedy=_("Choose the one that comes closest."),
        )
    if because == Application.Because.OTHER and not words.strip():
        raise InvalidInput(
            _("This reason needs words of your own."),
            field="words",
            remedy=_("Say why, in a sentence the applicant will read."),
        )
