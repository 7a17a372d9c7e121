"""What the command line takes: parameter flags from the catalogue, run options, help screens, usage errors."""
