"""Decisions, no I/O: validation, money, names, the job flow, retry. All of it runs without a socket or a clock."""
