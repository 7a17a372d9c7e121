"""The planner: compares each row with what is on disk and in the ledger, and names a state, its reasons, an action."""
