from django.db import migrations

from handsel.rows.security import MINE, append_only, policy


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0001_initial"), ("programs", "0002_security"), ("organizations", "0002_security")]

    operations = [
        policy("partnerships_partnership", "brand_id", "partner_id"),
        policy("partnerships_agreement", "brand_id", "partner_id"),
        policy("partnerships_acceptance", "brand_id", "partner_id"),
        append_only("partnerships_acceptance"),
        # Who is in a partnership sees the other side's name, and the program and group it is in.
        policy(
            "organizations_organization",
            "id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE (p.brand_id = organizations_organization.id AND p.partner_id = ANY ({MINE}))
                   OR (p.partner_id = organizations_organization.id AND p.brand_id = ANY ({MINE})))""",
        ),
        policy(
            "programs_program",
            "brand_id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE p.program_id = programs_program.id AND p.partner_id = ANY ({MINE}))""",
        ),
        policy(
            "programs_group",
            "brand_id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE p.group_id = programs_group.id AND p.partner_id = ANY ({MINE}))""",
        ),
    ]
