"""The surface: one short file per command, from flags to a call of the engine and from its result to output."""
