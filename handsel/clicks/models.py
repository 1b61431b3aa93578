from django.db import models
from django.utils.translation import gettext_lazy as _

from handsel.rows.fields import IdField
from handsel.rows.querysets import OwnedQuerySet, SharedQuerySet


class OfPartnership(models.Model):
    """Whose it is. Ids without foreign keys: rows arrive by COPY, and what they name is never
    deleted."""

    brand_id = IdField("org", primary_key=False)
    partner_id = IdField("org", primary_key=False)
    program_id = IdField("prg", primary_key=False)
    partnership_id = IdField("par", primary_key=False)

    class Meta:
        abstract = True


class OfLink(OfPartnership):
    link_id = IdField("lnk", primary_key=False)

    class Meta:
        abstract = True


class Click(OfLink):
    """A visit through a link. Partitioned by day of `clicked_at`; the table is made in SQL.

    What was thought of a click when it arrived stands in its last three columns, and is never
    changed.
    """

    class CameBy(models.TextChoices):
        LINK = "link", _("Link")
        SCRIPT = "script", _("Script on the shop’s page")

    click_id = models.CharField(max_length=32, primary_key=True)
    clicked_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    visitor = models.CharField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.TextField()
    referrer = models.TextField()
    language = models.CharField(max_length=40)
    country = models.CharField(max_length=2)
    device = models.CharField(max_length=12)
    browser = models.CharField(max_length=40)
    system = models.CharField(max_length=40)
    subs = models.JSONField()
    fetch_metadata = models.JSONField()
    destination = models.TextField()
    # Which destination a rule or a split chose: "rule 2", "b"; empty for the plain one.
    destination_choice = models.CharField(max_length=40)
    came_by = models.CharField(max_length=8, choices=CameBy.choices)
    filtered_reason = models.CharField(max_length=40, null=True)
    counts = models.BooleanField()
    may_attribute = models.BooleanField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clicks_click"

    def __str__(self) -> str:
        return self.click_id


class Impression(OfLink):
    """A link's banner or widget was shown. Partitioned by day of `shown_at`, as clicks are."""

    impression_id = models.CharField(max_length=32, primary_key=True)
    shown_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    visitor = models.CharField(max_length=32)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.TextField()
    referrer = models.TextField()
    country = models.CharField(max_length=2)
    device = models.CharField(max_length=12)
    browser = models.CharField(max_length=40)
    system = models.CharField(max_length=40)
    filtered_reason = models.CharField(max_length=40, null=True)
    counts = models.BooleanField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "clicks_impression"

    def __str__(self) -> str:
        return self.impression_id


class ClickDay(OfLink):
    """Clicks of one link on one day (UTC). Rollups equal a recount of the rows.

    `clicks` are those that count, `filtered` those that are kept but do not; `impressions` are
    those that count.
    """

    day = models.DateField()
    clicks = models.PositiveBigIntegerField(default=0)
    filtered = models.PositiveBigIntegerField(default=0)
    impressions = models.PositiveBigIntegerField(default=0)

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
            # A page of links with their sums, whatever the period.
            models.Index(fields=["program_id", "link_id", "day"], name="click_day_links"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.link_id}: {self.clicks}"


class ClickTotal(OfPartnership):
    """As ClickDay, of all links of one partnership: what a year's report reads."""

    day = models.DateField()
    clicks = models.PositiveBigIntegerField(default=0)
    filtered = models.PositiveBigIntegerField(default=0)
    impressions = models.PositiveBigIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership_id", "day"], name="click_total_once"),
        ]
        indexes = [
            models.Index(fields=["program_id", "day"], name="click_total_program"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.partnership_id}: {self.clicks}"


class ClickPlace(models.Model):
    """As ClickHour, by day."""

    day = models.DateField()
    brand_id = IdField("org", primary_key=False)
    program_id = IdField("prg", primary_key=False)
    country = models.CharField(max_length=2)
    device = models.CharField(max_length=12)
    clicks = models.PositiveBigIntegerField(default=0)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program_id", "day", "country", "device"], name="click_place_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.country} {self.device}: {self.clicks}"


class ClickSub(OfLink):
    """As ClickDay, by the value of one sub-id; clicks that carry none are in ClickDay alone.

    Anybody can put any words behind a link's address, and these rows are kept for good. So a
    partnership has at most `NAMED_MAX` different values of a sub-id on one day, those that came
    first; all others of that day are summed up under `OTHERS`. A value that has a row of that day
    has all of its clicks there, and any other has none.
    """

    # More than the posts, places and letters of any partner on one day, and few enough that a
    # year of five sub-ids that somebody floods is a matter of millions of rows.
    NAMED_MAX = 1_000
    OTHERS = ""

    day = models.DateField()
    sub = models.PositiveSmallIntegerField()  # 1 to 5
    value = models.CharField(max_length=100)
    clicks = models.PositiveBigIntegerField(default=0)
    filtered = models.PositiveBigIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership_id", "day", "sub", "value", "link_id"], name="click_sub_once"
            ),
        ]
        indexes = [
            models.Index(fields=["program_id", "sub", "day"], name="click_sub_program"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.link_id} s{self.sub}={self.value}: {self.clicks}"


class ClickSubTotal(OfPartnership):
    """As ClickSub, of all links of one partnership: what a year's report reads, and where a new
    value is looked for."""

    day = models.DateField()
    sub = models.PositiveSmallIntegerField()  # 1 to 5
    value = models.CharField(max_length=100)
    clicks = models.PositiveBigIntegerField(default=0)
    filtered = models.PositiveBigIntegerField(default=0)

    objects = SharedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership_id", "day", "sub", "value"], name="click_sub_total_once"
            ),
        ]
        indexes = [
            models.Index(fields=["program_id", "sub", "day"], name="click_sub_total_program"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.partnership_id} s{self.sub}={self.value}: {self.clicks}"


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

    `backlog` events still wait on the host's disk; `shipped_total` have left it so far. Of
    `segments_unreadable` there is a file on the disk that somebody has to look at.
    """

    host = models.CharField(primary_key=True, max_length=120)
    passed_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    backlog = models.PositiveBigIntegerField(default=0)
    shipped_total = models.PositiveBigIntegerField(default=0)
    segments_unreadable = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.host} {self.passed_at}"
