import secrets
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.engine.terms import Terms
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member, Organization
from handsel.programs.models import Group, Program

CHANGEABLE = ("name", "site_url", "domains", "fallback_url")


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
    program = Program.objects.create(
        brand=brand,
        name=name,
        slug=_free_slug(name),
        site_url=site_url,
        domains=domains or [shop_domain(site_url)],
        fallback_url=fallback_url,
        currency=terms.currency,
        goal=goal,
        postback_secret=secrets.token_urlsafe(32),
    )
    record("program.started", program, actor=actor)
    create_group(program, name=group_name, terms=terms, actor=actor)
    return program


@transaction.atomic
def create_group(program: Program, *, name: str, terms: Terms, actor: Member | None) -> Group:
    """A further set of terms for some of the program's partners."""
    _refuse_other_currency(program, terms)
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
    record("group.created", group, actor=actor)
    return group


@transaction.atomic
def change_group_terms(pk: str, terms: Terms, *, actor: Member | None) -> Group:
    """New terms for partners who join from now on; agreements that exist keep theirs."""
    group = Group.objects.select_for_update(of=("self",)).select_related("program").get(pk=pk)
    _refuse_other_currency(group.program, terms)
    before, group.terms = group.terms, terms.model_dump(mode="json")
    group.save(update_fields=["terms"])
    record("group.terms-changed", group, actor=actor, data={"before": before})
    return group


@transaction.atomic
def change_program(
    pk: str,
    *,
    name: str,
    site_url: str,
    domains: list[str],
    fallback_url: str,
    actor: Member | None,
) -> Program:
    """Change what a program is called and where its links may lead. Tracking hears of it at once.

    A domain that links lead to is not taken away from under them: raises DomainInUse.
    """
    program = Program.objects.select_for_update().get(pk=pk)
    shop_domain(site_url)
    _keep_domains_in_use(program, domains)
    before = {field: getattr(program, field) for field in CHANGEABLE}
    program.name, program.site_url = name, site_url
    program.domains, program.fallback_url = domains, fallback_url
    program.save(update_fields=CHANGEABLE)
    record("program.changed", program, actor=actor, data={"before": before})
    return program


@transaction.atomic
def replace_postback_secret(pk: str, *, actor: Member | None) -> Program:
    """A new secret for signed postbacks; what is signed with the old one is refused from now on."""
    program = Program.objects.select_for_update().get(pk=pk)
    program.postback_secret = secrets.token_urlsafe(32)
    program.save(update_fields=["postback_secret"])
    record("program.secret-changed", program, actor=actor)
    return program


def leads_to(url: str, domains: list[str]) -> bool:
    """Whether a web address lies on one of the domains, or below it.

    A domain may name a port, as `localhost:8080`; without one it stands for any.

        >>> leads_to("https://shop.example/sale", ["shop.example"])
        True
        >>> leads_to("https://shop.example.evil.example/", ["shop.example"])
        False
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    with_port = f"{host}:{parts.port}" if parts.port else host
    return parts.scheme in {"http", "https"} and any(
        place == domain or place.endswith(f".{domain}")
        for domain in domains
        for place in {host, with_port}
    )


def _keep_domains_in_use(program: Program, domains: list[str]) -> None:
    urls = program.links.filter(disabled_at=None).values_list("url", flat=True)
    lost = next((url for url in urls if not leads_to(url, domains)), None)
    if lost is not None:
        raise DomainInUse(
            _("A link leads to %(url)s.") % {"url": lost},
            field="domains",
            remedy=_("Keep its domain, or disable the link first."),
        )


def _refuse_other_currency(program: Program, terms: Terms) -> None:
    if terms.currency != program.currency:
        said = {"expected": program.currency, "currency": terms.currency}
        raise InvalidInput(
            _("The program pays in %(expected)s, these terms in %(currency)s.") % said,
            field="currency",
            remedy=_("Write the terms in %(expected)s.") % said,
        )


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "program"
    taken = set(Program.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return wanted if wanted not in taken else f"{wanted}-{secrets.token_hex(3)}"
