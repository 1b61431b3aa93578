from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        policy("customers_customer", "brand_id"),
    ]
