"""The README's tables, made from the catalogue between their marks."""

import pytest

from flux2cli.catalog import PARAMETERS
from flux2cli.docsgen.tables import TABLES, filled
from flux2cli.providers.registry import routes


def test_only_what_is_between_the_marks_is_made_anew() -> None:
    text = "before\n<!-- generated: variants -->\nold\n<!-- /generated -->\nafter | old\n"

    made = filled(text)

    assert made.startswith("before\n<!-- generated: variants -->\n| command | fal | vtrix | bfl |\n| --- |")
    assert made.endswith("|\n<!-- /generated -->\nafter | old\n")
    assert "| `flash` | `fal-ai/flux-2/flash`, `fal-ai/flux-2/flash/edit` | – | – |\n" in made
    assert filled(made) == made


def test_several_tables_in_one_text() -> None:
    marks = "".join(f"<!-- generated: {name} -->\n<!-- /generated -->\n" for name in TABLES)

    assert filled(marks).count("\n| --- |") == len(TABLES) == 6


def test_a_mark_for_a_table_that_there_is_not() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        filled("<!-- generated: nonsense -->\n<!-- /generated -->\n")


def test_every_endpoint_has_a_price_line() -> None:
    lines = TABLES["prices"]().splitlines()[2:]

    assert len(lines) == len(routes())
    assert (
        "| fal | `fal-ai/flux-2-max/edit` | [documented](https://fal.ai/models/fal-ai/flux-2-max/edit/api) "
        "| 0.07, then 0.03 | by their size | "
        "[documented](https://fal.ai/models/fal-ai/flux-2-max/edit/llms.txt), 2026-11-20 |"
    ) in lines
    assert (
        "| vtrix | `flux_2_max` | [unproved](https://doc.vtrix.ai/docs/api/blackforestlabs/flux-2-max) "
        "| unknown |  |  |"
    ) in lines


def test_every_parameter_has_a_line() -> None:
    text = TABLES["parameters"]()

    assert len([line for line in text.splitlines()[2:] if not line.startswith("|  |")]) == len(PARAMETERS)
    assert "| `--steps` | `dev` | 4-50; default 28 |\n" in text
    assert "a preset; sides 512-2048" in text
    assert "jpeg\\|png\\|webp" in text


def test_an_option_of_a_run_has_its_setting_beside_it() -> None:
    text = TABLES["run-options"]()

    row = next(line for line in text.splitlines() if line.startswith("| `--timeout`"))
    assert row == (
        "| `--timeout` SECONDS | `timeout`"
        " | How long to wait for the job, such as 90s or 5m; 0 is for ever. [default 600] |"
    )
    assert "| `--shard` I/N |  | `batch`: Only part I of N (from 1), for several machines. |\n" in text
    assert text.count("| `-c`, `--concurrency` N |") == 1
