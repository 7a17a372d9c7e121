"""What a person or a script sees of a result: text, tables, JSON documents, progress, the GitHub summary."""
