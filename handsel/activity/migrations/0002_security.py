from django.db import migrations

from handsel.rows.security import append_only, policy


class Migration(migrations.Migration):
    dependencies = [("activity", "0001_initial")]

    operations = [
        policy("activity_activity", "brand_id", "partner_id"),
        append_only("activity_activity"),
    ]
