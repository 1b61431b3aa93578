import handsel.rows.fields
from django.db import migrations, models

from handsel.rows.security import policy


class Migration(migrations.Migration):
    """Sums by sub-id of all links of a partnership, as ClickTotal is of ClickDay. They begin with
    what the links' hold."""

    dependencies = [("clicks", "0011_all_subs")]

    operations = [
        migrations.CreateModel(
            name="ClickSubTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("brand_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("partner_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("program_id", handsel.rows.fields.IdField("prg", editable=False, primary_key=False)),
                ("partnership_id", handsel.rows.fields.IdField("par", editable=False, primary_key=False)),
                ("sub", models.PositiveSmallIntegerField()),
                ("value", models.CharField(max_length=100)),
                ("clicks", models.PositiveBigIntegerField(default=0)),
                ("filtered", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["program_id", "sub", "day"], name="click_sub_total_program")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partnership_id", "day", "sub", "value"), name="click_sub_total_once"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            """
            ALTER TABLE clicks_clicksubtotal SET (fillfactor = 70);
            INSERT INTO clicks_clicksubtotal (day, brand_id, partner_id, program_id,
                partnership_id, sub, value, clicks, filtered)
            SELECT day, brand_id, partner_id, program_id, partnership_id, sub, value, sum(clicks),
                sum(filtered)
            FROM clicks_clicksub GROUP BY 1, 2, 3, 4, 5, 6, 7;
            """,
            migrations.RunSQL.noop,
        ),
        policy("clicks_clicksubtotal", "brand_id", "partner_id"),
    ]
