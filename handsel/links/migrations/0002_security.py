from django.db import migrations

from handsel.rows.security import policy


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial"), ("partnerships", "0002_security")]

    operations = [
        policy("links_link", "brand_id", "partner_id"),
        policy("links_code", "brand_id", "partner_id"),
        migrations.RunSQL(
            """
            -- What tracking has to hear of, in an order that commits cannot overtake: the lock is
            -- held until commit, so a lower number is never seen after a higher one.
            CREATE TABLE links_change (
                seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                link_id uuid NOT NULL,
                changed_at timestamptz NOT NULL DEFAULT now()
            );
            CREATE INDEX links_change_link ON links_change (link_id, seq DESC);

            CREATE FUNCTION links_note_link() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtext('links_change'));
                INSERT INTO links_change (link_id) VALUES (NEW.id);
                PERFORM pg_notify('links_change', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER noted AFTER INSERT OR UPDATE ON links_link
                FOR EACH ROW EXECUTE FUNCTION links_note_link();

            CREATE FUNCTION links_note_program() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtext('links_change'));
                INSERT INTO links_change (link_id)
                    SELECT id FROM links_link WHERE program_id = NEW.id;
                PERFORM pg_notify('links_change', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER noted AFTER UPDATE OF domains, fallback_url, ended_at
                ON programs_program FOR EACH ROW EXECUTE FUNCTION links_note_program();

            CREATE FUNCTION links_note_partnership() RETURNS trigger LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                PERFORM pg_advisory_xact_lock(hashtext('links_change'));
                INSERT INTO links_change (link_id)
                    SELECT id FROM links_link WHERE partnership_id = NEW.id;
                PERFORM pg_notify('links_change', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER noted AFTER UPDATE OF paused_at, ended_at
                ON partnerships_partnership FOR EACH ROW EXECUTE FUNCTION links_note_partnership();

            -- Read by tracking, which knows no Django: one row a changed link, as it is now.
            CREATE VIEW tracking_links_feed AS
            SELECT c.seq, l.number, l.slug,
                jsonb_build_object(
                    'number', l.number, 'slug', l.slug, 'url', l.url,
                    'link', l.id, 'program', l.program_id, 'partnership', l.partnership_id,
                    'brand', l.brand_id, 'partner', l.partner_id,
                    'domains', to_jsonb(p.domains),
                    'disabled', l.disabled_at IS NOT NULL OR coalesce(p.ended_at <= now(), false)
                        OR coalesce(a.ended_at <= now(), false),
                    'fallback_url', coalesce(nullif(p.fallback_url, ''), p.site_url),
                    'param', 'hs_click'
                ) AS payload
            FROM links_change c
            JOIN links_link l ON l.id = c.link_id
            JOIN programs_program p ON p.id = l.program_id
            JOIN partnerships_partnership a ON a.id = l.partnership_id
            WHERE c.seq = (SELECT max(n.seq) FROM links_change n WHERE n.link_id = c.link_id);
            GRANT SELECT ON tracking_links_feed TO handsel_app;
            """,
            """
            DROP VIEW tracking_links_feed;
            DROP TRIGGER noted ON partnerships_partnership;
            DROP TRIGGER noted ON programs_program;
            DROP TRIGGER noted ON links_link;
            DROP FUNCTION links_note_partnership(), links_note_program(), links_note_link();
            DROP TABLE links_change;
            """,
        ),
    ]
