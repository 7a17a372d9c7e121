"""Prints results: text, tables, JSON documents, progress, the GitHub summary."""
