"""The options of a run over many rows."""

from dataclasses import dataclass, field

from flux2cli.core.amount_of_bytes import read_max_input
from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.prompt_template import PromptTemplate, parse_template
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.shards import Shard, parse_shard
from flux2cli.core.option_fields import number, option_of, switch, text
from flux2cli.core.run_options import RunOptions, SeedOptions
from flux2cli.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOptions:
    """The options of a run over many rows, beside those of every run. `variant` and `prompt` are defaults of rows."""

    variant: str | None = text(
        "-m", "--variant", metavar="VARIANT", group="Batch",
        help="The model variant of rows that do not say: dev, flash … or outpaint.",
    )  # fmt: skip
    concurrency: int = field(default=8, metadata={"option": option_of(SeedOptions, "concurrency")})
    input_format: str | None = text(
        "--input-format", metavar="FORMAT", group="Batch",
        help="txt, csv, tsv, jsonl or json, where the file's name does not tell.",
    )  # fmt: skip
    meta_columns: bool = switch(
        "--meta-columns", help="Keep columns that are no parameters as meta.NAME.", group="Batch"
    )
    prompt_template: PromptTemplate | None = text(
        "--prompt-template", metavar="TEXT", read=parse_template, group="Prompt",
        help="Make each prompt from columns: 'A ${colour} ${thing}', in single quotes.",
    )  # fmt: skip
    max_input: int = text(
        "--max-input", metavar="SIZE", group="Batch", read=read_max_input, default=1 << 30,
        help="The most to copy of prompts from stdin or a pipe, such as 500M. [default 1G]",
    )  # fmt: skip
    limit: int | None = number(
        "--limit", metavar="N", minimum=0, help="Submit at most N rows in this run; done rows do not count.",
        group="Batch",
    )  # fmt: skip
    max_failures: int | None = number(
        "--max-failures", metavar="N", minimum=1, help="Stop submitting after N rows that failed or are unknown.",
        group="Batch",
    )  # fmt: skip
    shard: Shard | None = text(
        "--shard", metavar="I/N", help="Only part I of N (from 1), for several machines.", group="Batch",
        read=parse_shard,
    )  # fmt: skip
    retry_failed: bool = switch(
        "--retry-failed", help="Send rows again that the provider refused or that were cancelled.", group="Batch"
    )
    retry_moderated: bool = switch("--retry-moderated", help="Send rows again that moderation refused.", group="Batch")
    summary: bool = switch("--summary", help="Add a table to the page that GITHUB_STEP_SUMMARY names.", group="Batch")
    prompt: str | None = text("--prompt", metavar="TEXT", help="The prompt of rows that have none.", group="Prompt")

    @property
    def columns(self) -> ColumnRules:
        """Which columns of the prompt files are read. UsageError when two options say what the prompts are."""
        if self.prompt is not None and self.prompt_template is not None:
            raise UsageError("`--prompt` and `--prompt-template` do not go together.", hint="give one of them")
        return ColumnRules(keep_unknown=self.meta_columns, template=self.prompt_template)

    def retry(self, run: RunOptions) -> RetryChoice:
        """Which rows that ended without an image are sent again."""
        return RetryChoice(failed=self.retry_failed, moderated=self.retry_moderated, unknown=run.resubmit_unknown)
