from django.db import migrations

from handsel.rows.security import append_only, policy


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        policy("ledger_account", "brand_id", "partner_id"),
        policy("ledger_entry", "brand_id", "partner_id"),
        policy("ledger_posting", "brand_id", "partner_id"),
        policy(
            "ledger_leaf",
            also="EXISTS (SELECT FROM ledger_entry e WHERE e.id = ledger_leaf.entry_id)",
        ),
        append_only("ledger_entry", "ledger_posting", "ledger_leaf", "ledger_checkpoint"),
        migrations.RunSQL(
            """
            CREATE FUNCTION ledger_check_entry(entry uuid) RETURNS void LANGUAGE plpgsql AS $$
            DECLARE wrong text;
            BEGIN
                SELECT currency || ' ' || sum(amount_minor) INTO wrong
                  FROM ledger_posting WHERE entry_id = entry
                 GROUP BY currency HAVING sum(amount_minor) <> 0 LIMIT 1;
                IF FOUND THEN
                    RAISE EXCEPTION 'entry % does not sum to zero: %', entry, wrong
                        USING ERRCODE = 'check_violation';
                END IF;
                IF NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = entry) THEN
                    RAISE EXCEPTION 'entry % has no postings', entry
                        USING ERRCODE = 'check_violation';
                END IF;
                IF EXISTS (
                    SELECT FROM ledger_posting p
                      JOIN ledger_entry e ON e.id = p.entry_id
                      LEFT JOIN ledger_account a ON a.id = p.account_id
                     WHERE p.entry_id = entry
                       AND (a.brand_id IS DISTINCT FROM e.brand_id
                            OR p.brand_id <> e.brand_id
                            OR (a.partner_id IS NOT NULL
                                AND a.partner_id IS DISTINCT FROM e.partner_id))
                ) THEN
                    RAISE EXCEPTION 'entry % posts to an account of somebody else', entry
                        USING ERRCODE = 'check_violation';
                END IF;
            END $$;
            CREATE FUNCTION ledger_check_posting() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM ledger_check_entry(NEW.entry_id); RETURN NULL; END $$;
            CREATE FUNCTION ledger_check_new_entry() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM ledger_check_entry(NEW.id); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_posting
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION ledger_check_posting();
            CREATE CONSTRAINT TRIGGER balanced AFTER INSERT ON ledger_entry
                DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION ledger_check_new_entry();
            """,
            """
            DROP TRIGGER balanced ON ledger_entry;
            DROP TRIGGER balanced ON ledger_posting;
            DROP FUNCTION ledger_check_new_entry(), ledger_check_posting(), ledger_check_entry(uuid);
            """,
        ),
    ]
