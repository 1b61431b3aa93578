"""Acme with Ada and three more; Ben with three more, and Cleo, her partners; Mallory of Rival.

Whatever belongs to Acme and Ben carries a word of its own (`SECRETS`), so that a leak can be seen
in any page that should not have it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.timezone import localdate

from handsel.api.models import KeptAnswer
from handsel.cast import TERMS, member_of
from handsel.clicks.models import Impression
from handsel.clicks.tests.visits import click_through, show
from handsel.commissions.crediting.by_hand import Decision, credit_by_hand
from handsel.commissions.crediting.customers import assign_customer
from handsel.commissions.models import Commission, DayCounted, PromisedPerk, Submission
from handsel.commissions.services import approve_commission, evaluate_due
from handsel.commissions.settling.brought import set_brought_by
from handsel.connectors.files.models import Import
from handsel.connectors.files.tests.bringing import bring_file
from handsel.conversions.models import ManualCredit, Touch
from handsel.customers.models import Binding, Customer
from handsel.domains.models import TrackingDomain
from handsel.domains.services import add_domain
from handsel.drafts.models import Draft
from handsel.drafts.services import begin_draft
from handsel.engine.terms import Percent, Task, digest
from handsel.insights.models import PartnerNote
from handsel.insights.services import write_note
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive
from handsel.links.changing import change_defaults
from handsel.links.joining import add_partner
from handsel.links.models import Link
from handsel.organizations.models import ApiKey, Invitation, Member, Organization
from handsel.organizations.services import create_api_key, invite_member
from handsel.papers.models import Statement
from handsel.papers.services import issue_due, tell_due
from handsel.partnerships.closing import end_program, keep_program, tell_partners
from handsel.partnerships.models import Offer, Partnership
from handsel.partnerships.offering import withdraw_offer
from handsel.partnerships.rounds import begin_round, go_on
from handsel.partnerships.services import (
    accept_agreement,
    pause_partnership,
    resume_partnership,
)
from handsel.payouts.models import BankFile, Batch, Payout
from handsel.payouts.payers import change_payer
from handsel.payouts.services import (
    approve_batch,
    clear_payout,
    export_batch,
    propose_batch,
    set_payee,
)
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.services import add_postback
from handsel.programs.models import Program
from handsel.programs.page import change_page, publish_page
from handsel.programs.pausing import pause_program, resume_program
from handsel.programs.services import change_group_terms, create_program
from handsel.recruiting.models import Application
from handsel.recruiting.services import Asked, apply
from handsel.relations.models import Question
from handsel.relations.services import ask

ORDERED_AT = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)
CLICKED_AT = ORDERED_AT - timedelta(days=2)
ROLES = ("owner", "manager", "finance", "viewer")
# Every partner of the program has a task to do, beside selling: its name is no secret among them.
TASK = "A post about wool"
AGREED = TERMS.model_copy(update={"bonuses": (Task(name=TASK, amount_minor=500, currency="EUR"),)})
LONG_AGO = ORDERED_AT - timedelta(days=365)

SECRETS = ("Zebrafink", "Okapi", "okapi", "OKAPI", "order-7741")
"""Acme is called Zebrafink here, its partner Ben's blog Okapi; the order is theirs."""


@dataclass(frozen=True)
class World:
    acme: Organization
    ada: Member
    mia: Member
    fia: Member
    vic: Member
    ben: Member
    bea: Member
    bo: Member
    bix: Member
    cleo: Member
    mallory: Member
    stranger: Member
    program: Program
    bens: Partnership
    cleos: Partnership
    link: Link
    event: InboxEvent
    commission: Commission
    question: Question
    key: ApiKey
    invitation: Invitation
    colleague: Invitation
    lost: Touch
    offer: Offer
    impression: Impression
    batch: Batch
    payout: Payout
    statement: Statement
    bank_file: BankFile
    code: str
    application: Application
    note: PartnerNote
    customer: Customer
    domain: TrackingDomain
    imported: Import
    binding: Binding
    credit: ManualCredit
    postback: Postback
    delivery: Delivery
    submission: Submission
    perk: PromisedPerk
    draft: Draft

    def staff(self, side: str) -> dict[str, Member]:
        """The people of Acme (`brand`) or of Ben's blog (`partner`), by role."""
        brand, partner = (
            (self.ada, self.mia, self.fia, self.vic),
            (self.ben, self.bea, self.bo, self.bix),
        )
        return dict(zip(ROLES, brand if side == "brand" else partner, strict=True))

    @property
    def foreigners(self) -> dict[str, Member]:
        """Those who are not to see what stands between Acme and Ben."""
        return {"another brand": self.mallory, "another partner": self.cleo}


