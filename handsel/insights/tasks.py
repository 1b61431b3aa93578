"""What is judged on a schedule."""

from procrastinate.contrib.django import app

from handsel.insights.replay.extract import extract_program
from handsel.insights.splits import decide_splits


@app.periodic(cron="41 4 * * *")
@app.task(name="insights.decide-splits", queueing_lock="insights.decide-splits")
def decide_running_splits(timestamp: int) -> None:
    """Once a day: the rule allows to look as often as one likes, and a day brings enough to see."""
    decide_splits()


@app.task(name="insights.extract-history")
def extract_history(program_id: str) -> None:
    """What a replay reads, for a program with too many orders to wait for."""
    extract_program(program_id)
