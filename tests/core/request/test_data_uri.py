"""`data:` URIs as people paste them, and the ones that hold nothing."""

import base64

import pytest

from flux2cli.core.request.data_uri import decode_data_uri, is_data_uri
from flux2cli.errors import UsageError


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,iVBORw0KGgo=",
        "data:image/png;base64,iVBORw0KGgo",
        "DATA:image/png;BASE64,iVBORw0KGgo=",
        "data:;base64,iVBO\nRw0K\r\n Ggo=\n",
        "data:image/png;base64,iVBORw0KGgo%3D",
        "data:image/png;charset=utf-8;base64,iVBORw0KGgo=",
        "data:image/png,%89PNG%0D%0A%1A%0A",
    ],
)
def test_its_bytes_are_read(text: str) -> None:
    assert is_data_uri(text)
    assert decode_data_uri(text) == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("data:image/png;base64", "it has no comma, behind which the image begins"),
        ("data:", "it has no comma, behind which the image begins"),
        ("data:image/png;base64,not/base64!", "what follows its comma is not base64"),
        ("data:image/png;base64,iVBOR", "what follows its comma is not base64"),
        ("data:image/png;base64,iVBORw0KGgö", "what follows its comma is not base64"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_does_not_show_it(text: str, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        decode_data_uri(text)

    assert refused.value.message == f"The reference image `data:` cannot be used: {why}."


def test_names_of_files_and_urls_are_no_data_uris() -> None:
    assert not any(map(is_data_uri, ["data.png", "data/fox.png", "https://example.com/data:x", "-", ""]))
    assert is_data_uri(f"data:image/png;base64,{base64.b64encode(b'x').decode()}")
