from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        policy("files_import", "brand_id"),
        policy("files_piece", "brand_id"),
        policy("files_refusedrow", "brand_id"),
        policy("files_savedmapping", "brand_id"),
    ]
