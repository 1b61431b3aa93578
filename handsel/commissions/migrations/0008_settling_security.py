"""Who sees what is settled; and the notes of what is to be settled, written by the database with
each revision and each change of a state, whoever makes it."""

from django.db import migrations

from handsel.rows.security import policy

# What a settlement pays needs no settling itself, but for what longer periods and those who
# brought a partner look at: days and periods.
TRIGGERS = """
    CREATE FUNCTION commissions_note_revisions() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO commissions_unsettled (brand_id, partner_id, commission_id, due_at)
        SELECT brand_id, partner_id, commission_id, 'epoch' FROM after
        WHERE coalesce(evaluation ->> 'kind', 'order') IN ('order', 'day', 'period');
        RETURN NULL;
    END $$;
    CREATE TRIGGER commissions_note_revisions AFTER INSERT ON commissions_revision
        REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_revisions();

    CREATE FUNCTION commissions_note_changes() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO commissions_unsettled (brand_id, partner_id, commission_id, at, due_at)
        SELECT a.brand_id, a.partner_id, a.id, b.occurred_at, 'epoch'
        FROM after a JOIN before b ON b.id = a.id
        WHERE a.kind IN ('order', 'day', 'period')
            AND (a.status <> b.status OR a.occurred_at <> b.occurred_at);
        RETURN NULL;
    END $$;
    CREATE TRIGGER commissions_note_changes AFTER UPDATE ON commissions_commission
        REFERENCING OLD TABLE AS before NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION commissions_note_changes();
"""
NO_TRIGGERS = """
    DROP TRIGGER commissions_note_changes ON commissions_commission;
    DROP TRIGGER commissions_note_revisions ON commissions_revision;
    DROP FUNCTION commissions_note_changes(), commissions_note_revisions();
"""


class Migration(migrations.Migration):
    dependencies = [("commissions", "0007_settling")]

    operations = [
        policy("commissions_unsettled", "brand_id", "partner_id"),
        policy("commissions_daycounted", "brand_id", "partner_id"),
        policy("commissions_brought", "brand_id", "partner_id"),
        policy("commissions_submission", "brand_id", "partner_id"),
        policy("commissions_promisedperk", "brand_id", "partner_id"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
