from importlib import import_module

from django.db import migrations

from handsel.rows.security import MINE, policy

# A link's end, its partnership's and its program's come at a moment: tracking is told the moment
# and compares it itself, for nothing changes in the database when it comes.
FEED = """
CREATE OR REPLACE VIEW tracking_links_feed AS
SELECT c.seq, l.number, l.slug,
    jsonb_build_object(
        'number', l.number, 'slug', l.slug, 'url', l.url,
        'link', l.id, 'program', l.program_id, 'partnership', l.partnership_id,
        'brand', l.brand_id, 'partner', l.partner_id,
        'domains', to_jsonb(p.domains),
        'disabled', l.disabled_at IS NOT NULL OR coalesce(p.ended_at <= handsel_now(), false)
            OR coalesce(a.ended_at <= handsel_now(), false),
        'fallback_url',
            coalesce(nullif(l.fallback_url, ''), nullif(p.fallback_url, ''), p.site_url),
        'param', 'hs_click'
    )
    -- What few links have is there only where it is: a tracking host keeps all of it on its disk.
    || jsonb_strip_nulls(jsonb_build_object(
        'ends_ms',
            floor(extract(epoch FROM least(l.expires_at, p.ended_at, a.ended_at)) * 1000)::bigint,
        'schedule', nullif(l.schedule, '[]'),
        'rules', nullif(l.rules, '[]'),
        'split', l.split,
        'subs', nullif(l.subs, '{}'),
        'utm', nullif(coalesce(d.utm, '{}') || l.utm, '{}'),
        'partner_name', CASE WHEN coalesce(d.utm, '{}') || l.utm <> '{}' THEN o.name END,
        'program_slug', CASE WHEN coalesce(d.utm, '{}') || l.utm <> '{}' THEN p.slug END
    )) AS payload
FROM links_change c
JOIN links_link l ON l.id = c.link_id
JOIN programs_program p ON p.id = l.program_id
JOIN partnerships_partnership a ON a.id = l.partnership_id
JOIN organizations_organization o ON o.id = l.partner_id
LEFT JOIN links_linkdefaults d ON d.program_id = l.program_id
WHERE c.seq = (SELECT max(n.seq) FROM links_change n WHERE n.link_id = c.link_id);
"""

BEFORE = import_module("handsel.links.migrations.0003_feed_clock").FEED.format(now="handsel_now")

NOTE = """
CREATE FUNCTION links_note_{name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('links_change'));
    INSERT INTO links_change (link_id) SELECT id FROM links_link WHERE {whose};
    PERFORM pg_notify('links_change', '');
    RETURN NULL;
END $$;
CREATE TRIGGER noted {when} FOR EACH ROW EXECUTE FUNCTION links_note_{name}();
"""
FORGET = "DROP TRIGGER noted ON {table}; DROP FUNCTION links_note_{name}();"


class Migration(migrations.Migration):
    dependencies = [("links", "0005_directions")]

    operations = [
        # A partner sees the parameters that its links carry.
        policy(
            "links_linkdefaults",
            "brand_id",
            also=f"""EXISTS (SELECT FROM partnerships_partnership p
                WHERE p.program_id = links_linkdefaults.program_id
                    AND p.partner_id = ANY ({MINE}))""",
        ),
        migrations.RunSQL(
            NOTE.format(
                name="defaults",
                whose="program_id = NEW.program_id",
                when="AFTER INSERT OR UPDATE OF utm ON links_linkdefaults",
            ),
            FORGET.format(table="links_linkdefaults", name="defaults"),
        ),
        # A partner's name may stand in the parameters of its links.
        migrations.RunSQL(
            NOTE.format(
                name="partner",
                whose="partner_id = NEW.id",
                when="AFTER UPDATE OF name ON organizations_organization",
            ),
            FORGET.format(table="organizations_organization", name="partner"),
        ),
        migrations.RunSQL(FEED, BEFORE),
    ]
