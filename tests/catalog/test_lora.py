"""LoRA weights as people write them: where a text is split, and what is none."""

import pytest

from flux2cli.catalog.lora import Lora, LoraError, parse_lora


@pytest.mark.parametrize(
    ("value", "path", "scale"),
    [
        ("owner/ink", "owner/ink", None),
        ("owner/ink:0.8", "owner/ink", 0.8),
        (" owner/ink:.5 ", "owner/ink", 0.5),
        ("owner/ink:4", "owner/ink", 4.0),
        ("https://host:8443/a", "https://host:8443/a", None),
        ("https://host/a.safetensors:1", "https://host/a.safetensors", 1.0),
        ("owner/ink:high", "owner/ink:high", None),
        ({"path": "a"}, "a", None),
        ({"path": "a", "scale": 0}, "a", 0.0),
        ({"path": "a:0.5"}, "a", 0.5),
        (Lora("a", 2.0), "a", 2.0),
    ],
)
def test_weights_and_their_scale(value: object, path: str, scale: float | None) -> None:
    assert parse_lora(value) == Lora(path, scale)


@pytest.mark.parametrize(
    ("value", "clause"),
    [
        ("", "names no LoRA weights"),
        ("  ", "names no LoRA weights"),
        (":1", "names no LoRA weights"),
        (5, "names no LoRA weights"),
        (True, "names no LoRA weights"),
        ({}, "names no LoRA weights"),
        ({"path": ""}, "names no LoRA weights"),
        ({"path": 1}, "names no LoRA weights"),
        ({"path": "a", "weight": 1}, "has `weight` in it"),
        ("owner/ink:4.1", "has a scale above 4"),
        ("owner/ink:9", "has a scale above 4"),
        ("https://host/a.safetensors:9", "has a scale above 4"),
        ("owner/ink:-1", "has a scale below 0"),
        ("owner/ink:0,8", "has a scale that is not a number"),
        ({"path": "a", "scale": 5}, "has a scale above 4"),
        ({"path": "a:9"}, "has a scale above 4"),
        ({"path": "a", "scale": True}, "has a scale that is not a number"),
        ({"path": "a", "scale": "1"}, "has a scale that is not a number"),
        ({"path": "a:1", "scale": 1}, "has two scales"),
        ("./ink.safetensors", "is the path of a file, and local files cannot be sent"),
        ({"path": "./ink.safetensors", "scale": 1}, "is the path of a file, and local files cannot be sent"),
    ],
)
def test_what_is_no_lora_and_why(value: object, clause: str) -> None:
    with pytest.raises(LoraError) as caught:
        parse_lora(value)

    assert caught.value.clause == clause


def test_a_scale_is_written_and_sent_only_when_it_was_given() -> None:
    assert (str(Lora("a")), Lora("a").wire()) == ("a", {"path": "a"})
    assert (str(Lora("a", 1.0)), Lora("a", 1.0).wire()) == ("a:1", {"path": "a", "scale": 1.0})
