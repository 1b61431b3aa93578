"""Refusals: what a rule of the business answers when it says no."""

from collections.abc import Mapping


class DomainError(Exception):
    """A broken rule, named by its class, said to a person, and answered with `status`.

    `field` names the input at fault (dotted path, as in `lines.0.amount_minor`); `remedy`
    says what to do. `code` is stable and made from the class: `PayoutBelowThreshold`
    becomes `payout-below-threshold`.
    """

    status = 409

    def __init__(
        self,
        message: str,
        *,
        field: str = "",
        remedy: str = "",
        params: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.remedy = remedy
        self.params = dict(params or {})

    @property
    def code(self) -> str:
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


class InvalidInput(DomainError):
    """A value that cannot be used; nothing was changed."""

    status = 422


class NotVisible(DomainError):
    """Not there, or not yours: both look the same from outside."""

    status = 404
