"""What people export or paste in place of a key, and what is said about it."""

import pytest

from flux2cli.core.key_text import check_key_text


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ('"0a1b:4e5f"', "has quotes around it"),
        ("'0a1b:4e5f'", "has quotes around it"),
        ("\u201c0a1b:4e5f\u201d", "has quotes around it"),
        ('0a1b:4e5f"', "has quotes around it"),
        ("FAL_KEY=0a1b:4e5f", "begins with the name of a variable"),
        ("export BFL_API_KEY=0a1b", "begins with the name of a variable"),
        ('FAL_KEY="0a1b:4e5f"', "begins with the name of a variable"),
        ("Key 0a1b:4e5f", "begins with a word of the header that it is sent in"),
        ("bearer 0a1b", "begins with a word of the header that it is sent in"),
        ("Authorization: Key 0a1b", "begins with a word of the header that it is sent in"),
        ("x-key: 0a1b", "begins with a word of the header that it is sent in"),
        ("your-key-here", "is a placeholder, not a key"),
        ("YOUR_API_KEY", "is a placeholder, not a key"),
        ("<your key>", "is a placeholder, not a key"),
        ("...", "is a placeholder, not a key"),
        ("xxxxxxxx", "is a placeholder, not a key"),
        ("$FAL_KEY", "is a placeholder, not a key"),
        ("0a1b 4e5f", "has spaces or line breaks inside"),
        ("0a1b\n4e5f", "has spaces or line breaks inside"),
        ("0a1b\u00e94e5f", "has characters in it that no key has"),
    ],
)
def test_a_text_that_is_not_the_key(text: str, clause: str) -> None:
    wrong = check_key_text(text)

    assert wrong is not None
    assert wrong.clause == clause


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0a1b2c3d-4e5f:60718293",
        "sk-vtrix_0a1b",
        "a2V5PQ==",
        "bmV3S0VZ==",
        "keyring-0a1b",
        "0a1b...4e5f",
        "mykey0a1b",
    ],
)
def test_a_text_that_may_be_a_key(text: str) -> None:
    assert check_key_text(text) is None
