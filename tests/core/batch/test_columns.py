"""The columns that a prompt file may have, and what was meant by those that it may not."""

import tracemalloc

import pytest

from flux2cli.catalog import PARAMETERS
from flux2cli.core.batch.columns import COLUMNS, column_named, complaint_about, is_secret, meta_name

# Columns


def test_every_parameter_is_a_column_except_the_secret() -> None:
    others = {"id", "variant", "provider", "output", "label", "width", "height", "aspect_ratio"}

    assert set(COLUMNS) == set(PARAMETERS) - {"webhook_secret"} | others
    assert [column_named(name) for name in COLUMNS] == list(COLUMNS)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Prompt", "prompt"), ("ID", "id"), (" Size\t", "size"), ("META.scene", "meta.scene"), ("Meta.Ort", "meta.Ort"),
        ("Aspect_Ratio", "aspect_ratio"), ("prompt ", "prompt"), ("promt", None), ("", None), ("meta.a b", None),
        ("Negative Prompt", None), ("webhook_secret", None),
    ],
)  # fmt: skip
def test_capitals_and_blanks_around_a_name_do_not_count(name: str, column: str | None) -> None:
    assert column_named(name) == column


@pytest.mark.parametrize(
    "name", ["meta.scene", "meta.Scene_2", "meta.a-b", "meta.7", "meta.größe", "meta." + "x" * 500]
)
def test_columns_for_templates(name: str) -> None:
    assert column_named(name) == name


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("text", "prompt"), ("Caption", "prompt"), ("n", "num"), ("model", "variant"), ("Aspect Ratio", "aspect_ratio"),
        ("--size", "size"), ("negative-prompt", "negative_prompt"), ("Negative Prompt", "negative_prompt"),
        ("--negative-prompt", "negative_prompt"), ("-s", "size"), ("-i", "image"), ("images", "image"),
        ("--no-safety-checker", "safety_checker"), ("num_inference_steps", "steps"), ("image_urls", "image"),
        ("expand prompt", "expand_prompt"), ("promt", "prompt"), ("seeds", "seed"),
    ],
)  # fmt: skip
def test_what_was_meant_by_a_column_that_does_not_exist(name: str, meant: str) -> None:
    assert complaint_about(name) == ("There is no such column.", f"did you mean `{meant}`?", meant)


def test_a_name_in_meta_is_made_one_that_can_be() -> None:
    assert complaint_about("meta.a b") == ("There is no such column.", "did you mean `meta.a_b`?", None)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes", "meta.notes"), ("Category", "meta.Category"), ("xyzzy", "meta.xyzzy"), ("tag (old)", "meta.tag_old"),
        ("cost", "meta.cost"), ("style", "meta.style"), ("?", "meta.NAME"), ("x" * 100_000, "meta.NAME"),
    ],
)  # fmt: skip
def test_a_column_of_ones_own_is_kept_as_meta(name: str, kept: str) -> None:
    assert complaint_about(name) == (
        "There is no such column.",
        f"call it `{kept}` to keep it beside the image, or keep all such columns with --meta-columns",
        None,
    )


@pytest.mark.parametrize(
    ("name", "meta"),
    [
        ("Category", "meta.Category"), ("a b/c", "meta.a_b_c"), ("  (größe)  ", "meta.größe"), ("meta.a b", "meta.a_b"),
        ("Meta.X", "meta.X"), ("a-b", "meta.a-b"), ("meta", "meta.meta"), ("?!", None), ("", None),
    ],
)  # fmt: skip
def test_what_a_name_may_not_have_becomes_a_line(name: str, meta: str | None) -> None:
    assert meta_name(name) == meta


@pytest.mark.parametrize("name", ["meta", "meta.", "meta.a.b", "meta.a/b"])
def test_meta_needs_a_name(name: str) -> None:
    complaint = complaint_about(name)

    assert column_named(name) is None
    assert complaint[0] in ("What follows `meta.` is no name.", "There is no such column.")


@pytest.mark.parametrize("name", ["webhook_secret", "--webhook-secret-file", "Webhook-Secret"])
def test_a_secret_has_no_place_in_a_file(name: str) -> None:
    assert is_secret(name)
    assert complaint_about(name) == (
        "A secret has no place in a prompt file.", "give --webhook-secret-file for the whole run", None,
    )  # fmt: skip


# Memory


def test_nothing_long_is_remembered() -> None:
    complaint_about("x")  # whatever is loaded for it
    tracemalloc.start()
    try:
        for number in range(20):
            complaint_about(f"{number}" * 500_000)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()
