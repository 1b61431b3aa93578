"""Row-level security alone, with the application's filters off."""

from functools import cache
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from handsel.config.tests.isolation.world import World
from handsel.ids import to_uuid
from handsel.organizations.models import Member
from handsel.rows.scope import scope_of_nobody, seen_by

# Tables that any connection may read, and why.
OPEN_TABLES = {
    "organizations_user": "who asks is found here, before anybody is known; belongs to a person",
    "organizations_installation": "one row about this server; the setup token only as a hash",
    "ledger_checkpoint": "signed roots of the tree are there to be published",
    "ledger_node": "hashes of salted leaves, without which no proof can be made",
    "links_change": "numbers and link ids in the order of their changes; the view shows no more",
    "clicks_spoolposition": "how far tracking's files were read; names no organization",
    "quotas_window": "when somebody asked, under a keyed hash of who it was",
    "quotas_cache": "attempts to sign in, under a keyed hash of who tried",
    "clicks_watermark": "how far tracking's hosts have come; names no organization",
}
# Django's own permissions: its base class of users brings the tables, and nothing uses them.
UNUSED = {"organizations_user_groups", "organizations_user_user_permissions"}
# Tables that are not ours: sessions, jobs, what Django and allauth keep.
OTHERS = ("auth_", "account_", "django_", "procrastinate_")

# Rows of one side that the other sees too: what a partnership, commissions and payouts hang from,
# and where a brand pays to.
SEEN_BY_BOTH = {
    "programs_program",
    "programs_group",
    "programs_programpause",
    "partnerships_programending",
    "organizations_organization",
    "conversions_conversion",
    "ledger_account",
    "links_linkdefaults",
    "payouts_batch",
    "payouts_payee",
    "domains_trackingdomain",
}
# What tracking reads, of every organization.
FEEDS = ("tracking_links_feed", "tracking_hosts_feed")

APPEND_ONLY = {
    "activity_activity",
    "commissions_revision",
    "conversions_fact",
    "ledger_account",
    "ledger_checkpoint",
    "ledger_entry",
    "ledger_leaf",
    "ledger_node",
    "ledger_posting",
    "partnerships_acceptance",
    "programs_groupterms",
    "payouts_bankfile",
    "papers_notice",
    "papers_statement",
    "relations_questionmessage",
}
"""Tables whose rows are never changed or deleted."""


def query(statement: str, *params: str | UUID) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def count(relation: str) -> int:
    return int(query(f'SELECT count(*) FROM "{relation}"')[0][0])


@pytest.fixture
def relations(db: None) -> list[str]:
    """Every table and view of ours that the application may read."""
    names = query(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(oid, 'SELECT')"
        " ORDER BY relname"
    )
    return [name for (name,) in names if name not in UNUSED and not name.startswith(OTHERS)]


@pytest.fixture
def protected(relations: list[str]) -> list[str]:
    return [name for name in relations if name not in OPEN_TABLES]


@pytest.mark.django_db
def test_the_application_is_not_above_the_rules() -> None:
    role, owner, bypass, superuser, owns = query(
        "SELECT current_user, pg_get_userbyid((SELECT relowner FROM pg_class"
        " WHERE relname = 'programs_program')), rolbypassrls, rolsuper,"
        " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid)"
        " FROM pg_roles r WHERE rolname = current_user"
    )[0]

    assert role == "handsel_app"
    assert owner != role
    assert (bypass, superuser, owns) == (False, False, False)


def test_every_table_forces_its_policies(relations: list[str]) -> None:
    forced = {
        name
        for (name,) in query(
            "SELECT relname FROM pg_class c WHERE relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)"
        )
    }
    views = {name for (name,) in query("SELECT viewname FROM pg_views")}

    assert {name for name in relations if name not in forced | views} <= set(OPEN_TABLES)


def test_no_partition_can_be_read_past_its_parents_policies(world: World) -> None:
    partitions = query(
        "SELECT relname, has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE')"
        " FROM pg_class WHERE relispartition AND relkind = 'r'"
    )

    assert partitions
    assert not [name for name, readable in partitions if readable]


def test_the_world_has_a_row_in_every_table(world: World, protected: list[str]) -> None:
    """Without this the tests below could pass because there was nothing to leak."""
    assert {name for name in protected if count(name) == 0} <= {"ledger_unsealed"}


def test_nobody_sees_nothing(world: World, protected: list[str]) -> None:
    with scope_of_nobody():
        assert {name: n for name in protected if (n := count(name))} == {}


def test_a_stranger_sees_only_itself(world: World, protected: list[str]) -> None:
    with seen_by([world.stranger.organization_id]):
        seen = {name: n for name in protected if (n := count(name))}

    assert seen == {"organizations_organization": 1, "organizations_member": 1}


@pytest.mark.parametrize("who", ["mallory", "cleo", "ben", "ada"])
def test_rows_seen_name_the_organization_that_sees_them(
    world: World, protected: list[str], who: str
) -> None:
    """Raw rows, whatever the table: each one carries the reader's own organization."""
    member: Member = getattr(world, who)
    mine = to_uuid(member.organization_id)
    strays = {}
    with seen_by([member.organization_id]):
        for name in protected:
            owners = _owner_columns(name)
            if owners and name not in SEEN_BY_BOTH:
                not_mine = " AND ".join(f"{column} IS DISTINCT FROM %s" for column in owners)
                statement = f'SELECT count(*) FROM "{name}" WHERE {not_mine}'
                strays[name] = query(statement, *[mine] * len(owners))[0][0]

    assert strays
    assert not {name: n for name, n in strays.items() if n}


