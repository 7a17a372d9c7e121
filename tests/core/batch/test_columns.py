"""The columns that a prompt file may have, and what was meant by those that it may not."""

import tracemalloc

import pytest

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.columns import COLUMNS, check_column

# Columns


def test_every_parameter_is_a_column_except_the_secret() -> None:
    assert set(COLUMNS) == set(PARAMETERS) - {"webhook_secret"} | {"id", "variant", "provider", "output", "label"}
    assert [name for name in COLUMNS if check_column(name)] == []


@pytest.mark.parametrize(
    "name", ["meta.scene", "meta.Scene_2", "meta.a-b", "meta.7", "meta.größe", "meta." + "x" * 500]
)
def test_columns_for_templates(name: str) -> None:
    assert check_column(name) is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Prompt", "prompt"), ("--size", "size"), ("Size", "size"), ("negative-prompt", "negative_prompt"),
        ("--negative-prompt", "negative_prompt"), ("-s", "size"), ("-i", "image"), ("images", "image"),
        ("--no-safety-checker", "safety_checker"), ("num_inference_steps", "steps"), ("image_urls", "image"),
        ("expand prompt", "expand_prompt"), ("promt", "prompt"), ("seeds", "seed"), ("ID", "id"),
        ("META.scene", "meta.scene"), ("meta.a b", "meta.a_b"), (" seed", "seed"),
    ],
)  # fmt: skip
def test_what_was_meant_by_a_column_that_does_not_exist(name: str, meant: str) -> None:
    assert check_column(name) == ("There is no such column.", f"did you mean `{meant}`?")


@pytest.mark.parametrize("name", ["", "xyzzy", "x" * 100_000])
def test_what_cannot_be_guessed_gets_the_list_of_columns(name: str) -> None:
    complaint = check_column(name)

    assert complaint is not None
    assert str(complaint[1]).startswith("known: id, variant, provider, output, label, prompt, ")
    assert str(complaint[1]).endswith(", webhook_url, meta.NAME")
    assert "webhook_secret" not in str(complaint[1])


@pytest.mark.parametrize("name", ["meta", "meta.", "meta.a.b", "meta.a/b", "meta.a\n"])
def test_meta_needs_a_name(name: str) -> None:
    complaint = check_column(name)

    assert complaint is not None
    assert complaint[0] in ("What follows `meta.` is no name.", "There is no such column.")


@pytest.mark.parametrize("name", ["webhook_secret", "--webhook-secret-file", "Webhook-Secret"])
def test_a_secret_has_no_place_in_a_file(name: str) -> None:
    assert check_column(name) == (
        "A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run",
    )  # fmt: skip


# Memory


def test_nothing_long_is_remembered() -> None:
    check_column("x")  # whatever is loaded for it
    tracemalloc.start()
    try:
        for number in range(20):
            check_column(f"{number}" * 500_000)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
