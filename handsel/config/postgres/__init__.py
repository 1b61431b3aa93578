"""The embedded PostgreSQL 18: our own child process, from the binaries of a wheel.

`Cluster` is one server on one data folder; `privileges` finds whom it runs as;
`safety` refuses servers that may forget money; `testing` is the one the tests use.
"""

from handsel.config.postgres.cluster import Cluster, DatabaseNotStartable

__all__ = ["Cluster", "DatabaseNotStartable"]
