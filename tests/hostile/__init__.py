"""A server that answers one phase of a job with one fault, and the table of what each leads to."""
