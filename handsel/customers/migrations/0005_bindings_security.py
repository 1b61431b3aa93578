from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_bindings")]

    operations = [
        policy("customers_binding", "brand_id", "partner_id"),
        # Ended, released: yes. Unmade: never.
        migrations.RunSQL(
            "REVOKE DELETE ON customers_binding FROM handsel_app",
            "GRANT DELETE ON customers_binding TO handsel_app",
        ),
    ]
