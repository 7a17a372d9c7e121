"""The certificates that the environment names."""

from pathlib import Path

import pytest
from support.socks_server import CERTIFICATE

from flux2cli.edges.http import tls_context
from flux2cli.errors import NetworkSettingError


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(NetworkSettingError) as found:
        tls_context(environ)
    return found.value.message


def test_the_certificates_of_a_file_are_the_only_ones() -> None:
    assert tls_context({"SSL_CERT_FILE": str(CERTIFICATE)}).cert_store_stats()["x509"] == 1


def test_an_empty_variable_is_no_variable() -> None:
    assert tls_context({"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}).cert_store_stats()["x509"] > 1


def test_one_directory_of_several_is_enough(tmp_path: Path) -> None:
    tls_context({"SSL_CERT_DIR": f"/nope:{tmp_path}"})


def test_a_file_that_is_not_there() -> None:
    assert refused({"SSL_CERT_FILE": "/nope.pem"}) == (
        "The certificates in `/nope.pem` (SSL_CERT_FILE) cannot be loaded: No such file or directory."
    )


def test_a_file_without_certificates(tmp_path: Path) -> None:
    file = tmp_path / "notes.pem"
    file.write_text("no certificate\n")

    assert refused({"SSL_CERT_FILE": str(file)}) == (
        f"The certificates in `{file}` (SSL_CERT_FILE) cannot be loaded: it holds no certificates in PEM format."
    )


def test_a_directory_that_is_not_there_which_openssl_would_ignore() -> None:
    assert refused({"SSL_CERT_DIR": "/nope"}) == (
        "The certificates in `/nope` (SSL_CERT_DIR) cannot be loaded: it is not a directory."
    )
