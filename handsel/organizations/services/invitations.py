from contextlib import nullcontext
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import override

from handsel.activity.services import record
from handsel.environment import environment
from handsel.errors import DomainError
from handsel.organizations.models import Invitation, Member, Organization, User
from handsel.organizations.services.members import AlreadyMember, check_role
from handsel.organizations.tokens import hash_of, new_token
from handsel.rows.scope import as_system
from handsel.ui.moments import day_text_full

VALID_FOR = timedelta(days=14)


class InvitationNotOpen(DomainError):
    """Never sent, used, taken back, or older than 14 days."""

    status = 410


class InvitationForAnother(DomainError):
    """Somebody else is signed in than the person who was invited."""

    status = 403


class PeopleOfTheirOwn(DomainError):
    """A brand lets a partner's first person in; whoever comes then is theirs to choose."""


class SignInToAccept(DomainError):
    """The person who was invited is known here, and has to show that it is them."""


@transaction.atomic
def invite_member(
    organization: Organization,
    *,
    email: str,
    role: str,
    actor: Member | None,
    language: str = "",
) -> Invitation:
    """Write somebody a letter with a link that lets them in, once, within 14 days.

    An invitation to the same address that is still open is replaced. The actor may belong to
    another organization: a brand invites the first person of a partner, whose members it does
    not otherwise see. Where there is no mail server, the `link` of what is returned can be handed
    over by other means, this once. Raises AlreadyMember, PeopleOfTheirOwn, and InvalidInput for an
    unknown role.
    """
    check_role(role)
    with as_system() if _elsewhere(actor, organization) else nullcontext():
        return _invite(organization, email, role, actor, language or organization.language)


def _invite(
    organization: Organization, email: str, role: str, actor: Member | None, language: str
) -> Invitation:
    if _elsewhere(actor, organization) and _has_people(organization.pk):
        raise PeopleOfTheirOwn(
            _("%(organization)s has people of its own.") % {"organization": organization.name},
            remedy=_("Ask them to invite whoever is to join them."),
        )
    email = User.objects.normalize_email(email)
    members = Member.objects.filter(organization=organization, disabled_at=None)
    if members.filter(user__email__iexact=email).exists():
        raise AlreadyMember(
            _("%(email)s belongs to %(organization)s already.")
            % {"email": email, "organization": organization.name},
            field="email",
        )
    _still_open(organization, email).update(revoked_at=now())
    token = new_token()
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        token_hash=hash_of(token),
        invited_by=actor,
        expires_at=now() + VALID_FOR,
    )
    record("member.invited", invitation, actor=actor, data={"email": email, "role": role})
    invitation.link = f"{environment().pages_url}/invitations/{token}/"
    _write_letter(invitation, actor, language)
    return invitation


@transaction.atomic
def revoke_invitation(pk: str, *, actor: Member | None) -> Invitation:
    """Take an open invitation back; its link stops working."""
    invitation = Invitation.objects.select_for_update().get(pk=pk)
    if invitation.is_open():
        invitation.revoked_at = now()
        invitation.save(update_fields=["revoked_at"])
        record("member.invitation-revoked", invitation, actor=actor)
    return invitation


def open_invitation(token: str) -> Invitation:
    """The invitation behind a link. Raises InvitationNotOpen."""
    with as_system():
        found = Invitation.objects.select_related(
            "organization", "invited_by__user", "invited_by__organization"
        )
        return _judge(found.filter(token_hash=hash_of(token)).first())


@transaction.atomic
def accept_invitation(
    token: str,
    *,
    user: User | None = None,
    name: str = "",
    password: str = "",
    language: str = "en",
) -> Member:
    """Let the invited person in: as themselves when signed in (`user`), else as somebody new.

    Somebody who was shut out and is invited again comes back with the new role.
    Raises InvitationNotOpen, InvitationForAnother and SignInToAccept.
    """
    with as_system():
        rows = Invitation.objects.select_for_update(of=("self", "organization"))
        rows = rows.select_related("organization", "invited_by")
        invitation = _judge(rows.filter(token_hash=hash_of(token)).first())
        user = user or _new_user(invitation.email, name, password, language)
        if user.email.casefold() != invitation.email.casefold():
            raise InvitationForAnother(
                _("This invitation is for %(email)s.") % {"email": invitation.email},
                remedy=_("Sign out, then open the link from the letter again."),
            )
        member, _created = Member.objects.update_or_create(
            organization_id=invitation.organization_id,
            user=user,
            defaults={"role": invitation.role, "disabled_at": None},
        )
        invitation.accepted_at = now()
        invitation.save(update_fields=["accepted_at"])
        record("member.joined", member, actor=member, data={"role": member.role})
    return member


def _new_user(email: str, name: str, password: str, language: str) -> User:
    if User.objects.filter(email__iexact=email).exists():
        raise SignInToAccept(
            _("%(email)s is known here.") % {"email": email},
            remedy=_("Sign in, then open the link from the letter again."),
        )
    return User.objects.create_user(email=email, password=password, name=name, language=language)


def _still_open(organization: Organization, email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        organization=organization, email__iexact=email, accepted_at=None, revoked_at=None
    )


def _judge(invitation: Invitation | None) -> Invitation:
    """Of several people whom another organization has invited, the first to come closes the door
    to the others."""
    if invitation is None or not invitation.is_open() or _comes_too_late(invitation):
        raise InvitationNotOpen(
            _("This invitation is not open any more."),
            remedy=_("It was used, taken back, or is older than 14 days. Ask for a new one."),
        )
    return invitation


def _comes_too_late(invitation: Invitation) -> bool:
    from_elsewhere = _elsewhere(invitation.invited_by, invitation.organization)
    return from_elsewhere and _has_people(invitation.organization_id)


def _has_people(organization_id: str) -> bool:
    return Member.objects.filter(organization=organization_id).exists()


def _elsewhere(actor: Member | None, organization: Organization) -> bool:
    return actor is not None and actor.organization_id != organization.pk


def _write_letter(invitation: Invitation, actor: Member | None, language: str) -> None:
    elsewhere = _elsewhere(actor, invitation.organization)
    words = {
        "organization": invitation.organization.name,
        "brand": actor.organization.name if actor and elsewhere else "",
        "inviter": str(actor.user) if actor else "",
        "url": invitation.link,
    }
    with override(language):
        words["day"] = day_text_full(localdate(invitation.expires_at))
        subject = (
            _("%(brand)s would like you as a partner") % words
            if elsewhere
            else _("Join %(organization)s on Handsel") % words
        )
        text = render_to_string("organizations/invitation.txt", words)
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email])
