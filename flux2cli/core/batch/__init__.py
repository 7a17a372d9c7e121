"""Batches: reads rows of prompt files, validates them, and decides what to do with each. No I/O."""
