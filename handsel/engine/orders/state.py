"""What an order is now."""

from handsel.engine.orders.facts import ChannelVisit, CountryOrUnknown, GivenMetadata, Trust
from handsel.engine.terms.conditions import Event
from handsel.engine.values import Amount, Currency, Id, Moment, Value


class LineState(Value):
    """One article as sold (see OrderLine), and what is left of what was paid for it."""

    line_id: Id
    sku: str
    category: str
    quantity: int
    gross_minor: Amount
    discount_minor: Amount
    tax_minor: Amount
    left_minor: Amount

    @property
    def sold_minor(self) -> int:
        return self.gross_minor - self.discount_minor


class OrderState(Value):
    """The order according to its strongest fact, less what was refunded. Amounts include tax.

    `fact_id` is that strongest fact. `codes` and `click_ids` are gathered from all facts, since
    the pixel sees the click and the webhook the code. Anyone can imitate a browser: beside a
    better source its codes are not believed, and its click ids where the better one names none.
    So it is with `channels`. `bought_at`: when the customer of a lead or a sign-up first bought.
    """

    order: Id
    fact_id: Id
    trust: Trust
    occurred_at: Moment
    delivered_at: Moment | None
    cancelled_at: Moment | None
    currency: Currency
    lines: tuple[LineState, ...]
    shipping_minor: Amount
    shipping_tax_minor: Amount
    shipping_left_minor: Amount
    customer_is_new: bool | None
    codes: tuple[str, ...]
    click_ids: tuple[str, ...]
    codes_believed: tuple[str, ...]
    click_ids_believed: tuple[str, ...]
    event: Event = "sale"
    country: CountryOrUnknown = ""
    metadata: tuple[GivenMetadata, ...] = ()
    renews: str = ""
    renews_at: Moment | None = None
    renewal: int = 0
    channels: tuple[ChannelVisit, ...] = ()
    bought_at: Moment | None = None

    @property
    def sold_minor(self) -> int:
        return sum(line.sold_minor for line in self.lines)

    @property
    def left_minor(self) -> int:
        """What is left of the goods; shipping is counted apart."""
        return sum(line.left_minor for line in self.lines)

    @property
    def is_verified(self) -> bool:
        """Said by someone who can prove to be the shop, not only by a browser."""
        return self.trust != "browser"

    @property
    def is_spent(self) -> bool:
        """Nothing is left: cancelled, or refunded whole. A free order is not spent."""
        if self.cancelled_at is not None:
            return True
        return self.sold_minor > 0 and self.left_minor == 0
