from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("clicks", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TABLE clicks_click (
                click_id varchar(32) NOT NULL,
                clicked_at timestamptz NOT NULL,
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
                language varchar(40) NOT NULL,
                country varchar(2) NOT NULL,
                device varchar(12) NOT NULL,
                subs jsonb NOT NULL,
                fetch_metadata jsonb NOT NULL,
                destination text NOT NULL,
                filtered_reason varchar(40),
                PRIMARY KEY (click_id, clicked_at)
            ) PARTITION BY RANGE (clicked_at);
            CREATE INDEX clicks_click_link ON clicks_click (link_id, clicked_at);
            CREATE INDEX clicks_click_partnership ON clicks_click (partnership_id, clicked_at);

            -- The application's role owns no table, so the owner's functions keep the partitions.
            CREATE FUNCTION clicks_make_partition(day date) RETURNS void LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                EXECUTE format(
                    'CREATE TABLE IF NOT EXISTS %I PARTITION OF clicks_click'
                    ' FOR VALUES FROM (%L) TO (%L)',
                    'clicks_click_' || to_char(day, 'YYYYMMDD'),
                    (day::timestamp AT TIME ZONE 'UTC'),
                    ((day + 1)::timestamp AT TIME ZONE 'UTC'));
            END $$;
            CREATE FUNCTION clicks_drop_partition(day date) RETURNS void LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                EXECUTE format(
                    'DROP TABLE IF EXISTS %I', 'clicks_click_' || to_char(day, 'YYYYMMDD'));
            END $$;
            """,
            """
            DROP FUNCTION clicks_drop_partition(date), clicks_make_partition(date);
            DROP TABLE clicks_click;
            """,
        ),
        policy("clicks_click", "brand_id", "partner_id"),
        policy("clicks_clickday", "brand_id", "partner_id"),
        policy("clicks_clickhour", "brand_id"),
    ]
