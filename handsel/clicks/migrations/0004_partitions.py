from django.db import migrations


class Migration(migrations.Migration):
    """Day partitions: made once however many ask at the same moment, and no back door to rows.

    A parent's row policies do not hold for who reads its partition by name, so nobody may.
    """

    dependencies = [("clicks", "0003_watermark_backlog")]

    operations = [
        migrations.RunSQL(
            """
            CREATE OR REPLACE FUNCTION clicks_make_partition(day date) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
            DECLARE
                name text := 'clicks_click_' || to_char(day, 'YYYYMMDD');
            BEGIN
                IF to_regclass(name) IS NOT NULL THEN
                    RETURN;
                END IF;
                PERFORM pg_advisory_xact_lock(hashtext('clicks_make_partition'));
                IF to_regclass(name) IS NOT NULL THEN
                    RETURN;
                END IF;
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF clicks_click FOR VALUES FROM (%L) TO (%L)',
                    name,
                    (day::timestamp AT TIME ZONE 'UTC'),
                    ((day + 1)::timestamp AT TIME ZONE 'UTC'));
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
                EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
                EXECUTE format('REVOKE ALL ON %I FROM handsel_app', name);
            END $$;
            """,
            migrations.RunSQL.noop,
        ),
    ]
