from django.db import migrations

from handsel.rows.security import append_only, policy


class Migration(migrations.Migration):
    dependencies = [("relations", "0001_initial"), ("commissions", "0002_security")]

    operations = [
        policy("relations_question", "brand_id", "partner_id"),
        policy("relations_questionmessage", "brand_id", "partner_id"),
        append_only("relations_questionmessage"),
    ]
