import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handsel.activity.services import record
from handsel.clock import now
from handsel.engine.terms import Terms, digest
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.programs.in_use import fallbacks_of_links, pages_of_working_links
from handsel.programs.models import Group, GroupTerms, Program
from handsel.programs.nonsense import refuse_nonsense

CHANGEABLE = (
    "name",
    "site_url",
    "domains",
    "fallback_url",
    "answer_days",
    "payout_day",
    "payout_net_days",
)

CLICK_FILTER = ("click_filter", "repeat_window_s")
REPEAT_WINDOW_S_MAX = 3600

OLD_SECRET = (
    "postback_secret_before",
    "postback_secret_before_until",
    "postback_secret_before_used_at",
)
OLD_SECRET_HOURS = 24
OLD_SECRET_HOURS_MAX = 7 * 24


class DomainInUse(DomainError):
    """A working link leads to a domain that was to be taken away."""


class GroupNameTaken(DomainError):
    """Two groups of a program cannot be told apart."""


def shop_domain(site_url: str) -> str:
    """The host of a shop's address, without `www.`.

    >>> shop_domain("https://www.lofthus.example/no/")
    'lofthus.example'

    Raises InvalidInput for what is not a web address.
    """
    parts = urlsplit(site_url)
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidInput(
            _("“%(address)s” is not a web address.") % {"address": site_url},
            field="site_url",
            remedy=_("Write it with https:// in front, as in https://shop.example."),
        )
    return host


@transaction.atomic
def create_program(
    brand: Organization,
    *,
    name: str,
    site_url: str,
    terms: Terms,
    goal: str = Program.Goal.NEW_CUSTOMERS,
    domains: list[str] | None = None,
    fallback_url: str = "",
    group_name: str = "Standard",
    actor: Member | None,
) -> Program:
    """Start a program in the terms' currency, with one group of partners who get those terms."""
    program = _with_free_slug(
        Program(
            brand=brand,
            name=name,
            site_url=site_url,
            domains=domains or [shop_domain(site_url)],
            fallback_url=fallback_url,
            currency=terms.currency,
            goal=goal,
            postback_secret=secrets.token_urlsafe(32),
        )
    )
    record("program.started", program, actor=actor)
    create_group(program, name=group_name, terms=terms, actor=actor)
    return program


@transaction.atomic
def create_group(program: Program, *, name: str, terms: Terms, actor: Member | None) -> Group:
    """A further set of terms for some of the program's partners. Raises TermsMakeNoSense."""
    _refuse_other_currency(program, terms)
    refuse_nonsense(terms, at=now())
    if program.groups.filter(name=name).exists():
        raise GroupNameTaken(
            _("There is a group “%(name)s” already.") % {"name": name},
            field="name",
            remedy=_("Choose another name."),
        )
    group = Group.objects.create(
        brand_id=program.brand_id,
        program=program,
        name=name,
        terms=terms.model_dump(mode="json"),
    )
    _write_version(group, terms, number=1, actor=actor)
    record("group.created", group, actor=actor)
    return group


