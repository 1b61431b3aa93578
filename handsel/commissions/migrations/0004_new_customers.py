from django.db import migrations


class Migration(migrations.Migration):
    """What the last evaluation said of the buyer, for orders that were evaluated before."""

    dependencies = [
        ("commissions", "0003_reversals"),
        ("conversions", "0004_new_customers"),
    ]

    operations = [
        migrations.RunSQL(
            """
            SELECT set_config('handsel.scope', 'system', true);
            UPDATE conversions_conversion
            SET customer_is_new = said.is_new
            FROM (
                SELECT DISTINCT ON (commission.conversion_id)
                    commission.conversion_id,
                    (step -> 'params' ->> 'customer_is_new')::boolean AS is_new
                FROM commissions_revision revision
                JOIN commissions_commission commission ON commission.id = revision.commission_id,
                    jsonb_array_elements(revision.evaluation -> 'steps') step
                WHERE step ->> 'code' = 'order'
                ORDER BY commission.conversion_id, revision.recorded_at DESC, revision.number DESC
            ) said
            WHERE said.conversion_id = conversions_conversion.id;
            """,
            migrations.RunSQL.noop,
        ),
    ]
