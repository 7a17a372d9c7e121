"""What a person asked for, from values as typed to a validated request that is ready to send."""
