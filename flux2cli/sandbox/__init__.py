"""The emulator: HTTP APIs of image providers on a loopback port. It draws images instead of generating them.

It imports the catalogue (parameters, wire schemas, the arithmetic of prices) and nothing else of the package. Each
provider has a package here, which offers what `emulator.Emulator` asks for.
"""
