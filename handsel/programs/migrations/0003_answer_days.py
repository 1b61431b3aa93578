from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0002_security'),
    ]

    operations = [
        migrations.AddField(
            model_name='program',
            name='answer_days',
            field=models.PositiveSmallIntegerField(default=3),
        ),
    ]
