from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.domains.checking import Checker, Progress
from handsel.domains.hosts import read_host, refuse_unusable
from handsel.domains.letters import write_of_broken_domain
from handsel.domains.models import TrackingDomain
from handsel.domains.names import Names, Said
from handsel.domains.queries import forget_hosts
from handsel.domains.tasks import wake_checker
from handsel.environment import environment
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.programs.services import shop_domain
from handsel.rows.scope import as_system

DOMAINS_MAX = 20
# A name server that is restarted, or a certificate that is a little late, takes no name away.
FORGIVEN_FOR = timedelta(hours=3)
CHECK_TAKES_MAX = timedelta(minutes=1)
CLAIM_PREFIX = "_handsel"


class HostTaken(DomainError):
    """Somebody here has the host already."""


class TooManyDomains(DomainError):
    """A program has so many tracking domains that another would help nobody."""


class DomainNotVerified(DomainError):
    """Addresses are not made with a name that leads nowhere."""


def add_domain(
    program: Program,
    *,
    host: str,
    fallback_url: str = "",
    actor: Member | None,
    names: Names | None = None,
) -> TrackingDomain:
    """Let a program's links answer on a name of the brand's own, and ask for a first check.

    One that the brand took away before is taken up again. One that another brand has claimed comes
    over if the DNS says whose it is: a TXT record `_handsel.<host>` with the brand's id.
    Raises NotAHost, HostTaken, TooManyDomains, InvalidInput for a fallback that is no address.
    """
    host = read_host(host)
    refuse_unusable(host)
    _check_address(fallback_url)
    # The DNS may take seconds to answer: nobody waits behind a lock for it.
    is_proven = _is_anothers(program, host) and _proves(
        names or Names(environment().dns_servers), host, program.brand_id
    )
    return _add(program, host, fallback_url, is_proven=is_proven, actor=actor)


@transaction.atomic
def _add(
    program: Program, host: str, fallback_url: str, *, is_proven: bool, actor: Member | None
) -> TrackingDomain:
    Program.objects.select_for_update().get(pk=program.pk)
    if program.tracking_domains.current().count() >= DOMAINS_MAX:
        raise TooManyDomains(
            _("A program has at most %(count)d tracking domains.") % {"count": DOMAINS_MAX},
            field="host",
            remedy=_("Remove one that you no longer use."),
        )
    _make_room(program, host, is_proven=is_proven)
    domain = _taken_up_again(program, host, fallback_url) or _new(program, host, fallback_url)
    record("domain.added", domain, actor=actor, data={"host": host})
    return _asked_to_check(domain)


@transaction.atomic
def remove_domain(pk: str, *, actor: Member | None) -> TrackingDomain:
    """Make no more addresses with it. Those that were shared go on answering while its DNS leads
    here, and no other brand gets it unless it proves that it owns it."""
    domain = TrackingDomain.objects.select_for_update().get(pk=pk)
    if domain.removed_at is None:
        domain.removed_at, domain.primary_since = now(), None
        domain.save(update_fields=["removed_at", "primary_since"])
        record("domain.removed", domain, actor=actor, data={"host": domain.host})
        forget_hosts()
    return domain


@transaction.atomic
def make_primary(pk: str, *, actor: Member | None) -> TrackingDomain:
    """Write the program's addresses with this name from now on; the earlier ones still answer.

    Raises DomainNotVerified."""
    domain = TrackingDomain.objects.select_for_update().get(pk=pk)
    if domain.verified_at is None or domain.removed_at is not None:
        raise DomainNotVerified(
            _("%(host)s does not lead here yet.") % {"host": domain.host},
            remedy=_("Mend what the check found, and check it again."),
        )
    if domain.primary_since is None:
        siblings = TrackingDomain.objects.filter(program=domain.program_id)
        siblings.exclude(primary_since=None).update(primary_since=None)
        domain.primary_since = now()
        domain.save(update_fields=["primary_since"])
        record("domain.made-primary", domain, actor=actor, data={"host": domain.host})
        forget_hosts()
    return domain


@transaction.atomic
def change_fallback(pk: str, *, fallback_url: str, actor: Member | None) -> TrackingDomain:
    """Say where visitors of the host's unknown links go; empty: to the program's fallback."""
    _check_address(fallback_url)
    domain = TrackingDomain.objects.select_for_update().get(pk=pk)
    if domain.fallback_url != fallback_url:
        before, domain.fallback_url = domain.fallback_url, fallback_url
        domain.save(update_fields=["fallback_url"])
        record("domain.fallback-changed", domain, actor=actor, data={"before": before})
    return domain


