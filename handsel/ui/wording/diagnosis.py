"""Words for a try of the tracking: its steps, and what keeps it from going on."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from handsel.ui.wording.refusals import Refusal

# A step, and what is done in it.
STEPS: dict[str, tuple[Promise, Promise]] = {
    "link": (_("A link of your own"), _("Nobody else is credited for what you try.")),
    "click": (_("The click"), _("Open the link. It shows up here at once.")),
    "page": (
        _("Your page"),
        _("The script on your pages keeps the click’s id, once the visitor agrees."),
    ),
    "basket": (_("The basket"), _("Not needed, but good to know: who was there first.")),
    "order": (_("The order"), _("It carries the click’s id, or a partner’s code.")),
    "credit": (_("The credit"), _("Who earns what, and why: the receipt.")),
}

FINDINGS: dict[str, Refusal] = {
    "no_link": Refusal(
        _("There is no link to try yet."),
        _("Make one. It gets a partner of its own: nobody else is credited for your tries."),
    ),
    "intake_never": Refusal(
        _("Nothing brings clicks from the tracking host to this page."),
        _("They are safe on its disk. Start “handsel intake” there; “handsel up” does so itself."),
    ),
    "intake_silent": Refusal(
        _("The tracking host was last heard of %(seen)s. Its clicks wait safely on its disk."),
        _("See whether “handsel intake” runs there, and reaches the database."),
    ),
    "intake_behind": Refusal(
        _("Clicks arrive %(seconds)s seconds after they happen. %(count)s wait on disk."),
        _("Wait a moment; nothing is lost. If it stays so, look at the database’s load."),
    ),
    "events_unread": Refusal(
        _("Events have arrived that nobody has read since %(since)s."),
        _("See whether “handsel worker” runs."),
    ),
    "click_awaited": Refusal(
        _("No click has come yet."),
        _("Open the link. If it does not answer, see whether its address leads to this server."),
    ),
    "click_earns_nothing": Refusal(
        _("The click arrived, but no order can be credited to it. Reason: %(reason)s"),
        _("Open the link in a browser, by hand."),
    ),
    "click_not_counted": Refusal(
        _("The click arrived and is kept, but it is in no count. Reason: %(reason)s"),
        _("An order can still be credited to it. Go on."),
    ),
    "nothing_ever": Refusal(
        _("The click arrived, but no event has ever come from the shop."),
        _("Put the script on every page, or let your server send the order. Both are below."),
    ),
    "nothing_since_click": Refusal(
        _("The click arrived, but no event has come from the shop since."),
        _(
            "Is the script on the page that thanks the buyer? Did the visitor consent? "
            "Does a blocker stop it? An order that your server sends needs none of these."
        ),
    ),
    "no_order_yet": Refusal(
        _("The shop knows the click, but no order has come from it."),
        _(
            "Does the page that thanks the buyer have the script, and call "
            'handsel("conversion", …)? Your server can send the order, too.'
        ),
    ),
    "page_elsewhere": Refusal(
        _("The script spoke from %(host)s, which is none of this program’s domains: %(hosts)s."),
        _("Add the domain in the settings, or take the script off that page."),
    ),
    "script_lost_id": Refusal(
        _("The script spoke on %(host)s, but the click’s id had got lost."),
        _(
            "Something between link and page drops the query, usually a redirect to another "
            "address. The page has to be opened with ?hs_click=… in its address."
        ),
    ),
    "no_consent_no_id": Refusal(
        _("The script spoke on %(host)s without the visitor’s consent, and so without the id."),
        _(
            "Without consent the id lives on the first page alone. Call "
            'handsel("consent", true) when the visitor agrees, while that page is open.'
        ),
    ),
    "no_consent": Refusal(
        _("The script knows the click, but has no consent to keep it."),
        _('It is gone with this page, unless handsel("consent", true) is called before.'),
    ),
    "id_cut": Refusal(
        _("The shop cut the click id: %(expected)s characters were expected, %(length)s came."),
        _("Make room for all of it where the shop keeps it: a field of 32 characters."),
    ),
    "id_in_other_case": Refusal(
        _("The shop changed capital and small letters of the click id."),
        _("Keep it as it is: in it, a and A are two letters."),
    ),
    "id_of_other_length": Refusal(
        _("A click id has %(expected)s characters; one of %(length)s came."),
        _("Send what stood in the address after hs_click=, all of it and nothing else."),
    ),
    "orders_without_id": Refusal(
        ngettext_lazy(
            "%(count)d order has come since your click, without a click id.",
            "%(count)d orders have come since your click, none with a click id.",
            "count",
        ),
        _(
            "If one was yours: send click_ids with it. The script hands them out with "
            'handsel("clicks", …).'
        ),
    ),
    "orders_with_code_only": Refusal(
        ngettext_lazy(
            "%(count)d order has come since your click, with a code (%(codes)s) but no click id.",
            "%(count)d orders have come since your click, with codes (%(codes)s) but no click id.",
            "count",
        ),
        _("Codes credit their own partner. For this click, send click_ids too."),
    ),
    "program_unknown": Refusal(
        _("An event from your browser names the program %(said)s, which does not exist."),
        _("Copy the script again: this program is %(program)s."),
    ),
    "other_program": Refusal(
        _("An event went to another program of yours, %(said)s."),
        _("Copy the script again: this program is %(program)s."),
    ),
    "clock_behind": Refusal(
        ngettext_lazy(
            "A postback was signed %(minutes)d minute before it came: the server’s clock is slow.",
            "A postback was signed %(minutes)d minutes before it came: the server’s clock is slow.",
            "minutes",
        ),
        _("Set the server’s clock by the network, and sign each attempt anew."),
    ),
    "clock_ahead": Refusal(
        ngettext_lazy(
            "A postback was signed %(minutes)d minute after it came: the server’s clock is fast.",
            "A postback was signed %(minutes)d minutes after it came: the server’s clock is fast.",
            "minutes",
        ),
        _("Set the server’s clock by the network."),
    ),
    "order_before_click": Refusal(
        ngettext_lazy(
            "The order is said to have happened %(minutes)d minute before the click.",
            "The order is said to have happened %(minutes)d minutes before the click.",
            "minutes",
        ),
        _("Check the shop’s clock, and the time zone of occurred_at: 12:00+02:00 is 10:00Z."),
    ),
    "not_credited": Refusal(_("The order came, and nobody is credited for it. Reason: %(reason)s")),
    "credited_elsewhere": Refusal(
        _("The order came, and another is credited for it. Of your click it is said: %(verdict)s"),
        _("See in the order’s journey who was there, and when."),
    ),
    "order_in_the_works": Refusal(
        _("The order is being evaluated."),
        _("This takes a minute at most, if its click is still on the way."),
    ),
    "browser_only": Refusal(
        _("Only a browser has told of this order, and anyone can imitate one."),
        _("Send it from your server too, by API or postback, and it is confirmed."),
    ),
    "same_browser": Refusal(
        _("Click and order came from the same browser."),
        _("For a try that is as it should be."),
    ),
}
