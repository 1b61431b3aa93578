from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clicks", "0008_filtered_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="watermark",
            name="segments_unreadable",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
