"""A process that raises workers and lets them be killed in mid-import, at a commit each.

    python -m handsel.connectors.files.tests.nursery IMPORT VARIANT ATTEMPTS

Each attempt is a fork that imports batches of ten and is killed by SIGKILL before or after one of
its commits; a last one runs to the end. VARIANT `one` is the product. `apart` commits the position
before the rows, which must lose; `nowhere` keeps none, which must list refused rows again.
"""

import os
import signal
import sys
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from handsel.connectors.files import running  # noqa: E402
from handsel.connectors.files.applying import apply  # noqa: E402
from handsel.connectors.files.models import Import  # noqa: E402
from handsel.intake.tests.nursery import killed_at  # noqa: E402


def take_apart(found: Import, mapping: Any, batch: Any, position: int) -> bool:
    with transaction.atomic():
        Import.objects.filter(pk=found.pk).update(position=position + len(batch))
    with transaction.atomic():
        outcomes = apply(found.program, running._events(batch), mapping, found.uploaded_at)
        running._list_in_inbox(found, batch, outcomes)
    return True


def take_nowhere(found: Import, mapping: Any, batch: Any, position: int) -> bool:
    with transaction.atomic():
        outcomes = apply(found.program, running._events(batch), mapping, found.uploaded_at)
        running._list_in_inbox(found, batch, outcomes)
    return True


def main(pk: str, variant: str, attempts: int) -> int:
    vars(running)["BATCH"] = 10
    if variant != "one":
        vars(running)["_take"] = {"apart": take_apart, "nowhere": take_nowhere}[variant]
    killed = 0
    for attempt in range(attempts + 1):
        child = os.fork()
        if child == 0:
            if attempt < attempts:
                killed_at(attempt // 2 % 3 + 1, after=attempt % 2 == 1, commits_only=True)
            running.run(pk)
            connection.close()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed += os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    print(killed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
