"""A key goes to the hosts of its provider, or to the server of its base; nowhere else."""

import pytest

from flux2cli.edges.http.destinations import check_destination
from flux2cli.errors import KeyDestinationError
from flux2cli.wire import Secret


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/a", "http://localhost/a", "http://[::1]:1/a"])
def test_a_secret_of_no_provider_may_go_to_this_machine(url: str) -> None:
    check_destination(Secret("s3cret"), url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://evil.example/a?key=s3cret", "https://evil.example"),
        ("https://localhost.evil.example/", "https://localhost.evil.example"),
        ("http://[::1", "a URL that cannot be read"),
    ],
)
def test_it_goes_nowhere_else_and_the_error_shows_no_more_than_the_host(url: str, shown: str) -> None:
    with pytest.raises(KeyDestinationError) as caught:
        check_destination(Secret("s3cret"), url)

    assert f"because it is for {shown}:" in caught.value.message
    assert "s3cret" not in caught.value.message
