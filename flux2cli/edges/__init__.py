"""The outside world, one module each: network, files, ledger, settings, terminal. No edge imports another."""
