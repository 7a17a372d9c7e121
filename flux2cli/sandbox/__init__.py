"""The emulator: HTTP APIs of image providers on a loopback port. It draws images instead of generating them.

It imports the catalogue and nothing else of the package: no decision of the client is repeated by the server only because
both call the same function. Each provider has a package here, which offers what `emulator.Emulator` asks for.
"""
