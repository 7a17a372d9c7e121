"""A package per provider behind a registry: pure functions from values to requests, from responses to values."""
