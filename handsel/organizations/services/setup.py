import secrets

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Installation, Member, Organization, User
from handsel.organizations.tokens import hash_of, new_token
from handsel.rows.scope import as_system

IMPORT_MANAGER = "manager@shop.example"


class SetupLinkNotValid(DomainError):
    """A newer link was made since, or this one was never made."""

    status = 404


class SetupDone(DomainError):
    """Somebody has set this server up."""

    status = 410


class PersonUnknown(InvalidInput):
    """No one with this e-mail address signs in here."""


class EmailTaken(InvalidInput):
    """A person with this address is known here."""


@transaction.atomic
def setup_link(base_url: str) -> str | None:
    """A fresh link to the first-run wizard, or None when this server is set up.

    Only the token's hash is kept, so that a link cannot be shown twice: the next call makes a
    new one, and the one before it stops working.
    """
    Installation.objects.get_or_create(pk=1)
    installation = Installation.objects.select_for_update().get()
    if installation.setup_done_at:
        return None
    token = new_token()
    installation.setup_token_hash = hash_of(token)
    installation.save(update_fields=["setup_token_hash"])
    return f"{base_url.rstrip('/')}/start/{token}/"


def is_set_up() -> bool:
    return Installation.objects.filter(setup_done_at__isnull=False).exists()


def check_setup_token(token: str) -> None:
    """Raises SetupDone or SetupLinkNotValid unless this token opens the wizard now."""
    _judge(Installation.objects.filter(pk=1).first(), token)


@transaction.atomic
def finish_setup(
    token: str,
    *,
    organization_name: str,
    site_url: str,
    name: str,
    email: str,
    password_hash: str,
    language: str,
) -> Member:
    """Make the first organization and its owner. Of two who try at once, one is told SetupDone.

    `password_hash` is what `make_password` gives: the wizard keeps no password between its steps.
    Raises SetupDone, SetupLinkNotValid and EmailTaken.
    """
    installation = Installation.objects.select_for_update().filter(pk=1).first()
    _judge(installation, token)
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(
            _("Somebody with this e-mail address is known here already."),
            field="email",
            remedy=_("Sign in, or take another address."),
        )
    organization = create_organization(organization_name, site_url=site_url, language=language)
    user = User(
        email=User.objects.normalize_email(email),
        name=name,
        password=password_hash,
        language=language,
    )
    user.save()
    with as_system():
        owner = Member.objects.create(organization=organization, user=user, role=Member.Role.OWNER)
        record("member.joined", owner, actor=owner, data={"role": owner.role})
    Installation.objects.update(setup_done_at=now(), setup_token_hash="")
    return owner


@transaction.atomic
def open_imported(organization: Organization, *, email: str = "") -> tuple[Member, str]:
    """Let somebody into an organization that an import has made, as its owner.

    `email` names a person who is known here; without one it is the first owner of this server. On
    a server without anybody a manager is made, whose password is returned, and the wizard is not
    needed any more. Otherwise the second value is empty. Raises PersonUnknown.
    """
    user = _person(email)
    password = ""
    if user is None:
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(email=IMPORT_MANAGER, password=password, name="Manager")
        Installation.objects.update_or_create(
            pk=1, defaults={"setup_done_at": now(), "setup_token_hash": ""}
        )
    owner, made = Member.objects.get_or_create(
        organization=organization, user=user, defaults={"role": Member.Role.OWNER}
    )
    if made:
        record("member.joined", owner, actor=owner, data={"role": owner.role})
    return owner, password


def _person(email: str) -> User | None:
    if email:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise PersonUnknown(
                _("Nobody here has the e-mail address %(email)s.") % {"email": email},
                field="email",
                remedy=_("Use the address they sign in with."),
            )
        return user
    owners = Member.objects.active().filter(role=Member.Role.OWNER).order_by("created_at")
    first = owners.select_related("user").first()
    return first.user if first else None


def create_organization(
    name: str, *, site_url: str = "", email: str = "", language: str = "en"
) -> Organization:
    """A company or person that nobody belongs to yet.

    Nobody can see it yet either, which is why row-level security has to stand aside here.
    """
    with as_system():
        return Organization.objects.create(
            name=name, site_url=site_url, email=email, language=language
        )


def _judge(installation: Installation | None, token: str) -> None:
    if installation and installation.setup_done_at:
        raise SetupDone(
            _("This server is set up already."), remedy=_("Sign in, or ask for an invitation.")
        )
    kept = installation.setup_token_hash if installation else ""
    if not kept or not constant_time_compare(kept, hash_of(token)):
        raise SetupLinkNotValid(
            _("This link does not open the first steps any more."),
            remedy=_("Each start prints a new link; use the latest one."),
        )
