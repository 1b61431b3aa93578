"""Who sees postbacks; and the deliveries, written by the database with each change of a
commission, whoever makes it: nothing that is committed can go untold, and nothing else is told."""

from django.db import migrations

from handsel.rows.security import MINE, policy

# As ids.new_id makes them: a UUIDv7, so that later ones sort later. PostgreSQL has its own from 18.
NEW_ID = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3)
    FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid"""

# What is told of a commission that stands in `changed` with its event, and to whom. A postback of a
# link is told of what the link earned, and then of all that becomes of it.
WRITE = f"""
    INSERT INTO postbacks_delivery (
        id, number, brand_id, partner_id, partnership_id, postback_id, commission_id,
        revision_number, event, status, amount_minor, currency, changed_at, created_at, due_at,
        attempts, tried_url, answer, problem)
    SELECT {NEW_ID}, nextval('postbacks_delivery_number'), c.brand_id, c.partner_id,
        c.partnership_id, p.id, c.id, r.number, c.event, c.status, c.amount_minor, c.currency,
        CASE c.event
            WHEN 'approved' THEN c.approved_at
            WHEN 'declined' THEN c.declined_at
            WHEN 'reversed' THEN c.reversed_at
            ELSE coalesce(r.recorded_at, c.recorded_at)
        END,
        clock_timestamp(), clock_timestamp(), 0, '', '', ''
    FROM changed c
    JOIN postbacks_postback p ON p.partnership_id = c.partnership_id
        AND p.disabled_at IS NULL AND p.removed_at IS NULL AND p.events ? c.event
    LEFT JOIN LATERAL (
        SELECT v.number, v.recorded_at FROM commissions_revision v
        WHERE v.commission_id = c.id ORDER BY v.number DESC LIMIT 1
    ) r ON true
    WHERE p.link_id IS NULL
        OR EXISTS (SELECT FROM conversions_touch t
            WHERE t.conversion_id = c.conversion_id AND t.partnership_id = c.partnership_id
                AND t.link_id = p.link_id AND t.verdict IN ('credited', 'binds_terms'))
        OR EXISTS (SELECT FROM postbacks_delivery d
            WHERE d.postback_id = p.id AND d.commission_id = c.id)
    ORDER BY c.id, p.id;
"""
# The functions look at every row, whoever runs them (see payouts/0002).
BEGIN = """
    DECLARE scope text := coalesce(current_setting('handsel.scope', true), '');
    BEGIN
        PERFORM set_config('handsel.scope', 'system', true);
        IF EXISTS (SELECT FROM postbacks_postback
                WHERE disabled_at IS NULL AND removed_at IS NULL) THEN"""
END = """
        END IF;
        PERFORM set_config('handsel.scope', scope, true);
        RETURN NULL;
    END"""
SAFE = "SET search_path = public, pg_temp"

TRIGGERS = f"""
    CREATE FUNCTION postbacks_note_new_commissions() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
        {BEGIN}
        WITH changed AS (
            SELECT a.*, 'pending' AS event FROM after a WHERE a.status = 'pending'
        ) {WRITE}{END} $$;
    CREATE TRIGGER postbacks_note_new AFTER INSERT ON commissions_commission
        REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION postbacks_note_new_commissions();

    CREATE FUNCTION postbacks_note_commissions() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
        {BEGIN}
        WITH changed AS (
            SELECT a.*, CASE
                WHEN a.status = b.status THEN 'adjusted'
                WHEN a.status = 'pending' THEN 'reopened'
                ELSE a.status
            END AS event
            FROM after a JOIN before b ON b.id = a.id
            WHERE a.status <> b.status
                OR a.amount_minor <> b.amount_minor AND a.status IN ('pending', 'approved')
        ) {WRITE}{END} $$;
    CREATE TRIGGER postbacks_note AFTER UPDATE ON commissions_commission
        REFERENCING OLD TABLE AS before NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION postbacks_note_commissions();
"""
NO_TRIGGERS = """
    DROP TRIGGER postbacks_note ON commissions_commission;
    DROP TRIGGER postbacks_note_new ON commissions_commission;
    DROP FUNCTION postbacks_note_commissions(), postbacks_note_new_commissions();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("postbacks", "0001_initial"),
        ("commissions", "0005_paid_out"),
        ("conversions", "0002_security"),
    ]

    operations = [
        # The partner alone writes its postbacks; the brand reads what they came to.
        policy("postbacks_postback", "partner_id", also=f"brand_id = ANY ({MINE})"),
        policy("postbacks_delivery", "partner_id", also=f"brand_id = ANY ({MINE})"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
