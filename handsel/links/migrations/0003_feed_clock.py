from django.db import migrations

# As in 0002, but for the clock: a partnership that ends at a moment ends by the domain's time.
FEED = """
CREATE OR REPLACE VIEW tracking_links_feed AS
SELECT c.seq, l.number, l.slug,
    jsonb_build_object(
        'number', l.number, 'slug', l.slug, 'url', l.url,
        'link', l.id, 'program', l.program_id, 'partnership', l.partnership_id,
        'brand', l.brand_id, 'partner', l.partner_id,
        'domains', to_jsonb(p.domains),
        'disabled', l.disabled_at IS NOT NULL OR coalesce(p.ended_at <= {now}(), false)
            OR coalesce(a.ended_at <= {now}(), false),
        'fallback_url', coalesce(nullif(p.fallback_url, ''), p.site_url),
        'param', 'hs_click'
    ) AS payload
FROM links_change c
JOIN links_link l ON l.id = c.link_id
JOIN programs_program p ON p.id = l.program_id
JOIN partnerships_partnership a ON a.id = l.partnership_id
WHERE c.seq = (SELECT max(n.seq) FROM links_change n WHERE n.link_id = c.link_id);
"""


class Migration(migrations.Migration):
    dependencies = [("links", "0002_security"), ("organizations", "0003_demo")]

    operations = [migrations.RunSQL(FEED.format(now="handsel_now"), FEED.format(now="now"))]
