from django.db import models

from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


class Click(models.Model):
    """A visit through a link. Partitioned by day of `clicked_at`; the table is made in SQL.

    No foreign keys: clicks arrive by COPY, and what they name is never deleted.
    """

    click_id = models.CharField(max_length=32, primary_key=True)
    clicked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False)
    program_id = IdField("prg", primary_key=False)
    partnership_id = IdField("par", primary_key=False)
    link_id = IdField("lnk", primary_key=False)
    visitor = models.CharField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.TextField()
    referrer = models.TextField()
    language = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    device = models.CharField(max_length=12)
    subs = models.JSONField()
    fetch_metadata = models.JSONField()
    destination = models.TextField()
    filtered_reason = models.CharField(max_length=40, null=True)

    objects = SharedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clicks_click"

    def __str__(self) -> str:
        return self.click_id


class ClickDay(models.Model):
    """Clicks of one link on one day (UTC). Rollups equal a recount of the rows.

    `clicks` are those that count, `filtered` those that are kept but do not.
    """

    day = models.DateField()
    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False)
    program_id = IdField("prg", primary_key=False)
    partnership_id = IdField("par", primary_key=False)
    link_id = IdField("lnk", primary_key=False)
    clicks = models.PositiveBigIntegerField(default=0)
    filtered = models.PositiveBigIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "partnership_id", "link_id"], name="click_day_once"
            ),
        ]
        indexes = [
            models.Index(fields=["program_id", "day"], name="click_day_program"),
            models.Index(fields=["partnership_id", "day"], name="click_day_partnership"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.link_id}: {self.clicks}"


class ClickHour(models.Model):
    """Clicks that count, of a program by hour (UTC), country and device."""

    hour = models.DateTimeField()
    brand_id = IdField("org", primary_key=False)
    program_id = IdField("prg", primary_key=False)
    country = models.CharField(max_length=2)
    device = models.CharField(max_length=12)
    clicks = models.PositiveBigIntegerField(default=0)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "program_id", "country", "device"], name="click_hour_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.clicks}"


class SpoolPosition(models.Model):
    """How far a spool has been shipped. Written in the transaction that ships."""

    spool = models.CharField(primary_key=True, max_length=40)
    segment = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    shipped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.spool} {self.segment}:{self.position}"


class Watermark(models.Model):
    """Every click that a tracking host answered before `passed_at` has arrived. One row a host.

    `backlog` events still wait on the host's disk; `shipped_total` have left it so far.
    """

    host = models.CharField(primary_key=True, max_length=120)
    passed_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    backlog = models.PositiveBigIntegerField(default=0)
    shipped_total = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.host} {self.passed_at}"
