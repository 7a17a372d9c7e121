"""JSON as text: valid whatever is in it, and harmless to terminals, CI runners and strict readers."""

import json
from types import MappingProxyType

import pytest

from flux2cli.core.json_text import json_text, ledger_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": "Füchslein 狐 🦊", "n": [1, 2.5, None, True]}, '{"a": "Füchslein 狐 🦊", "n": [1, 2.5, null, true]}'),
        ("csi \x9b2J del \x7f", '"csi \\u009b2J del \\u007f"'),
        ("\u202egnp.exe\u2066", '"\\u202egnp.exe\\u2066"'),
        ("\u061c\u200e\u200f\u2028\u2029\ufeff", '"\\u061c\\u200e\\u200f\\u2028\\u2029\\ufeff"'),
        ("می\u200cخواهم 👩\u200d🚀", '"می\u200cخواهم 👩\u200d🚀"'),
        ("\udcff.png", '"\\udcff.png"'),
        ("x ##[add-mask]y ##[", '"x #\\u0023[add-mask]y #\\u0023["'),
        ({"##[a]": 1}, '{"#\\u0023[a]": 1}'),
        ("\\##[", '"\\\\#\\u0023["'),
        ({"a": float("nan"), "b": [float("inf"), (float("-inf"), 1)]}, '{"a": null, "b": [null, [null, 1]]}'),
    ],
)
def test_what_is_harmless_stays_and_the_rest_is_escaped(value: object, text: str) -> None:
    assert json_text(value) == text


def test_every_reader_gets_back_what_was_written() -> None:
    text = "".join(chr(n) for n in range(0x3000)) + "\ufeff\ud83d ##[x]"

    assert json.loads(json_text({text: [text]})) == {text: [text]}
    assert json_text(text).isprintable() is False  # joiners and the like stay
    json_text(text).encode()


def test_a_document_may_be_indented() -> None:
    assert json_text({"a": ["\x85"]}, indent=2) == '{\n  "a": [\n    "\\u0085"\n  ]\n}'


def test_the_ledgers_text_is_ascii_and_takes_read_only_mappings() -> None:
    value = MappingProxyType({"狐": "\udcff", "n": 1})

    assert ledger_text(value) == '{"\\u72d0": "\\udcff", "n": 1}'
    assert ledger_text({"n": float("nan")}) == '{"n": null}'
