from django.db import migrations


class Migration(migrations.Migration):
    """What was filtered of a partnership, and why: read from the index alone."""

    dependencies = [("clicks", "0007_security_and_columns")]

    operations = [
        migrations.RunSQL(
            """
            CREATE INDEX clicks_click_reason ON clicks_click (partnership_id, clicked_at)
                INCLUDE (link_id, filtered_reason, counts) WHERE filtered_reason IS NOT NULL;
            """,
            "DROP INDEX clicks_click_reason",
        ),
    ]
