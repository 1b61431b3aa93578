import handsel.rows.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clicks", "0005_partnership_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Impression",
            fields=[
                ("impression_id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("shown_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("brand_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("partner_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("program_id", handsel.rows.fields.IdField("prg", editable=False, primary_key=False)),
                ("partnership_id", handsel.rows.fields.IdField("par", editable=False, primary_key=False)),
                ("link_id", handsel.rows.fields.IdField("lnk", editable=False, primary_key=False)),
                ("visitor", models.CharField(max_length=32)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("user_agent", models.TextField()),
                ("referrer", models.TextField()),
                ("country", models.CharField(max_length=2)),
                ("device", models.CharField(max_length=12)),
                ("browser", models.CharField(max_length=40)),
                ("system", models.CharField(max_length=40)),
                ("filtered_reason", models.CharField(max_length=40, null=True)),
                ("counts", models.BooleanField()),
            ],
            options={"db_table": "clicks_impression", "managed": False},
        ),
        migrations.CreateModel(
            name="ClickSub",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("brand_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("partner_id", handsel.rows.fields.IdField("org", editable=False, primary_key=False)),
                ("program_id", handsel.rows.fields.IdField("prg", editable=False, primary_key=False)),
                ("partnership_id", handsel.rows.fields.IdField("par", editable=False, primary_key=False)),
                ("link_id", handsel.rows.fields.IdField("lnk", editable=False, primary_key=False)),
                ("s1", models.CharField(max_length=100)),
                ("clicks", models.PositiveBigIntegerField(default=0)),
                ("filtered", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "indexes": [models.Index(fields=["program_id", "day"], name="click_sub_program")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partnership_id", "day", "link_id", "s1"), name="click_sub_once"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="clickday",
            name="impressions",
            field=models.PositiveBigIntegerField(default=0),
        ),
    ]