def build() -> World:
    acme = Organization.objects.create(name="Zebrafink", site_url="https://acme.example")
    ada = member_of(acme, "Ada")
    program = _program(acme, ada, "Zebrafink Friends")
    bens = _partner(program, ada, "Okapi")
    cleos = _partner(program, ada, "Cleo")
    rival = Organization.objects.create(name="Rival")
    mallory = member_of(rival, "Mallory")
    dans = _partner(_program(rival, mallory, "Rival Pals"), mallory, "Dan")
    ben, cleo = member_of(bens.partner, "Ben"), member_of(cleos.partner, "Cleo")
    for member, partnership in ((ben, bens), (cleo, cleos)):
        agreement = partnership.agreements.get()
        digest = agreement.terms_digest
        accept_agreement(agreement.pk, member=member, terms_digest=digest, text="x", language="en")
    pause_partnership(bens.pk, actor=ada, reason="Okapi is away.")
    resume_partnership(bens.pk, actor=ada)
    tracker = "https://tracker.okapi.example/in?c={sub1}"
    postback = add_postback(bens, url=tracker, actor=ben)
    event = _order(program, bens, "order-7741")
    _order(program, cleos, "order-cleo")
    # Ben was clicked, and Cleo's code came before it: her commission, and his touch in vain.
    _order(program, bens, "order-cleo-2", codes=["CLEO10"])
    _order(dans.program, dans, "order-rival")
    change_defaults(program, utm={}, partners_route=True, actor=ada)
    domain = add_domain(program, host="go.zebrafink.example", actor=ada)
    _order(program, bens, "order-paid")
    evaluate_due()
    batch = _batch(program, bens, ada, ben)
    buyer = Customer.objects.get(shop_customer_id="customer of order-7741")
    binding = assign_customer(buyer, bens, reason="Okapi met them.", actor=ada)
    decision = Decision([_commission("order-paid").order], bens, None, "Okapi wrote of it.")
    (credit,) = credit_by_hand(decision, actor=ada)
    issue_due()
    tell_due()
    KeptAnswer.objects.create(organization=acme, key="order-7741", status=201, body="{}")
    key, _text = create_api_key(ada, name="Okapi key", scopes=[ApiKey.Scope.READ])
    return World(
        acme=acme,
        ada=ada,
        mia=member_of(acme, "Mia", Member.Role.MANAGER),
        fia=member_of(acme, "Fia", Member.Role.FINANCE),
        vic=member_of(acme, "Vic", Member.Role.VIEWER),
        ben=ben,
        bea=member_of(bens.partner, "Bea", Member.Role.MANAGER),
        bo=member_of(bens.partner, "Bo", Member.Role.FINANCE),
        bix=member_of(bens.partner, "Bix", Member.Role.VIEWER),
        cleo=cleo,
        mallory=mallory,
        stranger=member_of(Organization.objects.create(name="Nobody"), "Stranger"),
        program=program,
        bens=bens,
        cleos=cleos,
        link=bens.links.get(),
        event=event,
        commission=_commission("order-7741"),
        question=ask(_commission("order-7741"), text="Where is my Okapi?", actor=ben),
        key=key,
        invitation=invite_member(
            bens.partner, email="olga@okapi.example", role="viewer", actor=ben
        ),
        colleague=invite_member(acme, email="pia@okapi.example", role="viewer", actor=ada),
        code=bens.codes.get().pk,
        domain=domain,
        binding=binding,
        credit=credit,
        postback=postback,
        submission=_handed_in(bens, ada),
        perk=_promised(bens),
        delivery=postback.deliveries.get(commission=_commission("order-7741")),
        application=_apply(program, ada),
        customer=buyer,
        imported=bring_file(program, ada),
        note=write_note(bens, text="Okapi prefers letters.", actor=ada),
        batch=batch,
        payout=batch.payouts.get(),
        statement=Statement.objects.get(payout__batch=batch),
        bank_file=batch.files.get(),
        impression=show(bens.links.get(), CLICKED_AT, referrer="https://okapi.example/"),
        lost=Touch.objects.get(partnership=bens, conversion__order_reference="order-cleo-2"),
        offer=_offered(program, bens, ada),
        draft=begin_draft(program, TERMS, actor=ada, partnership=bens, name="Okapi"),
    )


