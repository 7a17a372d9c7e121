"""Requests, from values as typed to a validated request that is ready to be sent."""
