from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [policy("api_idempotency", "organization_id")]
