"""The tables of the ledger, as a list of migrations; the file's `user_version` is the number of applied ones.

Never edit a released migration: append a script for each change to the tables.
"""

_COUNTED = "day, sandbox, provider, variant, label, state, source, low, high"
"""The columns of `job_counts` by which jobs are alike."""
_COUNTED_FROM = "created_at, sandbox, provider, variant, label, state, estimate, cost"
"""The columns of a job that these are made of."""


def _count(row: str, jobs: int) -> str:
    """A trigger's statement that adds to the count of a row's job: 1, or -1 for what it was before."""
    return (
        f"INSERT INTO job_counts SELECT {_COUNTED}, {jobs} FROM counted_jobs WHERE seq = {row}.seq"  # noqa: S608
        f" ON CONFLICT ({_COUNTED}) DO UPDATE SET jobs = jobs + excluded.jobs;"
    )


MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE jobs (
        seq INTEGER PRIMARY KEY,        -- the order in which they began
        job_id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        owner TEXT,                     -- the lock file of the process that works on it
        provider TEXT NOT NULL,
        variant TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        mode TEXT NOT NULL,
        request_key TEXT NOT NULL,
        request_id TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        prompt TEXT,
        seed TEXT,                      -- a number as text: providers may use more than 63 bits
        label TEXT,
        row_id TEXT,
        row_key TEXT,
        sandbox INTEGER NOT NULL,
        payload_sha256 TEXT NOT NULL,
        payload TEXT NOT NULL,          -- from here on JSON
        output TEXT NOT NULL,
        inputs TEXT NOT NULL,
        warnings TEXT NOT NULL,
        meta TEXT NOT NULL,
        follow TEXT NOT NULL,
        estimate TEXT NOT NULL,
        asked TEXT NOT NULL,
        result TEXT,
        error TEXT,
        cost TEXT
    );
    CREATE INDEX jobs_by_state ON jobs (state);
    CREATE INDEX jobs_by_request ON jobs (request_key);
    CREATE INDEX jobs_by_creation ON jobs (created_at);
    CREATE INDEX jobs_by_row ON jobs (row_key) WHERE row_key IS NOT NULL;
    CREATE TABLE files (
        job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        path TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        saved INTEGER NOT NULL,
        PRIMARY KEY (job_id, number)
    ) WITHOUT ROWID;
    """,
    """
    ALTER TABLE jobs ADD COLUMN row_root TEXT;  -- the absolute output root below which row_key is unique
    DROP INDEX jobs_by_row;
    CREATE INDEX jobs_by_row ON jobs (row_root, row_key) WHERE row_key IS NOT NULL;
    """,
    f"""
    DROP INDEX jobs_by_state;
    DROP INDEX jobs_by_request;
    CREATE INDEX jobs_by_state ON jobs (state, created_at);
    CREATE INDEX jobs_by_provider ON jobs (provider, state, created_at);
    CREATE INDEX jobs_by_label ON jobs (label, state, created_at) WHERE label IS NOT NULL;
    CREATE INDEX jobs_by_request ON jobs (request_key, state, created_at);
    CREATE INDEX jobs_by_request_id ON jobs (request_id) WHERE request_id IS NOT NULL;

    CREATE TABLE job_counts (       -- the number of jobs that are alike in all that is added up; kept by triggers
        day TEXT NOT NULL,          -- the UTC day on which they began
        sandbox INTEGER NOT NULL,
        provider TEXT NOT NULL,
        variant TEXT NOT NULL,
        label TEXT NOT NULL,        -- '' for none
        state TEXT NOT NULL,
        source TEXT NOT NULL,       -- of the amounts
        low TEXT NOT NULL,          -- US dollars as decimal text, '' for unknown: of the cost, else of the estimate
        high TEXT NOT NULL,
        jobs INTEGER NOT NULL,
        PRIMARY KEY ({_COUNTED})
    ) WITHOUT ROWID;
    CREATE VIEW counted_jobs AS     -- each job as it is counted; JSON that cannot be read has no amounts
        SELECT seq, created_at, substr(created_at, 1, 10) AS day, sandbox, provider, variant,
            coalesce(label, '') AS label, state,
            CASE WHEN json_extract(paid, '$.amount') IS NULL THEN 'estimated'
                ELSE coalesce(json_extract(paid, '$.source'), '') END AS source,
            coalesce(json_extract(paid, '$.amount'), json_extract(expected, '$.amount'), '') AS low,
            coalesce(json_extract(paid, '$.max'), json_extract(expected, '$.max'), '') AS high
        FROM (
            SELECT *, CASE WHEN json_valid(cost) THEN cost ELSE '{{}}' END AS paid,
                CASE WHEN json_valid(estimate) THEN estimate ELSE '{{}}' END AS expected
            FROM jobs
        );
    INSERT INTO job_counts SELECT {_COUNTED}, count(*) FROM counted_jobs GROUP BY {_COUNTED};
    CREATE TRIGGER count_new AFTER INSERT ON jobs BEGIN {_count("NEW", 1)} END;
    CREATE TRIGGER uncount_old BEFORE UPDATE OF {_COUNTED_FROM} ON jobs BEGIN {_count("OLD", -1)} END;
    CREATE TRIGGER count_changed AFTER UPDATE OF {_COUNTED_FROM} ON jobs BEGIN {_count("NEW", 1)} END;
    CREATE TRIGGER uncount_deleted BEFORE DELETE ON jobs BEGIN {_count("OLD", -1)} END;
    CREATE TRIGGER drop_empty AFTER UPDATE ON job_counts WHEN NEW.jobs = 0 BEGIN
        DELETE FROM job_counts WHERE ({_COUNTED}) = ({", ".join(f"NEW.{name}" for name in _COUNTED.split(", "))});
    END;
    """,  # noqa: S608
    """
    ALTER TABLE jobs ADD COLUMN row_source TEXT;    -- the row's prompt file, relative to row_root
    ALTER TABLE jobs ADD COLUMN given TEXT;         -- the values by parameter name, as JSON
    ALTER TABLE jobs ADD COLUMN candidate TEXT;     -- of a candidate: id, key and place of its row, as JSON
    """,
)
