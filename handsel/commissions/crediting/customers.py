"""People assign customers to partners, end that, or move a customer from one to another.

It holds for orders from now on. What was ordered before is credited by hand (`by_hand`).
"""

from django.db import transaction
from django.utils.translation import gettext as _

from handsel.activity.services import record
from handsel.clock import now
from handsel.commissions.services.decline import given_reason
from handsel.conversions.services.ripples import ripple_customer
from handsel.customers.models import Binding, Customer
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership


class BindingOver(DomainError):
    """It has ended already, or the order that made it is the partner's no more."""


class PartnerHoldsCustomer(DomainError):
    """The customer is this partner's already."""


@transaction.atomic
def assign_customer(
    customer: Customer, partnership: Partnership, *, reason: str, actor: Member | None
) -> Binding:
    """From now on orders of this customer are the partner's, without a click. Whoever had the
    customer by assignment until now has it no more, and does not read the reason: it is written to
    the one who gets the customer, and may name either."""
    reason = given_reason(reason)
    # Two people who assign at once take turns.
    customer = Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)
    if partnership.program_id != customer.program_id:
        raise InvalidInput(
            _("This partner is in another program."),
            field="partnership",
            remedy=_("Choose a partner of the customer’s program."),
        )
    at = now()
    assigned = Binding.objects.filter(
        customer=customer, kind=Binding.Kind.ASSIGNED, ended_at=None, released_at=None
    )
    for before in assigned.select_for_update():
        if before.partnership_id == partnership.pk:
            raise PartnerHoldsCustomer(
                _("This customer is assigned to this partner already."),
                remedy=_("Nothing needs to be done."),
            )
        _end(before, reason="", actor=actor)
    binding = Binding.objects.create(
        brand_id=customer.brand_id,
        partner_id=partnership.partner_id,
        program_id=customer.program_id,
        partnership=partnership,
        customer=customer,
        kind=Binding.Kind.ASSIGNED,
        since=at,
        reason=reason,
        made_by=actor,
    )
    ripple_customer(customer.pk, customer.brand_id, customer.program_id, at).save()
    record("customer.bound", binding, actor=actor, data={"kind": binding.kind}, reason=reason)
    return binding


@transaction.atomic
def end_binding(pk: str, *, reason: str, actor: Member | None) -> Binding:
    """Orders from now on are no longer the partner's for that reason. Raises BindingOver."""
    reason = given_reason(reason)
    return _end(Binding.objects.select_for_update().get(pk=pk), reason=reason, actor=actor)


def _end(binding: Binding, *, reason: str, actor: Member | None) -> Binding:
    at = now()
    if not binding.is_running(at):
        raise BindingOver(
            _("This customer is not bound to this partner any more."),
            remedy=_("Reload the page to see it."),
        )
    binding.ended_at, binding.ended_by, binding.ended_because = at, actor, reason
    binding.save(update_fields=["ended_at", "ended_by", "ended_because"])
    ripple_customer(binding.customer_id, binding.brand_id, binding.program_id, at).save()
    record("customer.unbound", binding, actor=actor, data={"kind": binding.kind}, reason=reason)
    return binding


@transaction.atomic
def move_customer(
    pk: str, partnership: Partnership, *, reason: str, actor: Member | None
) -> Binding:
    """End a binding and assign the customer to another partner, who alone reads the reason."""
    reason = given_reason(reason)
    binding: Binding = Binding.objects.select_for_update().select_related("customer").get(pk=pk)
    if binding.partnership_id == partnership.pk:
        raise PartnerHoldsCustomer(
            _("This customer is this partner’s already."), remedy=_("Choose another partner.")
        )
    _end(binding, reason="", actor=actor)
    return assign_customer(binding.customer, partnership, reason=reason, actor=actor)
