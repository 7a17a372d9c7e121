"""The emulator: HTTP APIs of image providers on a loopback port. It draws images instead of generating them.

It imports the catalogue, the wire values and the errors of the package, and nothing of the client that it emulates for.
Each provider has a package here, which offers what `emulator.Emulator` asks for.
"""
