from django.db import migrations

from handsel.rows.security import append_only, policy


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial"), ("payouts", "0002_security")]

    operations = [
        policy("papers_statement", "brand_id", "partner_id"),
        policy("papers_statementnames", "brand_id", "partner_id"),
        policy("papers_notice", "brand_id", "partner_id"),
        append_only("papers_statement", "papers_notice"),
        # Names may be erased, never replaced.
        migrations.RunSQL(
            """
            REVOKE UPDATE ON papers_statementnames FROM handsel_app;
            CREATE TRIGGER never_changed BEFORE UPDATE ON papers_statementnames
                FOR EACH ROW EXECUTE FUNCTION handsel_refuse_change();
            """,
            """
            DROP TRIGGER never_changed ON papers_statementnames;
            GRANT UPDATE ON papers_statementnames TO handsel_app;
            """,
        ),
    ]
