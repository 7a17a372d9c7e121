"""The outside world, one module each: network, files, ledger, settings, terminal and so on. No edge imports another."""
