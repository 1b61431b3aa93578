from django.db import migrations

from handsel.rows.security import append_only, policy


class Migration(migrations.Migration):
    dependencies = [("conversions", "0001_initial")]

    operations = [
        policy("conversions_conversion", "brand_id"),
        policy("conversions_fact", "brand_id"),
        policy("conversions_touch", "brand_id", "partner_id"),
        append_only("conversions_fact"),
    ]
