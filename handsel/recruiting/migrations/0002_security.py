from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0001_initial")]

    operations = [policy("recruiting_application", "brand_id")]
