from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_security")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="demo_offset_s",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(
            """
            -- The domain's time, as handsel.clock.now: real time but in demo data.
            CREATE FUNCTION handsel_now() RETURNS timestamptz
                LANGUAGE sql STABLE SET search_path = public, pg_temp
                AS $$
                    SELECT now() + coalesce(
                        (SELECT make_interval(secs => demo_offset_s)
                         FROM organizations_installation LIMIT 1),
                        interval '0')
                $$;
            CREATE FUNCTION organizations_time_goes_forward() RETURNS trigger
                LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.demo_offset_s IS NULL OR NEW.demo_offset_s < OLD.demo_offset_s THEN
                    RAISE EXCEPTION 'the time of demo data only goes forward'
                        USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER time_goes_forward BEFORE UPDATE OF demo_offset_s
                ON organizations_installation FOR EACH ROW
                WHEN (OLD.demo_offset_s IS NOT NULL)
                EXECUTE FUNCTION organizations_time_goes_forward();
            """,
            """
            DROP TRIGGER time_goes_forward ON organizations_installation;
            DROP FUNCTION organizations_time_goes_forward();
            DROP FUNCTION handsel_now();
            """,
        ),
    ]
