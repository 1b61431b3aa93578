"""What changes organizations, their members and their keys."""

from handsel.organizations.services.demo import (
    NotDemoData,
    NotEmpty,
    TimeGoesForward,
    begin_demo,
    in_demo,
    is_demo,
    move_time,
    read_clock,
)
from handsel.organizations.services.invitations import (
    InvitationForAnother,
    InvitationNotOpen,
    PeopleOfTheirOwn,
    SignInToAccept,
    accept_invitation,
    invite_member,
    open_invitation,
    revoke_invitation,
)
from handsel.organizations.services.keys import (
    ScopeUnknown,
    authenticate_key,
    create_api_key,
    revoke_api_key,
)
from handsel.organizations.services.members import (
    AlreadyMember,
    LastOwner,
    change_role,
    disable_member,
)
from handsel.organizations.services.organization import change_organization
from handsel.organizations.services.people import choose_language
from handsel.organizations.services.setup import (
    EmailTaken,
    PersonUnknown,
    SetupDone,
    SetupLinkNotValid,
    check_setup_token,
    create_organization,
    finish_setup,
    is_set_up,
    open_imported,
    setup_link,
)

__all__ = [
    "AlreadyMember",
    "EmailTaken",
    "InvitationForAnother",
    "InvitationNotOpen",
    "LastOwner",
    "NotDemoData",
    "NotEmpty",
    "PeopleOfTheirOwn",
    "PersonUnknown",
    "ScopeUnknown",
    "SetupDone",
    "SetupLinkNotValid",
    "SignInToAccept",
    "TimeGoesForward",
    "accept_invitation",
    "authenticate_key",
    "begin_demo",
    "change_organization",
    "change_role",
    "check_setup_token",
    "choose_language",
    "create_api_key",
    "create_organization",
    "disable_member",
    "finish_setup",
    "in_demo",
    "invite_member",
    "is_demo",
    "is_set_up",
    "move_time",
    "open_imported",
    "open_invitation",
    "read_clock",
    "revoke_api_key",
    "revoke_invitation",
    "setup_link",
]
