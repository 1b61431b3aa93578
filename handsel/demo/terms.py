"""What the demo's partners are paid, and how that changes over the year."""

from handsel.engine.terms import AttributionTerms, Fixed, Hold, PayoutTerms, Percent, Terms, When

CURRENCY = "EUR"


def _terms(
    rate_ppm: int, new_minor: int, *, window_days: int, hold_days: int, threshold_minor: int
) -> Terms:
    bonus = Fixed(amount_minor=new_minor or 1, currency=CURRENCY, when=When(customer="new"))
    return Terms(
        currency=CURRENCY,
        attribution=AttributionTerms(window_days=window_days),
        pay=(Percent(rate_ppm=rate_ppm), *([bonus] if new_minor else [])),
        hold=Hold(days=hold_days),
        payout=PayoutTerms(threshold_minor=threshold_minor),
    )


def _standard(rate_ppm: int, new_minor: int) -> Terms:
    return _terms(rate_ppm, new_minor, window_days=30, hold_days=30, threshold_minor=2_500)


STANDARD, COUPON, AMBASSADORS = "Standard", "Coupon and loyalty", "Ambassadors"

STANDARD_FIRST = _standard(70_000, 200)
STANDARD_NOW = _standard(80_000, 300)
COUPON_FIRST = _terms(50_000, 0, window_days=14, hold_days=30, threshold_minor=5_000)
COUPON_NOW = _terms(40_000, 0, window_days=14, hold_days=30, threshold_minor=5_000)
AMBASSADORS_NOW = _terms(100_000, 500, window_days=45, hold_days=14, threshold_minor=2_500)
LANTERN_NOW = _standard(95_000, 300)
KITCHEN_NOW = _standard(90_000, 300)

# On these days of the story.
STANDARD_RAISED, COUPON_LOWERED = 150, 215
NOTICE_DAYS = 30
# Who did not sign the better terms: they would have had to open their letter.
NOT_SIGNED = frozenset({"little-paper-house", "market-stall-supply"})


def first_terms(group: str) -> Terms:
    return {STANDARD: STANDARD_FIRST, COUPON: COUPON_FIRST, AMBASSADORS: AMBASSADORS_NOW}[group]
