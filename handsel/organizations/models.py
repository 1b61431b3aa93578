from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from handsel.rows.fields import IdField
from handsel.rows.querysets import ActsFor, M_co, Within


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do is decided by their memberships."""

    id = IdField("usr")
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(max_length=8, default="en")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_lower_unique")]

    def __str__(self) -> str:
        return self.name or self.email


class Installation(models.Model):
    """This server. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    setup_token_hash = models.CharField(max_length=64, blank=True)
    setup_done_at = models.DateTimeField(null=True)
    demo_offset_s = models.BigIntegerField(null=True, editable=False)
    """How far demo data is from real time. Null wherever the data is not a demo's."""

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]

    def __str__(self) -> str:
        return "installation"


class Organization(models.Model):
    """A company or person: a brand when it owns programs, a partner when it is in some."""

    id = IdField("org")
    name = models.CharField(_("name"), max_length=120)
    site_url = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(max_length=8, default="en")
    created_at = models.DateTimeField(default=now, editable=False)

    def __str__(self) -> str:
        return self.name


class InsideQuerySet(models.QuerySet[M_co]):
    """Rows inside one organization: its members see them."""

    def visible_to(self, member: ActsFor | None) -> Self:
        if member is None or isinstance(member, Within):
            return self.none()
        return self.filter(organization_id=member.organization_id)


class MemberQuerySet(InsideQuerySet["Member"]):
    def active(self) -> Self:
        """Those who may act: not shut out, here or as a person."""
        return self.filter(disabled_at=None, user__is_active=True)


class Member(models.Model):
    """A person in an organization, with what they may do there."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MANAGER = "manager", _("Manager")
        FINANCE = "finance", _("Finance")
        VIEWER = "viewer", _("Viewer")

    id = IdField("mem")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    disabled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    def may(self, *roles: str) -> bool:
        """Whether this member holds one of these roles; an owner holds them all."""
        return self.role == self.Role.OWNER or self.role in roles


class Invitation(models.Model):
    """A letter that lets one person in, once. Only its token's hash is kept."""

    id = IdField("inv")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=16, choices=Member.Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InsideQuerySet.as_manager()

    link = ""
    """The address in the letter. Known only to the call that made it: the row has its hash."""

    def __str__(self) -> str:
        return self.email

    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > now()


class ApiKey(models.Model):
    """A machine's way in. The key is shown once; its SHA-256 and first characters stay."""

    class Scope(models.TextChoices):
        CONVERSIONS_WRITE = "conversions:write", _("Send orders and refunds")
        READ = "read", _("Read everything")
        PARTNERSHIPS_WRITE = "partnerships:write", _("Change partners and links")

    id = IdField("key")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    start = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40, choices=Scope.choices))
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InsideQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now())
