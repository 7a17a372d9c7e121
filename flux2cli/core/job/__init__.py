"""A job: its record, what it costs, how it runs (flow), and what came of it."""
