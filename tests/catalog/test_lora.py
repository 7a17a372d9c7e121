"""LoRA weights as people write them: where a text is split, and what is none."""

import pytest

from flux2cli.catalog.lora import Lora, parse_lora


@pytest.mark.parametrize(
    ("value", "path", "scale"),
    [
        ("owner/ink", "owner/ink", None),
        ("owner/ink:0.8", "owner/ink", 0.8),
        (" owner/ink:.5 ", "owner/ink", 0.5),
        ("owner/ink:4", "owner/ink", 4.0),
        ("owner/ink:4.1", "owner/ink:4.1", None),
        ("https://host:8443/a", "https://host:8443/a", None),
        ("https://host/a.safetensors:1", "https://host/a.safetensors", 1.0),
        (":1", ":1", None),
        ({"path": "a"}, "a", None),
        ({"path": "a", "scale": 0}, "a", 0.0),
        (Lora("a", 2.0), "a", 2.0),
    ],
)
def test_weights_and_their_scale(value: object, path: str, scale: float | None) -> None:
    assert parse_lora(value) == Lora(path, scale)


@pytest.mark.parametrize(
    "value",
    ["", "  ", {}, {"path": ""}, {"path": 1}, {"path": "a", "weight": 1}, {"path": "a", "scale": 5},
     {"path": "a", "scale": True}, {"path": "a", "scale": "1"}],
)  # fmt: skip
def test_what_is_none(value: object) -> None:
    assert parse_lora(value) is None


def test_a_scale_is_written_and_sent_only_when_it_was_given() -> None:
    assert (str(Lora("a")), Lora("a").wire()) == ("a", {"path": "a"})
    assert (str(Lora("a", 1.0)), Lora("a", 1.0).wire()) == ("a:1", {"path": "a", "scale": 1.0})
