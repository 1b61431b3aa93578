import django.db.models.deletion
import handsel.clock
import handsel.rows.fields
from django.db import migrations, models

from handsel.rows.security import policy


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0003_demo'),
        ('payouts', '0002_security'),
        ('programs', '0005_payout_schedule'),
    ]

    operations = [
        migrations.CreateModel(
            name='Payer',
            fields=[
                ('id', handsel.rows.fields.IdField('pyr', editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=140)),
                ('iban', models.CharField(max_length=34)),
                ('bic', models.CharField(blank=True, max_length=11)),
                ('town', models.CharField(blank=True, max_length=35)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('changed_at', models.DateTimeField(default=handsel.clock.now)),
                ('brand', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization')),
                ('program', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='payer', to='programs.program')),
            ],
        ),
        policy("payouts_payer", "brand_id"),
    ]
