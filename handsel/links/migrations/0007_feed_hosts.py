from django.db import migrations

# Read by tracking beside the links' feed, and numbered with it: a row speaks for its host. A removed
# domain stays, for its links are in the wild; `links_change` carries its id as it carries a link's.
HOSTS = """
CREATE VIEW tracking_hosts_feed AS
SELECT c.seq,
    jsonb_build_object(
        'number', 0, 'slug', '', 'host', d.host, 'program', d.program_id, 'brand', d.brand_id,
        'fallback_url',
            coalesce(nullif(d.fallback_url, ''), nullif(p.fallback_url, ''), p.site_url)
    ) AS payload
FROM links_change c
JOIN domains_trackingdomain d ON d.id = c.link_id
JOIN programs_program p ON p.id = d.program_id
WHERE c.seq = (SELECT max(n.seq) FROM links_change n WHERE n.link_id = c.link_id);
GRANT SELECT ON tracking_hosts_feed TO handsel_app;
"""

NOTE = """
CREATE FUNCTION links_note_{name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('links_change'));
    INSERT INTO links_change (link_id) {what};
    PERFORM pg_notify('links_change', '');
    RETURN NULL;
END $$;
CREATE TRIGGER noted_{name} {when} FOR EACH ROW EXECUTE FUNCTION links_note_{name}();
"""
FORGET = "DROP TRIGGER noted_{name} ON {table}; DROP FUNCTION links_note_{name}();"


class Migration(migrations.Migration):
    dependencies = [("links", "0006_feed_directions"), ("domains", "0002_security")]

    operations = [
        migrations.RunSQL(
            NOTE.format(
                name="domain",
                what="VALUES (NEW.id)",
                when="AFTER INSERT OR UPDATE OF program_id, fallback_url"
                " ON domains_trackingdomain",
            ),
            FORGET.format(table="domains_trackingdomain", name="domain"),
        ),
        # Where a domain has no fallback of its own it takes the program's.
        migrations.RunSQL(
            NOTE.format(
                name="domains_of_program",
                what="SELECT id FROM domains_trackingdomain WHERE program_id = NEW.id",
                when="AFTER UPDATE OF fallback_url, site_url ON programs_program",
            ),
            FORGET.format(table="programs_program", name="domains_of_program"),
        ),
        migrations.RunSQL(HOSTS, "DROP VIEW tracking_hosts_feed"),
    ]
