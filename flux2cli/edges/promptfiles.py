"""TEMPORARY."""

from contextlib import contextmanager


class P:
    def __init__(s, name, format, data):
        s.name = name
        s.format = format
        s.data = data

    def lines(s):
        return iter(s.data.splitlines(keepends=True))


@contextmanager
def open_prompts(text, *, cwd, format, stdin, stdin_is_terminal):
    data = stdin.read() if text == "-" else (cwd / text).read_bytes()
    yield P("stdin" if text == "-" else text, format or (text.rsplit(".", 1)[-1] if "." in text else "txt"), data)
