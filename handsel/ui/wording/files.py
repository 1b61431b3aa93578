"""Words for what is wrong with an uploaded file, or with one row of it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.ui.wording.refusals import Refusal

FILE_REFUSALS: dict[str, Refusal] = {
    "file-too-large": Refusal(
        _("The file is larger than one import takes: 50 MB, 500,000 rows, 200 columns."),
        _("Split it, or leave columns out."),
    ),
    "file-empty": Refusal(
        _("There are no rows in it."), _("Choose the file or sheet that has the orders.")
    ),
    "file-kind-unknown": Refusal(
        _("This is neither a CSV nor an XLSX file."), _("Save it as .xlsx or as CSV.")
    ),
    "file-unreadable": Refusal(
        _("The file is damaged, protected, or not what its name says."),
        _("Open it, save it again as .xlsx without a password, or as CSV in UTF-8."),
    ),
    "shape-unusable": Refusal(
        _("The file cannot be read like this."),
        _("Choose one of its sheets, and the row with its headings."),
    ),
    "field-missing": Refusal(
        _("No column says what every row needs: %(needed)s."),
        _("Choose the column that holds it."),
    ),
    "field-given-twice": Refusal(
        _("Two columns say the same: “%(first)s” and “%(second)s”."), _("Leave one of them out.")
    ),
    "column-missing": Refusal(
        _("The file has no column “%(column)s”."), _("Choose another column for it.")
    ),
    "not-that-far": Refusal(
        _("This import is at another step by now."), _("Look at where it stands, then go on.")
    ),
    "file-removed": Refusal(_("This file is not kept any more."), _("Upload it again.")),
    "value-missing": Refusal(
        _("There is nothing in the cell."), _("Fill it in, or leave the row out.")
    ),
    "value-unknown": Refusal(
        _("“%(value)s” means nothing here."),
        _("Write it another way, or say in the mapping what it means."),
    ),
    "value-too-long": Refusal(
        _("It is longer than %(most)s characters."), _("Shorten it, or choose another column.")
    ),
    "amount-unreadable": Refusal(
        _("“%(value)s” is no amount."),
        _("Check how the file writes amounts: 1,234.50 or 1.234,50 or 123450."),
    ),
    "digits-too-many": Refusal(
        _("“%(value)s” has more decimals than %(currency)s has."),
        _("Round it in the file, or say that amounts are in the smallest unit."),
    ),
    "moment-unreadable": Refusal(
        _("“%(value)s” is no date."),
        _("Check how the file writes dates, as in 2026-11-20, 20.11.2026 or 11/20/2026."),
    ),
    "number-unreadable": Refusal(_("“%(value)s” is no whole number."), _("Write 1, 2, 3.")),
    "partner-unknown": Refusal(
        _("The program has no partner “%(value)s”, or more than one."),
        _("Write the partner’s code, or the name of one of its links."),
    ),
    "row-contradicts": Refusal(
        _("Row %(earlier)s says something else of the same order."),
        _("Keep the one that holds, or map the column that says when each was changed."),
    ),
    "articles-scattered": Refusal(
        _("Rows of this order stand further up, too."),
        _("Sort the file by the order, so that its rows stand together."),
    ),
}

# What a column of a file may be; in the order in which one looks for them.
FIELD_WORDS: dict[str, Promise] = {
    "order_reference": _("Order number"),
    "kind": _("Kind or state of the row"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "occurred_at": _("Date of the order"),
    "updated_at": _("Last changed at"),
    "delivered_at": _("Delivered at"),
    "code": _("Discount code"),
    "click_id": _("Click id"),
    "customer_id": _("Customer number"),
    "customer_email": _("Customer’s e-mail"),
    "customer_email_hash": _("Hash of the e-mail"),
    "customer_country": _("Customer’s country"),
    "customer_is_new": _("New customer, yes or no"),
    "tax": _("Tax in the amount"),
    "shipping": _("Shipping in the amount"),
    "discount": _("Discount, already taken off"),
    "refund": _("Number of the refund"),
    "partner": _("Partner, credited by hand"),
    "renews": _("First order of the subscription"),
    "renewal": _("Number of the renewal"),
    "metadata": _("Field of your own"),
    "line_id": _("Number of the line"),
    "sku": _("Article number"),
    "name": _("Article"),
    "category": _("Category"),
    "quantity": _("Quantity"),
}
