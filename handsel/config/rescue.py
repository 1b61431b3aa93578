"""Jobs that a worker left behind when it was killed.

procrastinate marks a job as being done before it begins, and nothing unmarks it when its worker is
gone: `kill -9`, memory run out, a host lost. Where such a job has a lock, as the one that sends
letters, none with the same lock would ever run again.
"""

import structlog
from django.db import IntegrityError, connection, transaction

log = structlog.get_logger("handsel.worker")

# Workers say each ten seconds that they live. Long enough for a database that was restarted.
SILENT_S = 60
# A job that has taken so many workers with it is not given to another one.
ATTEMPTS_MAX = 5

_LEFT = """
SELECT job.id, job.task_name, job.attempts
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = worker_id
WHERE job.status = 'doing'
    AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
ORDER BY job.id FOR UPDATE OF job SKIP LOCKED
"""
_AGAIN = "SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)"
_FINISH = "SELECT procrastinate_finish_job_v1(%s, %s, %s)"


@transaction.atomic
def rescue_left_jobs() -> int:
    """Let jobs whose worker is gone begin anew; how many were left. Several may do so at once."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [SILENT_S])
        left = cursor.fetchall()
    for pk, task, attempts in left:
        if attempts + 1 >= ATTEMPTS_MAX:
            log.error("job given up, its workers die", task=task, job=pk, attempts=attempts + 1)
            _call(_FINISH, pk, "failed", False)
            continue
        log.warning("job was left by its worker", task=task, job=pk)
        try:
            with transaction.atomic():
                _call(_AGAIN, pk)
        except IntegrityError:
            # One of the same kind waits already, and will do what this one would.
            _call(_FINISH, pk, "failed", True)
    return len(left)


def _call(sql: str, *parameters: str | int | bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
