from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        policy("organizations_organization", "id"),
        policy("organizations_member", "organization_id"),
        policy("organizations_invitation", "organization_id"),
        policy("organizations_apikey", "organization_id"),
    ]