def test_a_partner_sees_of_its_program_no_more_than_name_and_group(world: World) -> None:
    with seen_by([world.ben.organization_id]):
        assert [str(name) for (name,) in query("SELECT name FROM programs_program")] == [
            "Zebrafink Friends"
        ]
        assert count("programs_group") == 1
        names = {name for (name,) in query("SELECT name FROM organizations_organization")}
    assert names == {"Zebrafink", "Okapi's Blog"}


def test_another_partners_rows_are_hidden_from_the_partner_beside_it(world: World) -> None:
    with seen_by([world.cleo.organization_id]):
        orders = query("SELECT order_reference FROM conversions_conversion")
        accounts = query("SELECT owner_id FROM ledger_account")
        assert count("partnerships_partnership") == 1
        assert count("commissions_commission") == 2

    assert {reference for (reference,) in orders} == {"order-cleo", "order-cleo-2"}
    assert {owner for (owner,) in accounts} == {world.cleos.pk, world.program.pk}


def test_an_order_that_earned_a_partner_nothing_stays_the_brands(world: World) -> None:
    with seen_by([world.ben.organization_id]):
        orders = query("SELECT order_reference FROM conversions_conversion")
        assert count("conversions_touch") == 3

    assert {reference for (reference,) in orders} == {"order-7741", "order-paid"}


def test_a_view_shows_no_more_than_the_tables_below_it(world: World) -> None:
    with seen_by([world.ben.organization_id]):
        assert count("tracking_links_feed") == 1
    with seen_by([world.stranger.organization_id]):
        assert [count(name) for name in FEEDS] == [0, 0]


@pytest.mark.parametrize("who", ["mallory", "cleo", "stranger"])
def test_nothing_foreign_is_changed_or_deleted(
    world: World, protected: list[str], who: str
) -> None:
    """Statements without any condition, on every table: the writer's own rows go, or none."""
    member: Member = getattr(world, who)
    tables = [name for name in protected if name not in FEEDS]
    with transaction.atomic():
        before = {name: _foreign_rows(name, member) for name in tables}
        with seen_by([member.organization_id]):
            for name in tables:
                column = _columns(name)[-1]
                _refusal(f'UPDATE "{name}" SET "{column}" = "{column}"')
                _refusal(f'DELETE FROM "{name}"')
        assert {name: _foreign_rows(name, member) for name in tables} == before
        transaction.set_rollback(True)


def test_nobody_writes_into_another_organization(world: World) -> None:
    with (
        seen_by([world.mallory.organization_id]),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        Member.objects.create(organization=world.acme, user=world.mallory.user, role="owner")


def test_a_partner_cannot_change_its_brands_program(world: World) -> None:
    """Seeing is wider than writing: the program is visible to Ben, and not his."""
    with seen_by([world.ben.organization_id]):
        changed = query("WITH u AS (UPDATE programs_program SET name = 'x' RETURNING 1) TABLE u")

    assert changed == []


def test_the_tables_that_are_never_rewritten_are_these(relations: list[str]) -> None:
    guarded = query("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'append_only'")

    assert {name for (name,) in guarded} == APPEND_ONLY


@pytest.mark.parametrize(
    ("role", "refusal"),
    [("handsel_app", "permission denied"), ("NONE", "never changed or deleted")],
    ids=["application", "owner"],
)
def test_what_was_written_stays(world: World, role: str, refusal: str) -> None:
    """The application has no right to; the owner, who has, meets the trigger."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
    for table in APPEND_ONLY:
        column = _columns(table)[-1]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            assert refusal in _refusal(statement)


@pytest.mark.django_db
def test_the_application_cannot_shed_the_guards() -> None:
    for statement in (
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "ALTER TABLE programs_program DISABLE ROW LEVEL SECURITY",
        "DROP POLICY seen ON programs_program",
        "SET session_replication_role = replica",
        "CREATE TABLE copied AS SELECT 1",
    ):
        refusal = _refusal(statement)
        assert "must be owner" in refusal or "permission denied" in refusal


def test_control_a_table_without_its_policies_would_leak(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY")
        cursor.execute("SET LOCAL ROLE handsel_app")

    with seen_by([world.stranger.organization_id]):
        assert count("customers_customer") > 0


def _refusal(statement: str) -> str:
    """What PostgreSQL says to it; empty when it is done."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return str(error)
    return ""


@cache
def _columns(relation: str) -> list[str]:
    return [
        name
        for (name,) in query(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum",
            relation,
        )
    ]


def _owner_columns(relation: str) -> list[str]:
    owners = ["brand_id", "partner_id", "organization_id"]
    if relation == "organizations_organization":
        owners = ["id"]
    return [column for column in owners if column in _columns(relation)]


def _foreign_rows(relation: str, member: Member) -> object:
    """All rows that are not the member's, as one hash."""
    owners = _owner_columns(relation)
    mine = " OR ".join(f"{column} = %s" for column in owners) or "false"
    statement = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{relation}\" t"
    params = [to_uuid(member.organization_id)] * len(owners)
    return query(f"{statement} WHERE NOT coalesce({mine}, false)", *params)
