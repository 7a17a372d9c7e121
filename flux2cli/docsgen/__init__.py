"""Generates files from the commands and the catalogue: completion scripts and the reference tables in Markdown."""
