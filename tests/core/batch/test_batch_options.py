"""The options of a batch about its columns."""

import pytest

from flux2cli.core.batch.batch_options import BatchOptions
from flux2cli.core.batch.prompt_template import parse_template
from flux2cli.errors import UsageError


def test_columns_are_read_as_the_options_say() -> None:
    template = parse_template("A ${colour} fox")

    rules = BatchOptions(meta_columns=True, prompt_template=template).columns

    assert (rules.keep_unknown, rules.template) == (True, template)
    assert BatchOptions(prompt="a fox").columns.keep_unknown is False


def test_two_sources_of_prompts_do_not_go_together() -> None:
    with pytest.raises(UsageError) as caught:
        _ = BatchOptions(prompt="a fox", prompt_template=parse_template("A ${colour} fox")).columns

    assert caught.value.message == "`--prompt` and `--prompt-template` do not go together."
