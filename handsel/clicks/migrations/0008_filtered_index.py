from django.db import migrations


class Migration(migrations.Migration):
    """What was filtered, and why, is read from the indexes alone: of a partnership, of a program."""

    dependencies = [("clicks", "0007_security_and_columns")]

    operations = [
        migrations.RunSQL(
            """
            CREATE INDEX clicks_click_reason ON clicks_click (partnership_id, clicked_at)
                INCLUDE (brand_id, partner_id, link_id, filtered_reason, counts)
                WHERE filtered_reason IS NOT NULL;
            DROP INDEX clicks_click_filtered;
            CREATE INDEX clicks_click_filtered ON clicks_click (program_id, clicked_at)
                INCLUDE (brand_id, partner_id, filtered_reason, counts)
                WHERE filtered_reason IS NOT NULL;
            """,
            """
            DROP INDEX clicks_click_reason;
            DROP INDEX clicks_click_filtered;
            CREATE INDEX clicks_click_filtered ON clicks_click (program_id, clicked_at)
                WHERE filtered_reason IS NOT NULL;
            """,
        ),
    ]
