"""URLs of providers in the settings: https, or on this machine."""

import pytest

from flux2cli.core.settings import Source, all_settings, base_url, parse
from flux2cli.errors import UsageError

ENVIRONMENT = Source(kind="environment")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://proxy.example.com", "https://proxy.example.com"),
        ("https://proxy.example.com:8443/fal/", "https://proxy.example.com:8443/fal"),
        ("HTTPS://proxy.example.com", "HTTPS://proxy.example.com"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://127.0.0.2", "http://127.0.0.2"),
        ("http://127.255.255.255/x", "http://127.255.255.255/x"),
        ("http://localhost:80", "http://localhost:80"),
        ("http://LOCALHOST", "http://LOCALHOST"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://[::1]", "http://[::1]"),
    ],
)
def test_an_address_is_https_or_on_this_machine(text: str, kept: str) -> None:
    assert base_url(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1.evil.com",
        "http://0.0.0.0",
        "http://128.0.0.1",
        "http://126.255.255.255",
        "http://localhost.evil.com",
        "http://evil.com/127.0.0.1",
        "http://2130706433",
        "http://127.1",
        "http://[::]",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "http://192.168.0.1",
    ],
)
def test_plain_http_to_another_machine_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plain http to another machine"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "fal.run", "ftp://fal.run", "https://", "https:///x", "//fal.run", "file:///etc/passwd", "http://[::1",
        "https://fal.run:99999", "https://fal.run:0", "https://fal.run:x", "https://fal .run", "https://fal.run\n",
        "https://fal.run\\@evil.com", "https://fa\tl.run", "https://fäl.run",
        "https://fal..run", "https://.fal.run", "https://-fal.run", f"https://{64 * 'a'}.run", "https://fal%41.run",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not a"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    ["https://fal.run?x=1", "https://fal.run?", "https://fal.run/#a", "https://fal.run#"],
)
def test_an_address_has_no_query_and_no_fragment(text: str) -> None:
    with pytest.raises(ValueError, match="query or fragment"):
        base_url(text)


@pytest.mark.parametrize(
    "text",
    ["https://me:hunter2@fal.run", "https://hunter2@fal.run", "http://me:hunter2@127.0.0.1", "https://me:hunter2",
     "https://me:hunter2@fal.run?x"],
)  # fmt: skip
def test_a_password_in_an_address_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()["fal.url"], text, ENVIRONMENT)

    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}{caught.value.__cause__}"
    assert caught.value.message.startswith("`FLUX2_FAL_URL=...` ")


@pytest.mark.parametrize(
    ("source", "way"),
    [(ENVIRONMENT, "unset FLUX2_FAL_URL"), (Source(kind="user", path="c.toml"), "flux2 config unset fal.url")],
)
def test_the_hint_about_a_wrong_address_undoes_what_set_it(source: Source, way: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(all_settings()["fal.url"], "nope", source)

    assert caught.value.hint == f"for example http://127.0.0.1:8787; `{way}` goes back to the provider's own"
