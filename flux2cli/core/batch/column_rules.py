"""Which columns a run reads: the known ones, those that its prompt template names, and with `--meta-columns` all."""

from collections.abc import Sequence
from dataclasses import dataclass

from flux2cli.core.batch.columns import Complaint, column_named, complaint_about, is_misspelt, is_secret, meta_name
from flux2cli.core.batch.prompt_template import PromptTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRules:
    """`keep_unknown` (`--meta-columns`) makes `meta.NAME` of unknown columns. `template` makes the prompts."""

    keep_unknown: bool = False
    template: PromptTemplate | None = None

    def columns(self, names: Sequence[str]) -> list[str | Complaint]:
        """The column that each name of a header, or of an object, stands for, or a complaint about the name."""
        found = [self._column(name) for name in names]
        if self.keep_unknown and self.template is None and "prompt" not in found:
            return [_meant_as_prompt(name) or column for name, column in zip(names, found, strict=True)]
        return found

    def knows(self, name: str) -> bool:
        """Whether the name is a column of every file, or one that the template names."""
        return column_named(name) is not None or self._names(meta_name(name))

    def recognises(self, name: str) -> bool:
        """Whether the name is such a column or resembles one."""
        return bool(name) and (self.knows(name) or complaint_about(name).hint.startswith("did you mean"))

    def missing(self, columns: Sequence[str | Complaint]) -> list[str]:
        """The columns that the template names and that are not among these."""
        there = {column.lower() for column in columns if isinstance(column, str)}
        named = self.template.columns if self.template else ()
        return [name.removeprefix("meta.") for name in named if name.lower() not in there]

    def _names(self, column: str | None) -> bool:
        """Whether the template names the column."""
        named = self.template.columns if self.template else ()
        return column is not None and column.lower() in map(str.lower, named)

    def _column(self, name: str) -> str | Complaint:
        known = column_named(name)
        if known is not None:
            return known
        kept = None if is_secret(name) or is_misspelt(name) else meta_name(name)
        if kept is not None and (self.keep_unknown or self._names(kept)):
            return kept
        return complaint_about(name)


def _meant_as_prompt(name: str) -> Complaint | None:
    """The complaint about a column that would be kept, and that must be the prompt of rows that have no other."""
    if column_named(name) is not None:
        return None
    complaint = complaint_about(name)
    if complaint.meant != "prompt":
        return None
    hint = f"call it `prompt`, or give --prompt-template '${{{name}}}'"
    return Complaint("There is no column `prompt`, and this may be it.", hint, "prompt")
