"""The emulator: providers' HTTP APIs on a loopback port, drawing instead of generating. Uses no client code."""
