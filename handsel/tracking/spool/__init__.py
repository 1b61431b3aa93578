"""The spool: where a click is safe before its visitor is sent on.

    spool_dir/<spool id>/lock               held by the live writer (flock)
    spool_dir/<spool id>/intake.lock        held by the intake that ships this spool
    spool_dir/<spool id>/00000001.sqlite    a segment, written to the end, then left alone

Each tracking process writes a spool of its own, under a random id; `reader` is for intake.
"""

from handsel.tracking.spool.failures import SpoolError
from handsel.tracking.spool.writer import SpoolWriter

__all__ = ["SpoolError", "SpoolWriter"]
