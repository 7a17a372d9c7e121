"""Makes what is derived from the commands and the catalogue: completion scripts and the README's reference tables."""
