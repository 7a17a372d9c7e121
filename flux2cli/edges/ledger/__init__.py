"""The ledger: one SQLite file of jobs, and a lock file for each process that works on some.

Each of its public classes and functions is safe to call from any thread.
"""

from flux2cli.edges.ledger.job_rows import new_job_id, timestamp
from flux2cli.edges.ledger.ledger import Ledger
from flux2cli.edges.ledger.mounts import network_mount

__all__ = ["Ledger", "network_mount", "new_job_id", "timestamp"]
