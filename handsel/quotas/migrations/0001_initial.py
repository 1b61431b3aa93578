from django.db import migrations

# Unlogged: written at every request of the API, and forgotten by a server that crashes, as it may
# be. Without compression: a window is read far more often than it is large.
TABLES = migrations.RunSQL(
    """
    CREATE UNLOGGED TABLE quotas_window (
        key text PRIMARY KEY,
        taken_at double precision[] NOT NULL,
        ends_at double precision NOT NULL
    ) WITH (fillfactor = 50);
    ALTER TABLE quotas_window ALTER COLUMN taken_at SET STORAGE EXTERNAL;
    CREATE UNLOGGED TABLE quotas_cache (
        cache_key varchar(255) PRIMARY KEY,
        value text NOT NULL,
        expires timestamptz NOT NULL
    );
    CREATE INDEX quotas_cache_expires ON quotas_cache (expires);
    """,
    "DROP TABLE quotas_window; DROP TABLE quotas_cache;",
)


class Migration(migrations.Migration):
    # The application's role, and its rights to tables made later.
    dependencies = [("organizations", "0002_security")]

    operations = [TABLES]