@transaction.atomic
def ask_for_check(pk: str) -> TrackingDomain:
    """Have the worker look at a domain now. One that is being looked at is not asked for twice,
    unless that takes so long that whoever began is no longer there."""
    domain = TrackingDomain.objects.select_for_update().get(pk=pk)
    asked_at = domain.check_asked_at
    if domain.is_being_checked and asked_at is not None and now() - asked_at < CHECK_TAKES_MAX:
        return domain
    return _asked_to_check(domain)


def check_domain(pk: str, checker: Checker) -> TrackingDomain:
    """Look at a domain and keep what was found, step by step. Asks the network for seconds, so
    each step is a transaction of its own."""
    host = TrackingDomain.objects.get(pk=pk).host
    for progress in checker.check(host):
        domain = _keep(pk, progress)
    return domain


@transaction.atomic
def _keep(pk: str, progress: Progress) -> TrackingDomain:
    """What a check found. One that is well no longer is given up after some hours of failing, and
    its people are told; a new one that fails has never been anything else."""
    domain = TrackingDomain.objects.select_for_update().get(pk=pk)
    at = now()
    domain.findings = [finding.as_json() for finding in progress.findings]
    domain.leads_here_at = at if progress.leads_here else None
    if progress.done:
        domain.checked_at = at
        if progress.is_well:
            _note_well(domain)
        elif domain.verified_at is not None:
            _note_failing(domain)
    domain.save(
        update_fields=["findings", "leads_here_at", "checked_at", "verified_at", "failing_since"]
    )
    return domain


def _note_well(domain: TrackingDomain) -> None:
    domain.failing_since = None
    if domain.verified_at is not None:
        return
    domain.verified_at = now()
    record("domain.verified", domain, actor=None, data={"host": domain.host})
    forget_hosts()
    siblings = TrackingDomain.objects.filter(program=domain.program_id).current()
    if domain.removed_at is None and not siblings.exclude(primary_since=None).exists():
        # The first one that works is what its brand added it for.
        domain.primary_since = now()
        domain.save(update_fields=["primary_since"])


def _note_failing(domain: TrackingDomain) -> None:
    domain.failing_since = domain.failing_since or now()
    if now() - domain.failing_since < FORGIVEN_FOR:
        return
    domain.verified_at, domain.failing_since = None, None
    record("domain.broke", domain, actor=None, data={"host": domain.host})
    forget_hosts()
    if domain.removed_at is None:
        write_of_broken_domain(domain)


def _is_anothers(program: Program, host: str) -> bool:
    with as_system():
        others = TrackingDomain.objects.filter(host=host).exclude(brand=program.brand_id)
        return others.exists()


def _make_room(program: Program, host: str, *, is_proven: bool) -> None:
    """Raises HostTaken when another brand or another program has the host."""
    with as_system():
        other = TrackingDomain.objects.select_for_update().filter(host=host).first()
        if other is None or (other.brand_id == program.brand_id and other.removed_at is not None):
            return
        if other.brand_id == program.brand_id:
            raise HostTaken(
                _("%(host)s is among your tracking domains already.") % {"host": host},
                field="host",
            )
        if not is_proven:
            raise HostTaken(
                _("Another brand on this server uses %(host)s.") % {"host": host},
                field="host",
                remedy=_("If it is yours, add a TXT record %(name)s with the value %(value)s.")
                % {"name": f"{CLAIM_PREFIX}.{host}", "value": program.brand_id},
            )
        record("domain.claimed", other, actor=None, data={"host": host})
        other.delete()
        forget_hosts()


def _proves(names: Names, host: str, brand_id: str) -> bool:
    answer = names.ask(f"{CLAIM_PREFIX}.{host}", "TXT")
    return answer.said is Said.FOUND and f'"{brand_id}"' in answer.values


def _taken_up_again(program: Program, host: str, fallback_url: str) -> TrackingDomain | None:
    domain = TrackingDomain.objects.filter(host=host, brand=program.brand_id).first()
    if domain is not None:
        domain.program, domain.fallback_url = program, fallback_url
        domain.added_at, domain.removed_at = now(), None
        domain.save(update_fields=["program", "fallback_url", "added_at", "removed_at"])
    return domain


def _new(program: Program, host: str, fallback_url: str) -> TrackingDomain:
    try:
        with transaction.atomic():
            return TrackingDomain.objects.create(
                brand_id=program.brand_id, program=program, host=host, fallback_url=fallback_url
            )
    except IntegrityError:
        raise HostTaken(
            _("Somebody else has just added %(host)s.") % {"host": host}, field="host"
        ) from None


def _asked_to_check(domain: TrackingDomain) -> TrackingDomain:
    domain.check_asked_at = now()
    domain.save(update_fields=["check_asked_at"])
    wake_checker(domain.pk)
    return domain


def _check_address(fallback_url: str) -> None:
    if not fallback_url:
        return
    try:
        shop_domain(fallback_url)
    except InvalidInput as refusal:
        refusal.field = "fallback_url"
        raise
