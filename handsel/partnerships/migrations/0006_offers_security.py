"""Row-level security of offers and endings; and which agreements repeat the terms of their group."""

from django.db import migrations

from handsel.rows.scope import as_system
from handsel.rows.security import MINE, policy


def write(apps, schema_editor):
    Agreement = apps.get_model("partnerships", "Agreement")
    GroupTerms = apps.get_model("programs", "GroupTerms")
    with as_system():
        versions = {}
        for version in GroupTerms.objects.order_by("number"):
            versions[version.group_id, version.terms_digest] = version.pk
        for agreement in Agreement.objects.select_related("partnership").iterator():
            found = versions.get((agreement.partnership.group_id, agreement.terms_digest))
            if found is not None:
                Agreement.objects.filter(pk=agreement.pk).update(group_terms_id=found)


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0005_offers"), ("programs", "0009_past_group_terms")]

    operations = [
        policy("partnerships_offer", "brand_id", "partner_id"),
        policy("partnerships_ending", "brand_id", "partner_id"),
        policy("partnerships_offerround", "brand_id"),
        # A partner's own pages say when its program rested, and when it ends.
        *(
            policy(
                table,
                "brand_id",
                also=f"""EXISTS (SELECT FROM partnerships_partnership p
                    WHERE p.program_id = {table}.program_id AND p.partner_id = ANY ({MINE}))""",
            )
            for table in ("programs_programpause", "partnerships_programending")
        ),
        migrations.RunPython(write, migrations.RunPython.noop),
    ]
