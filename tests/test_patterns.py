"""No regular expression takes more than linear time, whatever text comes in.

`re` holds the interpreter's lock while it searches: an expression that takes for ever stops all threads, and signals.
FLUX2_TEST_ATTACKS=5000 tries more texts for each.
"""

import os
import time

import pytest
from support.growth import FACTOR, MOST, growth
from support.patterns import Attack, Use, attacks, uses

ATTACKS = int(os.environ.get("FLUX2_TEST_ATTACKS", "400"))
LONGEST = 1600
USES = {(use.pattern.pattern, use.pattern.flags, use.method): use for use in uses()}


def test_the_package_has_expressions_and_all_are_found() -> None:
    places = {use.place.split(":")[0] for use in USES.values()}

    assert {
        "redact.py",
        "quotes.py",
        "core/images/other_files.py",
        "catalog/sizes.py",
        "providers/plugins.py",
    } <= places
    assert len(USES) > 70


def text_of(use: Use, attack: Attack, times: int) -> str | bytes:
    text = attack.text(times)
    return text.encode("latin-1") if isinstance(use.pattern.pattern, bytes) else text


def is_slow(use: Use, attack: Attack) -> str | None:
    """How an expression's time grows with a text, if it does so faster than the text."""
    for times in (4, 8, 12, 16, 20, 24, 28, 32):  # exponential time shows early, and must not be waited for
        began = time.thread_time()
        use.run(text_of(use, attack, times))
        if time.thread_time() - began > 0.2:
            return f"{attack} takes for ever at {times}"
    found = growth(use.run, lambda times: text_of(use, attack, times), LONGEST)
    return f"{attack} takes {found:.1f} times as long when it is {FACTOR} times as long" if found > MOST else None


@pytest.mark.parametrize("use", USES.values(), ids=lambda use: use.place.partition(":")[0])
def test_an_expression_takes_linear_time(use: Use) -> None:
    slow = next(filter(None, (is_slow(use, attack) for attack in attacks(use.pattern, ATTACKS))), None)

    assert slow is None, use.place


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"(<!--.*?-->\s*)*<html", "match"),
        (r"(a+)+b", "search"),
        (r"(?<![^\s(])`(.+?)`(?=[\s.,:;)?!]|$)", "sub"),
        (r"(\d{2,9})(?:\s*(?:[x:]|\s)\s*(\d{2,9}))?\s*(?:px)?", "fullmatch"),
        (r"\s+$", "search"),
    ],
)
def test_an_expression_that_does_not_is_found(pattern: str, method: str) -> None:
    import re

    use = Use("here", re.compile(pattern, re.DOTALL), method)

    assert any(is_slow(use, attack) for attack in attacks(use.pattern, 400))
