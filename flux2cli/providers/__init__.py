"""Wire formats, one module per provider: pure functions from values to requests and from replies to values."""
