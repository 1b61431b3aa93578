from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_initial")]

    operations = [
        policy("insights_partnernote", "brand_id"),
    ]
