from django.db import migrations, models

# As ClickSub.NAMED_MAX when this was written.
NAMED_MAX = 1_000


class Migration(migrations.Migration):
    """Sums by each of the five sub-ids instead of the first alone. Those of the other four begin
    with the clicks whose rows are still there."""

    dependencies = [("clicks", "0010_totals")]

    operations = [
        migrations.RemoveConstraint(model_name="clicksub", name="click_sub_once"),
        migrations.RemoveIndex(model_name="clicksub", name="click_sub_program"),
        migrations.RenameField(model_name="clicksub", old_name="s1", new_name="value"),
        migrations.AddField(
            model_name="clicksub",
            name="sub",
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        # What the first sub-id has beyond the bound is summed up, too: a value that came late on
        # its day has no row of its own.
        migrations.RunSQL(
            f"""
            CREATE TEMP TABLE counted ON COMMIT DROP AS
            SELECT (clicked_at AT TIME ZONE 'UTC')::date AS day, brand_id, partner_id, program_id,
                partnership_id, link_id, sub, subs ->> name AS value,
                count(*) FILTER (WHERE counts) AS clicks,
                count(*) FILTER (WHERE NOT counts) AS filtered
            FROM clicks_click, (VALUES (2, 's2'), (3, 's3'), (4, 's4'), (5, 's5'))
                AS names (sub, name)
            WHERE subs <> '{{}}' AND subs ->> name <> ''
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            UNION ALL
            SELECT day, brand_id, partner_id, program_id, partnership_id, link_id, sub, value,
                clicks, filtered
            FROM clicks_clicksub;
            DELETE FROM clicks_clicksub;
            INSERT INTO clicks_clicksub (day, brand_id, partner_id, program_id, partnership_id,
                link_id, sub, value, clicks, filtered)
            SELECT day, brand_id, partner_id, program_id, partnership_id, link_id, sub,
                CASE WHEN place <= {NAMED_MAX} THEN value ELSE '' END, sum(clicks), sum(filtered)
            FROM counted JOIN (
                SELECT partnership_id, day, sub, value, row_number() OVER (
                    PARTITION BY partnership_id, day, sub ORDER BY sum(clicks) DESC, value
                ) AS place
                FROM counted GROUP BY 1, 2, 3, 4
            ) AS places USING (partnership_id, day, sub, value)
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
            """,
            "DELETE FROM clicks_clicksub WHERE sub > 1",
        ),
        migrations.AddIndex(
            model_name="clicksub",
            index=models.Index(fields=["program_id", "sub", "day"], name="click_sub_program"),
        ),
        migrations.AddConstraint(
            model_name="clicksub",
            constraint=models.UniqueConstraint(
                fields=("partnership_id", "day", "sub", "value", "link_id"), name="click_sub_once"
            ),
        ),
    ]
