"""Decisions without I/O: validation, money, names, the job flow, retry. Needs no socket and no clock."""
