"""History computed again under other terms, all orders at once, equal to the cent to
`engine.commission` and `engine.settling`. How it is to be read: docs/replay.md."""

from handsel.engine.replay.book import Book, book_of
from handsel.engine.replay.compared import Band, Change, Comparison, Month, compare, confidence
from handsel.engine.replay.history import History, HistoryWriter, PastClicks, PastOrder, Table
from handsel.engine.replay.scenario import Outcome, Replay, as_agreed, as_proposed, days_known

__all__ = [
    "Band",
    "Book",
    "Change",
    "Comparison",
    "History",
    "HistoryWriter",
    "Month",
    "Outcome",
    "PastClicks",
    "PastOrder",
    "Replay",
    "Table",
    "as_agreed",
    "as_proposed",
    "book_of",
    "compare",
    "confidence",
    "days_known",
]
