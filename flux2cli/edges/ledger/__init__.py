"""The books: one SQLite file of jobs and a lock file per process. Knows nothing of requests, prices or providers."""

from flux2cli.edges.ledger.books import Ledger
from flux2cli.edges.ledger.mounts import network_mount
from flux2cli.edges.ledger.rows import Changes, new_job_id, timestamp

__all__ = ["Changes", "Ledger", "network_mount", "new_job_id", "timestamp"]
