"""`--prompt-template`: prompts that are made from columns."""

import pytest

from flux2cli.core.batch.prompt_template import parse_template
from flux2cli.errors import UsageError


def test_columns_are_replaced_by_their_cells() -> None:
    template = parse_template("A ${Colour} ${ thing }, $5 {x}, ${colour}; ${seed} ${image} ${meta.a}")

    assert template.columns == ("meta.Colour", "meta.thing", "meta.colour", "seed", "image", "meta.a")
    row = {"meta.Colour": "red", "meta.thing": "fox", "seed": 7, "image": ["a", "b"], "meta.a": "é"}
    assert template.fill(row) == "A red fox, $5 {x}, red; 7 a, b é"


def test_a_cell_that_is_empty_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        parse_template("A ${colour} fox").fill({"prompt": "x"})

    assert caught.value.message == "The prompt template needs `colour`, and the row has none."
    assert caught.value.about == "colour"


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("A  fox", "`--prompt-template A  fox` names no column.",
         "in single quotes? --prompt-template 'A ${colour} fox'"),
        ("A {colour} fox", "`--prompt-template A {colour} fox` names no column.", "a column is written ${colour}"),
        ("", "`--prompt-template ` names no column.", "in single quotes? --prompt-template 'A ${colour} fox'"),
        ("A ${} fox", "`--prompt-template` has `${}`, which names no column.",
         "as in --prompt-template 'A ${colour} fox'"),
        ("${webhook_secret}", "`--prompt-template` has `${webhook_secret}`, which names no column.",
         "as in --prompt-template 'A ${colour} fox'"),
    ],
)  # fmt: skip
def test_a_template_that_names_no_column_is_a_mistake(text: str, said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_template(text)

    assert (caught.value.message, caught.value.hint) == (said, hint)
