from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    """What is known of a click beside its link, impressions in day partitions, and room for the
    rollups to grow in place."""

    dependencies = [("clicks", "0006_impressions_and_subs")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE clicks_click
                ADD browser varchar(40) NOT NULL DEFAULT '',
                ADD system varchar(40) NOT NULL DEFAULT '',
                ADD destination_choice varchar(40) NOT NULL DEFAULT '',
                ADD came_by varchar(8) NOT NULL DEFAULT 'link',
                ADD counts boolean NOT NULL DEFAULT true,
                ADD may_attribute boolean NOT NULL DEFAULT true;
            -- Until now a reason alone meant that a click does not count.
            UPDATE clicks_click SET counts = false, may_attribute = false
            WHERE filtered_reason IS NOT NULL;

            -- The event log, the journey of one visitor (which is also where repeats are looked
            -- for), and what was filtered: few rows among many.
            CREATE INDEX clicks_click_program ON clicks_click (program_id, clicked_at);
            CREATE INDEX clicks_click_visitor ON clicks_click (visitor, clicked_at);
            CREATE INDEX clicks_click_filtered ON clicks_click (program_id, clicked_at)
                WHERE filtered_reason IS NOT NULL;

            CREATE TABLE clicks_impression (
                impression_id varchar(32) NOT NULL,
                shown_at timestamptz NOT NULL,
                recorded_at timestamptz NOT NULL DEFAULT now(),
                brand_id uuid NOT NULL,
                partner_id uuid NOT NULL,
                program_id uuid NOT NULL,
                partnership_id uuid NOT NULL,
                link_id uuid NOT NULL,
                visitor varchar(32) NOT NULL,
                ip inet,
                user_agent text NOT NULL,
                referrer text NOT NULL,
                country varchar(2) NOT NULL DEFAULT '',
                device varchar(12) NOT NULL DEFAULT '',
                browser varchar(40) NOT NULL DEFAULT '',
                system varchar(40) NOT NULL DEFAULT '',
                filtered_reason varchar(40),
                counts boolean NOT NULL DEFAULT true,
                PRIMARY KEY (impression_id, shown_at)
            ) PARTITION BY RANGE (shown_at);
            CREATE INDEX clicks_impression_program ON clicks_impression (program_id, shown_at);
            CREATE INDEX clicks_impression_partnership
                ON clicks_impression (partnership_id, shown_at);

            -- Counted up many times a day: with room on its page, a row is rewritten in place
            -- and its indexes are left alone.
            ALTER TABLE clicks_clickday SET (fillfactor = 70);
            ALTER TABLE clicks_clicksub SET (fillfactor = 70);
            ALTER TABLE clicks_clickhour SET (fillfactor = 50);

            CREATE OR REPLACE FUNCTION clicks_make_partition(day date) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
            DECLARE
                parent text;
                name text;
            BEGIN
                FOREACH parent IN ARRAY ARRAY['clicks_click', 'clicks_impression'] LOOP
                    name := parent || '_' || to_char(day, 'YYYYMMDD');
                    CONTINUE WHEN to_regclass(name) IS NOT NULL;
                    PERFORM pg_advisory_xact_lock(hashtext('clicks_make_partition'));
                    CONTINUE WHEN to_regclass(name) IS NOT NULL;
                    EXECUTE format(
                        'CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                        name, parent,
                        (day::timestamp AT TIME ZONE 'UTC'),
                        ((day + 1)::timestamp AT TIME ZONE 'UTC'));
                    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
                    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
                    EXECUTE format('REVOKE ALL ON %I FROM handsel_app', name);
                END LOOP;
            END $$;
            CREATE OR REPLACE FUNCTION clicks_drop_partition(day date) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                EXECUTE format(
                    'DROP TABLE IF EXISTS %I, %I',
                    'clicks_click_' || to_char(day, 'YYYYMMDD'),
                    'clicks_impression_' || to_char(day, 'YYYYMMDD'));
            END $$;
            -- Days that have clicks and no impressions yet.
            SELECT clicks_make_partition(to_date(right(inhrelid::regclass::text, 8), 'YYYYMMDD'))
            FROM pg_inherits WHERE inhparent = 'clicks_click'::regclass;
            """,
            migrations.RunSQL.noop,
        ),
        policy("clicks_impression", "brand_id", "partner_id"),
        policy("clicks_clicksub", "brand_id", "partner_id"),
    ]
