"""Terms that make no sense are not saved, whoever writes them."""

from datetime import datetime

from handsel.engine.terms import Known, Terms, problems
from handsel.errors import InvalidInput
from handsel.ui.wording.terms import problem_words


class TermsMakeNoSense(InvalidInput):
    """A rule can never pay, limits are at odds, a name does not exist; `params` has the code."""


def refuse_nonsense(
    terms: Terms, *, known: Known | None = None, at: datetime | None = None
) -> None:
    """Raises TermsMakeNoSense with the first thing that is refused; warnings are for screens.

    `at`: when the terms begin to hold; `known`: what the program has.
    """
    for problem in problems(terms, known=known, at=at):
        if problem.severity == "refused":
            message, remedy = problem_words(problem, terms.currency)
            raise TermsMakeNoSense(
                str(message),
                field=problem.field,
                remedy=str(remedy),
                params={"problem": problem.code, **problem.params},
            )
