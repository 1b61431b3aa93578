"""What is wrong with a file, or with one row of it. Words: `handsel.ui.wording.files`."""

from handsel.errors import DomainError, InvalidInput


class FileTooLarge(InvalidInput):
    """More than can be uploaded, or more rows than one import takes."""


class FileEmpty(InvalidInput):
    """There is no row below the headings."""


class FileKindUnknown(InvalidInput):
    """Neither CSV nor XLSX: an old .xls, an .ods, a picture."""


class FileUnreadable(InvalidInput):
    """It says it is a CSV or XLSX file, and breaks off or contradicts itself."""


class ShapeUnusable(InvalidInput):
    """The file has no such sheet, encoding or row of headings."""


class FieldMissing(InvalidInput):
    """No column and no fixed value says something that every row needs."""


class FieldGivenTwice(InvalidInput):
    """Two columns say the same thing."""


class ColumnMissing(InvalidInput):
    """The mapping names a column that this file does not have."""


class NotThatFar(DomainError):
    """The import is at another step than the one that was asked for."""


class FileRemoved(DomainError):
    """The file itself is not kept any more; only its report is."""


class PartnerUnknown(InvalidInput):
    """A row names a partner that the program does not have, or more than one of that name."""


class ValueMissing(InvalidInput):
    """An empty cell where the row needs a value."""


class ValueUnknown(InvalidInput):
    """A word that the mapping gives no meaning."""


class ValueTooLong(InvalidInput):
    """More characters than are kept of this field."""


class AmountUnreadable(InvalidInput):
    """No amount in the notation that the mapping names."""


class DigitsTooMany(InvalidInput):
    """More decimals than the currency has: nothing is rounded silently."""


class MomentUnreadable(InvalidInput):
    """No date in the order that the mapping names."""


class NumberUnreadable(InvalidInput):
    """No whole number."""


class RowContradicts(InvalidInput):
    """A row further up says something else of the same order."""


class ArticlesScattered(InvalidInput):
    """Rows of one order that do not stand together."""
