from django.db import migrations

# Functions that work with their owner's rights look for names in temporary tables last, where a
# caller could have put one of the same name, and only the application may call those of partitions.
FUNCTIONS = (
    "links_note_link()",
    "links_note_program()",
    "links_note_partnership()",
    "clicks_make_partition(date)",
    "clicks_drop_partition(date)",
)


class Migration(migrations.Migration):
    dependencies = [("links", "0003_feed_clock"), ("clicks", "0004_partitions")]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER FUNCTION {function} SET search_path = public, pg_temp",
                f"ALTER FUNCTION {function} SET search_path = public",
            )
            for function in FUNCTIONS
        ),
        migrations.RunSQL(
            """
            REVOKE EXECUTE ON FUNCTION clicks_make_partition(date), clicks_drop_partition(date)
                FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION clicks_make_partition(date), clicks_drop_partition(date)
                TO handsel_app;
            """,
            """
            GRANT EXECUTE ON FUNCTION clicks_make_partition(date), clicks_drop_partition(date)
                TO PUBLIC;
            """,
        ),
    ]