@transaction.atomic
def change_group_terms(
    pk: str, terms: Terms, *, actor: Member | None, reason: str = ""
) -> GroupTerms:
    """The next version of a group's terms, for partners who join from now on; agreements that
    exist keep theirs until somebody offers them this one. The same terms again change nothing.

    Raises TermsMakeNoSense.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    _refuse_other_currency(group.program, terms)
    last = group.versions.order_by("-number")[0]
    if last.terms_digest == digest(terms):
        return last
    refuse_nonsense(terms, at=now())
    before, group.terms = group.terms, terms.model_dump(mode="json")
    group.save(update_fields=["terms"])
    version = _write_version(group, terms, number=last.number + 1, actor=actor, reason=reason)
    data = {"before": before, "version": version.number}
    record("group.terms-changed", group, actor=actor, data=data, reason=reason)
    return version


def _write_version(
    group: Group, terms: Terms, *, number: int, actor: Member | None, reason: str = ""
) -> GroupTerms:
    return GroupTerms.objects.create(
        brand_id=group.brand_id,
        group=group,
        number=number,
        terms=terms.model_dump(mode="json"),
        terms_digest=digest(terms),
        reason=reason.strip(),
        by=actor,
        recorded_at=group.created_at if number == 1 else now(),
    )


@transaction.atomic
def change_program(
    pk: str,
    *,
    name: str,
    site_url: str,
    domains: list[str],
    fallback_url: str,
    answer_days: int,
    payout_day: int,
    payout_net_days: int,
    actor: Member | None,
) -> Program:
    """Change what a program is called, where its links may lead, in how many working days it
    answers questions, and on which day of the month (1 to 28) it pays what was approved so many
    days before. Tracking hears of it at once; promises that were made stand, and so do batches.

    A domain that links lead to is not taken away from under them: raises DomainInUse.
    """
    program = Program.objects.select_for_update().get(pk=pk)
    shop_domain(site_url)
    _keep_domains_in_use(program, domains)
    before = {field: getattr(program, field) for field in CHANGEABLE}
    program.name, program.site_url = name, site_url
    program.domains, program.fallback_url = domains, fallback_url
    program.answer_days = answer_days
    program.payout_day, program.payout_net_days = payout_day, payout_net_days
    program.save(update_fields=CHANGEABLE)
    record("program.changed", program, actor=actor, data={"before": before})
    return program


@transaction.atomic
def change_click_filter(
    pk: str, *, click_filter: str, repeat_window_s: int, actor: Member | None
) -> Program:
    """What suspicious clicks may do from now on, and how soon a second click is a repeat. Clicks
    that are here keep what they were judged to be."""
    if click_filter not in Program.ClickFilter.values:
        raise InvalidInput(
            _("“%(level)s” is no level of the click filter.") % {"level": click_filter},
            field="click_filter",
            remedy=_("Choose one of %(levels)s.")
            % {"levels": ", ".join(Program.ClickFilter.values)},
        )
    if not 0 <= repeat_window_s <= REPEAT_WINDOW_S_MAX:
        raise InvalidInput(
            ngettext(
                "Clicks cannot be repeats for %(seconds)d second.",
                "Clicks cannot be repeats for %(seconds)d seconds.",
                repeat_window_s,
            )
            % {"seconds": repeat_window_s},
            field="repeat_window_s",
            remedy=_("Choose between 0 seconds and %(seconds)d.")
            % {"seconds": REPEAT_WINDOW_S_MAX},
        )
    program = Program.objects.select_for_update().get(pk=pk)
    before = {field: getattr(program, field) for field in CLICK_FILTER}
    after = {"click_filter": click_filter, "repeat_window_s": repeat_window_s}
    if after == before:
        return program
    program.click_filter, program.repeat_window_s = click_filter, repeat_window_s
    program.save(update_fields=CLICK_FILTER)
    data: dict[str, object] = {"before": before, "after": after}
    record("program.click-filter-changed", program, actor=actor, data=data)
    return program


@transaction.atomic
def replace_postback_secret(
    pk: str, *, keep_hours: int = OLD_SECRET_HOURS, actor: Member | None
) -> Program:
    """A new secret for signed postbacks, good at once. The one before it stays good for so many
    hours, so that no order is lost while it is put in its place; with 0 it is refused at once.

    Raises InvalidInput for more than a week, or less than nothing.
    """
    if not 0 <= keep_hours <= OLD_SECRET_HOURS_MAX:
        raise InvalidInput(
            ngettext(
                "The old secret cannot stay good for %(hours)d hour.",
                "The old secret cannot stay good for %(hours)d hours.",
                keep_hours,
            )
            % {"hours": keep_hours},
            field="keep_hours",
            remedy=_("Choose between 0 hours and %(hours)d.") % {"hours": OLD_SECRET_HOURS_MAX},
        )
    program = Program.objects.select_for_update().get(pk=pk)
    program.postback_secret_before = program.postback_secret if keep_hours else ""
    program.postback_secret_before_until = now() + timedelta(hours=keep_hours)
    program.postback_secret_before_used_at = None
    program.postback_secret = secrets.token_urlsafe(32)
    program.save(update_fields=["postback_secret", *OLD_SECRET])
    record("program.secret-changed", program, actor=actor, data={"keep_hours": keep_hours})
    return program


@transaction.atomic
def end_old_secret(pk: str, *, actor: Member | None) -> Program:
    """Refuse from now on what is signed with the secret before the present one."""
    program = Program.objects.select_for_update().get(pk=pk)
    if program.has_two_secrets:
        program.postback_secret_before, program.postback_secret_before_until = "", now()
        program.save(update_fields=OLD_SECRET)
        record("program.old-secret-ended", program, actor=actor)
    return program


def note_use_of_old_secret(program: Program, at: datetime) -> None:
    """Remember when the old secret was last used, to the minute: who looks for what still signs
    with it needs no more, and a busy shop's program is not written for every order."""
    last = program.postback_secret_before_used_at
    if last is None or at - last >= timedelta(minutes=1):
        program.postback_secret_before_used_at = at
        program.save(update_fields=["postback_secret_before_used_at"])


def leads_to(url: str, domains: list[str]) -> bool:
    """Whether a web address lies on one of the domains, or below it.

    A domain may name a port, as `localhost:8080`; without one it stands for any.

        >>> leads_to("https://shop.example/sale", ["shop.example"])
        True
        >>> leads_to("https://shop.example.evil.example/", ["shop.example"])
        False
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    # Browsers take a backslash for a slash, and what stands before an @ for somebody's name.
    if parts.scheme not in {"http", "https"} or not {"\\", "@"}.isdisjoint(parts.netloc):
        return False
    return any(
        place == domain or place.endswith(f".{domain}")
        for domain in domains
        for place in {host, f"{host}:{port}" if port else host}
    )


def _keep_domains_in_use(program: Program, domains: list[str]) -> None:
    remedy = _("Keep its domain, or disable the link first.")
    _refuse_lost(pages_of_working_links(program), domains, remedy)
    # Where visitors go while a link is off: switching it off would not help.
    remedy = _("Use an address on %(domains)s.") % {"domains": ", ".join(domains)}
    _refuse_lost(fallbacks_of_links(program), domains, remedy)


def _refuse_lost(pages: Iterable[str], domains: list[str], remedy: str) -> None:
    if lost := next((url for url in pages if not leads_to(url, domains)), None):
        said = _("A link leads to %(url)s.") % {"url": lost}
        raise DomainInUse(said, field="domains", remedy=remedy)


def _refuse_other_currency(program: Program, terms: Terms) -> None:
    if terms.currency != program.currency:
        said = {"expected": program.currency, "currency": terms.currency}
        raise InvalidInput(
            _("The program pays in %(expected)s, these terms in %(currency)s.") % said,
            field="currency",
            remedy=_("Write the terms in %(expected)s.") % said,
        )


def _with_free_slug(program: Program) -> Program:
    """Save it under a name of its own. Which are taken only the database knows: row-level security
    hides other brands' programs."""
    wanted = slugify(program.name)[:50].strip("-") or "program"
    for slug in (wanted, f"{wanted}-{secrets.token_hex(2)}", f"{wanted}-{secrets.token_hex(4)}"):
        program.slug = slug
        try:
            with transaction.atomic():
                program.save(force_insert=True)
        except IntegrityError as error:
            refusal = error
        else:
            return program
    raise refusal
