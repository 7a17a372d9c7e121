"""The options of a run over many rows."""

from dataclasses import dataclass, field
from pathlib import Path

from flux2cli.core.amount_of_bytes import read_max_input
from flux2cli.core.batch.column_rules import ColumnRules
from flux2cli.core.batch.prompt_template import PromptTemplate, parse_template
from flux2cli.core.batch.resume import RetryChoice
from flux2cli.core.batch.selection import Selection
from flux2cli.core.batch.shards import Shard, parse_shard
from flux2cli.core.option_fields import number, option_of, switch, text, texts
from flux2cli.core.run_options import RunOptions, SeedOptions
from flux2cli.errors import UsageError


def _manifest(typed: str) -> Path:
    path = Path(typed)
    if path.suffix not in (".csv", ".jsonl"):
        raise UsageError(f"`--manifest {typed}` is neither .csv nor .jsonl.", hint="for example --manifest rows.csv")
    return path


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
    check: bool = switch(
        "--check", help="Compare rows with records and images, and do nothing; exit 11 where they differ.",
        group="Batch",
    )  # fmt: skip
    update: bool = switch(
        "--update", help="Replace the images of rows whose request has changed; the old ones stay in the image cache.",
        group="Batch",
    )  # fmt: skip
    only: Selection = texts(
        "--only", metavar="ID|GLOB", help="Only the rows whose id matches; repeat for more.", group="Batch",
        read=Selection, default=Selection,
    )  # fmt: skip
    candidates: int | None = number(
        "--candidates", metavar="N", minimum=1, maximum=100, group="Batch",
        help="Make N images of each row of --only below .candidates/, for `flux2 pick`.",
    )  # fmt: skip
    reroll: bool = switch(
        "--reroll", help="Make the rows of --only again, with other seeds; the results take their places.",
        group="Batch",
    )  # fmt: skip
    remake: bool = switch("--remake", help="Make the rows of --only again, whatever is in their places.", group="Batch")
    adopt: bool = switch("--adopt", help="Record images that were edited as they are now.", group="Batch")
    prune: bool = switch(
        "--prune", help="Remove the images whose rows are gone; they stay in the image cache.", group="Batch"
    )
    manifest: Path | None = text(
        "--manifest", metavar="FILE", group="Batch", read=_manifest,
        help="Write every row with its images, also those that are done, to a .csv or .jsonl file.",
    )  # fmt: skip
    yes: bool = switch("-y", "--yes", help="Prune without asking.", group="Batch")
    remake_missing: bool = switch(
        "--remake-missing", help="Make recorded images again although all of them are gone.", group="Batch"
    )
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

    def check_together(self) -> None:
        """UsageError for options that do not go together, or that need another."""
        for name, value in (("reroll", self.reroll), ("remake", self.remake), ("candidates", self.candidates)):
            if value and not self.only:
                raise UsageError(
                    f"`--{name}` pays for images of rows that may have one.",
                    hint="say which rows: --only ID, or a pattern",
                )
        if self.reroll and self.remake:
            raise UsageError("`--reroll` and `--remake` do not go together.", hint="give one of them")
        parts = (("only", self.only), ("limit", self.limit is not None), ("shard", self.shard))
        for name in (name for name, value in parts if value and self.prune):
            raise UsageError(
                f"`--prune` and `--{name}` do not go together: rows that are left out are not gone.",
                hint="prune in a run of all rows",
            )

    def retry(self, run: RunOptions) -> RetryChoice:
        """Which rows that ended without an image are sent again."""
        return RetryChoice(failed=self.retry_failed, moderated=self.retry_moderated, unknown=run.resubmit_unknown)
