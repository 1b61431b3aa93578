from django.db import migrations

from handsel.rows.security import MINE, policy


class Migration(migrations.Migration):
    dependencies = [("domains", "0001_initial"), ("partnerships", "0002_security")]

    operations = [
        # Partners see the names on which their program's links answer.
        policy(
            "domains_trackingdomain",
            "brand_id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE p.program_id = domains_trackingdomain.program_id
                    AND p.partner_id = ANY ({MINE}))""",
        ),
    ]
