"""The tables of the ledger, as a list of migrations; the file's `user_version` is the number of applied ones.

Never edit a released migration: append a script for each change to the tables.
"""

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
)
