"""The commands, one short file each: from options to a use case in `runs`, and from its result to `output`."""
