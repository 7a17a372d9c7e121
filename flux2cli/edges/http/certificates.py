"""Loads the certificates that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, else those that come with the program."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import httpx

from flux2cli.errors import NetworkSettingError


def tls_context(environ: Mapping[str, str]) -> ssl.SSLContext:
    """The TLS context for all connections; takes 20 ms. NetworkSettingError when the certificates cannot be loaded."""
    file, folders = environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None
    if folders is not None and not any(Path(folder).is_dir() for folder in folders.split(os.pathsep)):
        raise _unusable("SSL_CERT_DIR", folders, "it is not a directory")  # OpenSSL ignores it without a word
    if file is None and folders is None:
        return httpx.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cafile=file, capath=folders)
    except ssl.SSLError:
        raise _unusable("SSL_CERT_FILE", file, "it holds no certificates in PEM format") from None
    except (OSError, ValueError) as error:
        raise _unusable("SSL_CERT_FILE", file, getattr(error, "strerror", None) or str(error)) from None


def _unusable(variable: str, path: str | None, reason: str) -> NetworkSettingError:
    return NetworkSettingError(
        f"The certificates in `{path}` ({variable}) cannot be loaded: {reason}.",
        hint=f"correct {variable}, or unset it to use the certificates that flux2 brings",
    )