def _handed_in(partnership: Partnership, ada: Member) -> Submission:
    """Ben has brought Cleo, has had clicks counted, and waits for word of a task."""
    [other] = Partnership.objects.filter(program=partnership.program).exclude(pk=partnership.pk)
    set_brought_by(other, partnership, reason="Okapi says so.", actor=ada)
    DayCounted.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        partnership_id=partnership.pk,
        link_id=partnership.links.get().pk,
        day=CLICKED_AT.date(),
        clicks=1,
        impressions=0,
    )
    return Submission.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        program=partnership.program,
        partnership=partnership,
        agreement=partnership.agreements.get(),
        place=0,
        kind="task",
        name=TASK,
        text="Okapi wrote it.",
        url="https://okapi.example/post",
    )


def _promised(partnership: Partnership) -> PromisedPerk:
    return PromisedPerk.objects.create(
        brand_id=partnership.brand_id,
        partner_id=partnership.partner_id,
        program=partnership.program,
        partnership=partnership,
        agreement=partnership.agreements.get(),
        name="A box for Okapi",
        due_at=ORDERED_AT,
    )


def _apply(program: Program, actor: Member) -> Application:
    """Somebody has read the program's page and asks to be taken in."""
    words = {"slug": program.slug, "headline": "Share", "pitch": "Wool.", "reader": "Ada"}
    wishes = {"kinds_wanted": [], "countries_wanted": [], "reach_min": 0, "answer_days": 3}
    change_page(program.pk, **words, **wishes, loved=[], forbidden=[], actor=actor)  # type: ignore[arg-type]
    publish_page(program.pk, actor=actor)
    asked = Asked("Okapina", "o@okapi.example", "@okapina", "content", "NO", "Okapi wool.")
    application = apply(program.pk, asked, terms_digest=digest(AGREED))
    assert application is not None
    return application


def _offered(program: Program, partnership: Partnership, ada: Member) -> Offer:
    """Less for everybody: on offer to Ben and Cleo. Pauses and ends that did not come."""
    resume_program(pause_program(program.pk, actor=ada, reason="A fair.").pk, actor=ada)
    end_program(program.pk, reason="No more wool.", actor=ada)
    tell_partners()
    keep_program(program.pk, actor=ada)
    less = AGREED.model_copy(update={"pay": (Percent(rate_ppm=50_000),)})
    version = change_group_terms(partnership.group_id, less, actor=ada)
    begin_round(version, actor=ada, message="Wool is dear.")
    go_on()
    for other in Offer.objects.exclude(partnership=partnership):
        withdraw_offer(other.pk, actor=ada)
    return partnership.offers.get()


def _commission(reference: str) -> Commission:
    return Commission.objects.get(conversion__order_reference=reference)


def _batch(program: Program, partnership: Partnership, ada: Member, ben: Member) -> Batch:
    """What Ben earned with one order, approved and in a file for the bank."""
    approve_commission(_commission("order-paid").pk, actor=ada)
    set_payee(partnership.partner, holder_name="Okapi Ltd", iban="NO9386011117947", actor=ben)
    change_payer(program, name="Zebrafink", iban="DE89370400440532013000", actor=ada)
    Program.objects.filter(pk=program.pk).update(payout_net_days=0)
    batch = propose_batch(program, pays_on=localdate() + timedelta(days=1), actor=ada)
    clear_payout(batch.payouts.get().pk, actor=ada)
    approve_batch(batch.pk, actor=ada)
    export_batch(batch.pk, rail="sepa", actor=ada)
    return batch


def _program(brand: Organization, owner: Member, name: str) -> Program:
    site_url = f"https://{name.split(maxsplit=1)[0].lower()}.example"
    return create_program(brand, name=name, site_url=site_url, terms=AGREED, actor=owner)


def _partner(program: Program, actor: Member, name: str) -> Partnership:
    return add_partner(
        program,
        name=f"{name}'s Blog",
        slug=f"{name.lower()}-link",
        code=f"{name.upper()}10",
        actor=actor,
        valid_from=LONG_AGO,
    )


def _order(
    program: Program, partnership: Partnership, reference: str, codes: Sequence[str] = ()
) -> InboxEvent:
    """A click that is counted, and an order that carries it."""
    subs = {"s1": f"sub of {partnership.partner.name}"}
    clicked = click_through(partnership.links.get(), CLICKED_AT, subs=subs).click_id
    return receive(
        program,
        source="api",
        kind="order",
        trust="store",
        body={
            "order_reference": reference,
            "amount_minor": 12_000,
            "currency": program.currency,
            "click_ids": [clicked],
            "codes": list(codes),
            "customer": {"id": f"customer of {reference}"},
        },
        received_at=ORDERED_AT,
    )
