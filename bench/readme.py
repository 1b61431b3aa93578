"""`README.md` from `results.json`: nothing in it is written by hand."""

from collections.abc import Sequence

from bench.results import Result

_WORDS = {True: "reached", False: "not reached", None: ""}

_PAGE = """\
# How fast Handsel is

Made by `make bench` from [results.json](results.json); do not edit. A run takes less than
fifteen minutes, on a machine with nothing else to do; `make bench-tracking` measures the clicks
alone. Measured {measured_at} on:

> {machine}

| | value | beside | ratio | goal | |
| --- | ---: | --- | ---: | ---: | --- |
{rows}

## How to read it

- A **ratio** is ours ÷ the yardstick, measured in the same run on the same cores by the same
  client. Rounds take turns; the ratio is the median of the ratios of the rounds, and the value the
  median of the values. Between machines, compare ratios.
- A **goal** is of the ratio, or of the value where there is no yardstick; ≥ where more is better,
  ≤ where less is.
- Every click of a redirect is on disk (SQLite WAL, `synchronous=FULL`) before its answer, in a
  group commit: how many fit into a second depends on how long the disk takes to sync, which stands
  above. The yardsticks sync nothing.
- PostgreSQL is the embedded one as `handsel up` configures it: `fsync`, `full_page_writes` and
  `synchronous_commit` are on.
{notes}
"""


def page(results: Sequence[Result]) -> str:
    """Markdown. `results` are of one machine; the notes say what an earlier run has measured."""
    notes = {result.note: None for result in results if result.note}
    numbers = {note: number for number, note in enumerate(notes, start=1)}
    remarks = [f'- <a id="n{number}"></a>({number}) {note}' for note, number in numbers.items()]
    return _PAGE.format(
        measured_at=_when(results),
        machine=results[0].machine if results else "",
        rows="\n".join(_row(result, numbers) for result in results),
        notes="\n".join(remarks),
    )


def _when(results: Sequence[Result]) -> str:
    moments = sorted({result.measured_at for result in results})
    return " to ".join(dict.fromkeys([*moments[:1], *moments[-1:]])) or "never"


def _row(result: Result, numbers: dict[str, int]) -> str:
    mark = f" ([{numbers[result.note]}](#n{numbers[result.note]}))" if result.note else ""
    value = "not measured" if result.value is None else f"{_figure(result.value)} {result.unit}"
    sign = "≥" if result.better == "higher" else "≤"
    cells = [
        result.name + mark,
        value,
        result.yardstick,
        "" if result.ratio is None else f"{result.ratio:.2f}",
        "" if result.goal is None else f"{sign} {_figure(result.goal)}",
        _WORDS[result.is_reached],
    ]
    return f"| {' | '.join(cells)} |"


def _figure(value: float) -> str:
    """Without an exponent, thousands apart.

    >>> _figure(12300.0), _figure(0.35)
    ('12,300', '0.35')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:g}"
