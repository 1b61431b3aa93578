"""What the database itself refuses, and the queue that no entry can pass by."""

from django.db import migrations

from handsel.rows.security import MINE, append_only, policy

# The functions look at every row, whoever runs them: an entry of somebody else is not absent.
# (A `SET` clause would say it better, but only a superuser may give one for a name like ours.)
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
    DROP TRIGGER balanced ON ledger_posting;
    DROP TRIGGER balanced ON ledger_entry;
    DROP FUNCTION ledger_check_new_entry(), ledger_check_posting(), ledger_check_entry(uuid);

    ALTER TABLE ledger_entry ADD CONSTRAINT entry_key_names_its_subject
        CHECK (subject_id = ANY (string_to_array(key, ':')));

    -- At commit: the entry has all its lines, they sum to zero per currency and are its owners'.
    CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
    DECLARE lines bigint; balanced boolean; own boolean;{BEGIN}
        SELECT coalesce(sum(n), 0), coalesce(bool_and(total = 0), true), coalesce(bool_and(mine), true)
          INTO lines, balanced, own
          FROM (SELECT count(*) AS n, sum(p.amount_minor) AS total,
                       bool_and(p.brand_id = NEW.brand_id
                                AND p.partner_id IS NOT DISTINCT FROM NEW.partner_id
                                AND a.brand_id = NEW.brand_id
                                AND (a.partner_id IS NULL
                                     OR a.partner_id IS NOT DISTINCT FROM NEW.partner_id)) AS mine
                  FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
                 WHERE p.entry_id = NEW.id
                 GROUP BY p.currency) AS by_currency;
        IF lines <> NEW.line_count OR lines = 0 THEN
            RAISE EXCEPTION 'entry % has % postings instead of %', NEW.id, lines, NEW.line_count
                USING ERRCODE = 'check_violation';
        ELSIF NOT balanced THEN
            RAISE EXCEPTION 'entry % does not sum to zero', NEW.id
                USING ERRCODE = 'check_violation';
        ELSIF own IS NOT TRUE THEN
            RAISE EXCEPTION 'entry % posts to an account of somebody else', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;{END} $$;
    CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entry
        DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

    -- At once, for a whole statement: nothing is added to an entry that has all its lines.
    CREATE FUNCTION ledger_refuse_late_postings() RETURNS trigger LANGUAGE plpgsql {SAFE} AS $$
    DECLARE late uuid;{BEGIN}
        SELECT e.id INTO late
          FROM ledger_entry e
         WHERE e.id IN (SELECT entry_id FROM added)
           AND e.line_count < (SELECT count(*) FROM ledger_posting p WHERE p.entry_id = e.id)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'entry % is complete', late USING ERRCODE = 'restrict_violation';
        END IF;{END} $$;
    CREATE TRIGGER complete AFTER INSERT ON ledger_posting
        REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_late_postings();

    -- Only this function, with its owner's rights, puts entries into the queue.
    CREATE FUNCTION ledger_queue_for_sealing() RETURNS trigger LANGUAGE plpgsql
        SECURITY DEFINER {SAFE} AS $$
    DECLARE{BEGIN}
        INSERT INTO ledger_unsealed (entry_id) SELECT id FROM added;{END} $$;
    CREATE TRIGGER queued AFTER INSERT ON ledger_entry
        REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_queue_for_sealing();
    REVOKE INSERT, UPDATE ON ledger_unsealed FROM handsel_app;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_sealing")]

    operations = [
        append_only("ledger_account", "ledger_node"),
        # A partner sees the names of the brand's accounts that its own entries post to.
        policy(
            "ledger_account",
            "brand_id",
            "partner_id",
            also=f"""EXISTS (SELECT FROM ledger_posting p
                WHERE p.account_id = ledger_account.id AND p.partner_id = ANY ({MINE}))""",
        ),
        # Hashes and signatures are everybody's to read; only the sealer writes them.
        policy("ledger_node", also="true"),
        policy("ledger_checkpoint", also="true"),
        policy("ledger_unsealed"),
        migrations.RunSQL(GUARDS),
    ]
