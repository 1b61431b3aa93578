"""Row-level security, as operations for migrations.

The application's role sees a row when one of the row's organizations is among those of the
person at work (`handsel.organizations`, set for each request by `rows.scope.seen_by`), or when the
process works for the whole installation (`handsel.scope = 'system'`: worker, intake, commands).
`visible_to` decides in Python; this is the net under it. See docs/decisions/0003-tenancy.md.
"""

from django.db.migrations import RunSQL

SYSTEM = "(SELECT current_setting('handsel.scope', true) = 'system')"
MINE = (
    "(SELECT coalesce(string_to_array(nullif(current_setting('handsel.organizations', true), ''),"
    " ',')::uuid[], '{}'))::uuid[]"
)


def policy(table: str, *columns: str, also: str = "") -> RunSQL:
    """Let a row of `table` be seen by the organizations in `columns`, or where `also` holds.

    `also` is an SQL condition that may name `MINE`; it only widens reading, never writing.
    """
    own = " OR ".join([SYSTEM, *(f"{column} = ANY ({MINE})" for column in columns)])
    read = f"{own} OR {also}" if also else own
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        DROP POLICY IF EXISTS seen ON {table};
        DROP POLICY IF EXISTS written ON {table};
        CREATE POLICY seen ON {table} FOR SELECT USING ({read});
        CREATE POLICY written ON {table} FOR ALL USING ({own}) WITH CHECK ({own});
        """,
        f"""
        DROP POLICY IF EXISTS seen ON {table};
        DROP POLICY IF EXISTS written ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def append_only(*tables: str) -> RunSQL:
    """Refuse UPDATE and DELETE to everyone, the owner included, and revoke them from the role."""
    forward = "".join(
        f"""
        REVOKE UPDATE, DELETE ON {table} FROM handsel_app;
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION handsel_refuse_change();
        """
        for table in tables
    )
    backward = "".join(f"DROP TRIGGER append_only ON {table};" for table in tables)
    return RunSQL(forward, backward)


ROLE = RunSQL(
    """
    DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'handsel_app') THEN
            CREATE ROLE handsel_app NOLOGIN NOBYPASSRLS;
        END IF;
        IF NOT pg_has_role(current_user, 'handsel_app', 'MEMBER') THEN
            EXECUTE format('GRANT handsel_app TO %I', current_user);
        END IF;
    END $$;
    GRANT USAGE ON SCHEMA public TO handsel_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO handsel_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO handsel_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO handsel_app;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO handsel_app;
    CREATE FUNCTION handsel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$;
    """,
    "DROP FUNCTION handsel_refuse_change()",
)
