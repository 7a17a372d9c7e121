"""Reference images as values: what is a URL, what it is called, and what identifies it."""

import pytest

from flux2cli.core.request.reference import Reference, from_url, is_url


@pytest.mark.parametrize(
    ("text", "url"),
    [("https://x.example/a.png", True), ("HTTP://x.example/a", True), ("a.png", False), ("ftp://x/a.png", False)],
)
def test_what_is_a_url(text: str, url: bool) -> None:
    assert is_url(text) is url


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://x.example/a/fox.png", "fox.png"),
        ("https://x.example/fox.png?size=2#top", "fox.png"),
        ("https://x.example/a/", "a"),
        ("https://x.example", "x.example"),
    ],
)
def test_a_url_is_called_by_the_end_of_its_path(text: str, name: str) -> None:
    reference = from_url(text)

    assert (reference.name, reference.url, reference.source) == (name, text, text)


def test_a_file_is_identified_by_its_hash_and_a_url_by_itself() -> None:
    assert from_url("https://x.example/a").identity == "url:https://x.example/a"
    assert Reference(source="a.png", name="a.png", path="/a.png", sha256="ab").identity == "sha256:ab"


def test_a_size_needs_both_sides() -> None:
    assert Reference(source="a", name="a", width=3, height=4).size == (3, 4)
    assert Reference(source="a", name="a", width=3).size is None
