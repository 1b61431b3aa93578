from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial")]

    operations = [policy("drafts_draft", "brand_id")]
