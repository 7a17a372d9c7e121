"""The options of the command line: parameter flags from the catalogue, run options, help screens, usage errors."""
