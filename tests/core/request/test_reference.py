"""Reference images as values: what is a URL, what it is called, and what identifies it."""

import pytest

from flux2cli.core.request.reference import Reference, from_url, is_stream, is_url
from flux2cli.errors import UsageError


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


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("https://", "`--image https://` has no host.", "is the variable set?"),
        ("https:///a.png", "`--image https:///a.png` has no host.", "is the variable set?"),
        ("https://h/a.png|https://h/b.png", "is several addresses.", "`-i` before each; in a cell"),
        ("https://h/a.png, https://h/b.png", "is several addresses.", "`-i` before each; in a cell"),
        ("https://h/a.png https://h/b.png", "is several addresses.", "`-i` before each; in a cell"),
    ],
)
def test_what_is_not_one_url(text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        from_url(text)

    assert caught.value.message.endswith(said)
    assert (caught.value.hint or "").startswith(hint)


@pytest.mark.parametrize(
    "text",
    [
        "https://proxy.example/fetch/w_300,h_200/https://h/a.png",
        "https://proxy.example/a?url=https://h/a.png",
        "https://proxy.example/sheet?of=https://h/a.png,https://h/b.png",
        "https://h/my fox.png",
    ],
)
def test_a_url_may_have_another_in_it(text: str) -> None:
    assert from_url(text).url == text


def test_a_file_is_identified_by_its_hash_and_a_url_by_itself() -> None:
    assert from_url("https://x.example/a").identity == "url:https://x.example/a"
    assert Reference(source="a.png", name="a.png", path="/a.png", sha256="ab").identity == "sha256:ab"


def test_a_size_needs_both_sides() -> None:
    assert Reference(source="a", name="a", width=3, height=4).size == (3, 4)
    assert Reference(source="a", name="a", width=3).size is None


@pytest.mark.parametrize(
    ("text", "stream"),
    [
        ("-", True),
        ("/dev/stdin", True),
        ("/dev/fd/63", True),
        ("/proc/self/fd/3", True),
        ("/dev/fd/", False),
        ("/dev/fd/3/a.png", False),
        ("/dev/zero", False),
        ("dev/fd/3", False),
        ("a.png", False),
    ],
)
def test_what_is_a_stream(text: str, stream: bool) -> None:
    assert is_stream(text) is stream
