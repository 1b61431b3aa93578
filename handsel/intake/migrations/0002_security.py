from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        policy("intake_inboxevent", "brand_id"),
    ]
