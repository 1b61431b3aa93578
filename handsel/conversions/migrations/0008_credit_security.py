from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("conversions", "0007_kinds_of_touches")]

    operations = [
        policy("conversions_manualcredit", "brand_id", "partner_id"),
        policy("conversions_ripple", "brand_id"),
        # Withdrawn: yes. Unmade: never.
        migrations.RunSQL(
            "REVOKE DELETE ON conversions_manualcredit FROM handsel_app",
            "GRANT DELETE ON conversions_manualcredit TO handsel_app",
        ),
        # Few agreements own articles, and every order asks for them.
        migrations.RunSQL(
            """CREATE INDEX agreement_owned_skus ON partnerships_agreement (partnership_id)
               WHERE (terms #> '{attribution,owned_skus}') IS NOT NULL""",
            "DROP INDEX agreement_owned_skus",
        ),
    ]
