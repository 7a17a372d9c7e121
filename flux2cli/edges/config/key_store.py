"""API keys, from the environment or else from a file that only its owner can read. Never prints or quotes a key."""

import json
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flux2cli.core.key_text import check_key_text
from flux2cli.edges.config.atomic_write import PRIVATE, locked, make_private, remove, replace
from flux2cli.edges.config.dotenv import dotenv_hint
from flux2cli.errors import AuthError, Flux2Error, UsageError
from flux2cli.providers import registry
from flux2cli.wire import Secret

_LONGEST = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key and its source: `environment NAME` or a path. `warning` says what is wrong with the store's permissions."""

    value: Secret
    source: str
    warning: str | None = None


class KeyStore:
    """The API keys of this run: the environment's, and those in the file in `directory`."""

    def __init__(self, directory: Path, environ: Mapping[str, str], cwd: Path) -> None:
        self.file = directory / "keys.json"
        self._environ = environ
        self._cwd = cwd

    def find(self, provider: str) -> Key | None:
        """The provider's key, None when there is none. AuthError when it is malformed or the store cannot be read."""
        return self.in_environment(provider) or self.stored(provider)

    def in_environment(self, provider: str) -> Key | None:
        """The provider's key in the environment, None without one; an empty variable counts as none."""
        for names in registry.info(provider).key_variables:
            texts = [_checked(self._environ.get(name, ""), f"The key in {name}", AuthError) for name in names]
            if all(texts):
                return Key(value=Secret(":".join(texts)), source=f"environment {' and '.join(names)}")
        return None

    def stored(self, provider: str) -> Key | None:
        """The provider's key in the file, None without one."""
        text = _checked(self._read().get(provider, ""), f"The {provider} key in {self.file}", AuthError)
        return Key(value=Secret(text), source=str(self.file), warning=self._warning()) if text else None

    def missing(self, provider: str) -> AuthError:
        """The error for a provider without a key."""
        variable = registry.info(provider).key_variables[0][0]
        ways = f"`export {variable}=...`, or store it: `flux2 keys set {provider}`; `--sandbox` needs none"
        return AuthError(
            f"There is no API key for {provider}{self._half(provider)}.", hint=self.unread_hint(provider) or ways
        )

    def unread_hint(self, provider: str) -> str | None:
        """How to load a `.env` file that has the provider's key, from here up to the git root; None without one."""
        return dotenv_hint(self._cwd, registry.info(provider).key_variables)

    def set(self, provider: str, text: str) -> bool:
        """Store a key; returns whether the directory had been open to other users, and was closed.

        UsageError when the text is malformed or the file cannot be written.
        """
        key = _checked(text, f"What was given for {provider}", UsageError)
        if not key:
            raise UsageError("No key was given.", hint=f"type it at the prompt, or: `flux2 keys set {provider} < file`")
        with _writing(self.file), locked(self.file.parent):
            closed = make_private(self.file.parent)
            self._write({**self._read(), provider: key})
            return closed

    def remove(self, provider: str) -> bool:
        """Remove a key from the file; returns whether there was one."""
        if not self.file.parent.is_dir():
            return False
        with _writing(self.file), locked(self.file.parent):
            keys = self._read()
            found = keys.pop(provider, None) is not None
            if keys:
                self._write(keys)
            else:
                remove(self.file)
            return found

    def _write(self, keys: Mapping[str, str]) -> None:
        replace(self.file, json.dumps(keys, indent=2) + "\n", mode=PRIVATE)

    def _read(self) -> dict[str, str]:
        try:
            return _parsed(_content(self.file))
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            raise AuthError(
                f"The key store {self.file} cannot be read: {error.strerror}.", hint=f"`chmod 600 '{self.file}'`"
            ) from None
        except (ValueError, RecursionError):
            raise AuthError(
                f"The key store {self.file} is damaged.",
                hint="move it away and store the keys again: `flux2 keys set PROVIDER`",
            ) from None

    def _warning(self) -> str | None:
        if not self.file.stat().st_mode & 0o077:
            return None
        return f"others on this machine can read your keys; close the store: chmod 600 '{self.file}'"

    def _half(self, provider: str) -> str:
        """A clause about variables that belong together, of which only one is set; else empty."""
        for names in registry.info(provider).key_variables:
            unset = [name for name in names if not self._environ.get(name, "").strip()]
            if unset and len(unset) < len(names):
                there = next(name for name in names if name not in unset)
                return f": {there} is set, {' and '.join(unset)} is not"
        return ""


def _content(file: Path) -> bytes:
    if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe or a device might never end
        return b""
    with file.open("rb") as stream:
        return stream.read(_LONGEST)


def _parsed(content: bytes) -> dict[str, str]:
    """The keys by provider. ValueError when the content is not an object of strings."""
    found = json.loads(content)
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found.values()):
        raise ValueError("not an object of texts")
    return found


@contextmanager
def _writing(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"The key store {file} cannot be written: {error.strerror}.", hint="FLUX2_CONFIG_DIR moves the directory"
        ) from None


def _checked(text: str, what: str, kind: type[Flux2Error]) -> str:
    """The text, stripped. The error of class `kind` says what is wrong with a malformed key, and quotes none of it."""
    key = text.strip()
    wrong = check_key_text(key)
    if wrong is not None:
        raise kind(f"{what} {wrong.clause}.", hint=wrong.hint)
    return key
