"""Batches: from the rows of prompt files to what is done with each. Decisions and values, no I/O."""
