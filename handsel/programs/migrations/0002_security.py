from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("programs", "0001_initial")]

    operations = [
        policy("programs_program", "brand_id"),
        policy("programs_group", "brand_id"),
    ]
