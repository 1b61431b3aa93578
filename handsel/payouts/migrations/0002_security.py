"""Who sees payouts, and what the database itself refuses: to pay anything twice."""

from django.db import migrations

from handsel.rows.security import MINE, append_only, policy

# The functions look at every row, whoever runs them. (A `SET` clause would say it better, but only
# a superuser may give one for a name like ours.)
BEGIN = """
        scope text := coalesce(current_setting('handsel.scope', true), '');
    BEGIN
        PERFORM set_config('handsel.scope', 'system', true);"""
END = """
        PERFORM set_config('handsel.scope', scope, true);
        RETURN NULL;
    END"""
SAFE = "SET search_path = public, pg_temp"

GUARDS = f"""
    ALTER TABLE payouts_payee ADD CONSTRAINT payee_country CHECK (country = left(iban, 2));

    -- When a payout begins to stand, or stops: it is what its lines add up to, each commission says
    -- what its lines in payouts that stand add up to, and what begins pays no more than is owed.
    -- From each commission to its few lines, by index, whatever the planner knows: after a first
    -- large batch that is nothing yet, and a join would begin with all payouts there are.
    CREATE FUNCTION payouts_check_lines() RETURNS trigger LANGUAGE plpgsql {SAFE}
        SET enable_seqscan = off AS $$
    DECLARE total numeric; wrong uuid;{BEGIN}
        SELECT coalesce(sum(amount_minor), 0) INTO total
          FROM payouts_payoutline WHERE payout_id = NEW.id;
        IF total <> NEW.amount_minor THEN
            RAISE EXCEPTION 'the lines of payout % add up to %, not %', NEW.id, total,
                NEW.amount_minor USING ERRCODE = 'check_violation';
        END IF;
        SELECT c.id INTO wrong
          FROM payouts_payoutline l JOIN commissions_commission c ON c.id = l.commission_id
         WHERE l.payout_id = NEW.id
           AND (c.paid_out_minor <> (
                   SELECT coalesce(sum(s.amount_minor), 0) FROM payouts_payoutline s
                    WHERE s.commission_id = c.id
                      AND (SELECT p.status FROM payouts_payout p WHERE p.id = s.payout_id)
                          IN ('queued', 'sent', 'paid'))
                OR c.partnership_id <> NEW.partnership_id OR c.currency <> NEW.currency)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'payouts carry something else of commission % than it says', wrong
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT c.id INTO wrong
          FROM payouts_payoutline l JOIN commissions_commission c ON c.id = l.commission_id
         WHERE NEW.status = 'queued' AND l.payout_id = NEW.id AND l.amount_minor > 0
           AND c.paid_out_minor > CASE c.status WHEN 'approved' THEN c.amount_minor ELSE 0 END
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'payouts carry more of commission % than is owed', wrong
                USING ERRCODE = 'check_violation';
        END IF;{END} $$;
    CREATE TRIGGER carried AFTER UPDATE OF status ON payouts_payout
        FOR EACH ROW WHEN (NEW.status <> OLD.status AND NEW.status NOT IN ('sent', 'paid'))
        EXECUTE FUNCTION payouts_check_lines();

    -- A payout is begun as a proposal, and what was approved keeps its lines and amounts.
    CREATE FUNCTION payouts_keep_payout() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
    BEGIN
        IF TG_OP = 'INSERT' AND NEW.status <> 'proposed' THEN
            RAISE EXCEPTION 'a payout is proposed first' USING ERRCODE = 'restrict_violation';
        ELSIF TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'a payout is never deleted' USING ERRCODE = 'restrict_violation';
        ELSIF TG_OP = 'UPDATE' AND OLD.status <> 'proposed' AND (
            NEW.status = 'proposed'
            OR (NEW.amount_minor, NEW.approved_minor, NEW.adjusted_minor, NEW.currency,
                NEW.batch_id, NEW.partnership_id, NEW.payee_id, NEW.reference)
            IS DISTINCT FROM
               (OLD.amount_minor, OLD.approved_minor, OLD.adjusted_minor, OLD.currency,
                OLD.batch_id, OLD.partnership_id, OLD.payee_id, OLD.reference)
        ) THEN
            RAISE EXCEPTION 'payout % was approved as it is', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON payouts_payout
        FOR EACH ROW EXECUTE FUNCTION payouts_keep_payout();

    CREATE FUNCTION payouts_keep_lines() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
    DECLARE touched uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.payout_id ELSE NEW.payout_id END;
    BEGIN
        IF EXISTS (SELECT FROM payouts_payout WHERE id = touched AND status <> 'proposed') THEN
            RAISE EXCEPTION 'payout % keeps the lines it was approved with', touched
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN COALESCE(NEW, OLD);
    END $$;
    CREATE TRIGGER kept BEFORE INSERT OR DELETE ON payouts_payoutline
        FOR EACH ROW EXECUTE FUNCTION payouts_keep_lines();
    REVOKE UPDATE ON payouts_payoutline FROM handsel_app;
    CREATE TRIGGER never_changed BEFORE UPDATE ON payouts_payoutline
        FOR EACH ROW EXECUTE FUNCTION handsel_refuse_change();

    -- Versions of an account are only added. Its owner may ask for them to be erased one day, so
    -- there is no trigger that would refuse that to the tables' owner.
    REVOKE UPDATE, DELETE ON payouts_payee FROM handsel_app;
"""

UNGUARD = """
    GRANT UPDATE, DELETE ON payouts_payee TO handsel_app;
    DROP TRIGGER never_changed ON payouts_payoutline;
    GRANT UPDATE ON payouts_payoutline TO handsel_app;
    DROP TRIGGER kept ON payouts_payoutline;
    DROP TRIGGER kept ON payouts_payout;
    DROP TRIGGER carried ON payouts_payout;
    DROP FUNCTION payouts_keep_lines(), payouts_keep_payout(), payouts_check_lines();
    ALTER TABLE payouts_payee DROP CONSTRAINT payee_country;
"""


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial"), ("commissions", "0005_paid_out")]

    operations = [
        # A partner sees of its payouts what is no draft any more; the brand alone writes them.
        policy(
            "payouts_payout",
            "brand_id",
            also=f"""partner_id = ANY ({MINE})
                AND (status <> 'proposed' OR left_out_at IS NOT NULL)""",
        ),
        policy(
            "payouts_payoutline",
            "brand_id",
            also=f"""partner_id = ANY ({MINE}) AND EXISTS (SELECT FROM payouts_payout p
                WHERE p.id = payouts_payoutline.payout_id)""",
        ),
        policy(
            "payouts_batch",
            "brand_id",
            also=f"""EXISTS (SELECT FROM payouts_payout p
                WHERE p.batch_id = payouts_batch.id AND p.partner_id = ANY ({MINE}))""",
        ),
        policy("payouts_bankfile", "brand_id"),
        # An account is its owner's; the brands that pay it see where to.
        policy(
            "payouts_payee",
            "partner_id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE p.partner_id = payouts_payee.partner_id AND p.brand_id = ANY ({MINE}))""",
        ),
        append_only("payouts_bankfile"),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
