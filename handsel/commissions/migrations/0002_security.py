from django.db import migrations

from handsel.rows.security import MINE, append_only, policy


class Migration(migrations.Migration):
    dependencies = [("commissions", "0001_initial"), ("conversions", "0002_security")]

    operations = [
        policy("commissions_commission", "brand_id", "partner_id"),
        policy("commissions_revision", "brand_id", "partner_id"),
        append_only("commissions_revision"),
        # A partner sees the order behind its own commission.
        policy(
            "conversions_conversion",
            "brand_id",
            also=f"""EXISTS (SELECT FROM commissions_commission c
                WHERE c.conversion_id = conversions_conversion.id AND c.partner_id = ANY ({MINE}))""",
        ),
    ]
