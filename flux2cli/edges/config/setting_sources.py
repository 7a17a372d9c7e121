"""Reads the settings of this run from flags, environment and files, and writes the user's file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path

from flux2cli.core.settings import (
    Candidate,
    Resolved,
    Setting,
    Source,
    Value,
    all_settings,
    parse,
    resolve,
    setting_named,
)
from flux2cli.edges.config.directories import Directories
from flux2cli.edges.config.project import OTHER_TABLES, check_allowed, find_project_file, output_within
from flux2cli.edges.config.toml_read import flatten, read_table
from flux2cli.errors import UsageError


class Config:
    """The effective settings. Reads each file once, at the first `get`, which raises UsageError for any wrong line."""

    def __init__(self, directories: Directories, environ: Mapping[str, str], cwd: Path) -> None:
        self.file = directories.config / "config.toml"
        self._environ = environ
        self._cwd = cwd

    @cached_property
    def project_file(self) -> Path | None:
        """The path of the project's `flux2.toml`, None when there is none."""
        return find_project_file(self._cwd)

    def get(self, name: str, flag: object = None) -> Resolved:
        """The effective value; `flag` is the command line's, None without one. UsageError for a wrong value."""
        row = setting_named(name)
        found = [self._from_flag(row, flag), self._from_environment(row), self._project.get(name), self._user.get(name)]
        resolved = resolve(row, [candidate for candidate in found if candidate is not None])
        if row.kind == "output" and resolved.source.kind != "flag":
            self._check_output(row, resolved.value, resolved.source)
        return resolved

    def quoted(self, name: str) -> str:
        """The effective value as its source has it, for messages: `output = x.png` in a file, `FLUX2_OUTPUT=x.png`."""
        found = self.get(name)
        return self._quoted(setting_named(name), found.value, found.source)

    def all(self) -> list[Resolved]:
        """Every setting, in the order of the table."""
        return [self.get(name) for name in all_settings()]

    def problems(self) -> list[UsageError]:
        """The error of every wrong setting in the environment and the files."""
        checks: list[Callable[[], object]] = [partial(self._from_environment, row) for row in all_settings().values()]
        for read_lines, parse_line in ((self._user_lines, self._of_user), (self._project_lines, self._of_project)):
            try:
                checks += [partial(parse_line, name, raw) for name, raw in read_lines()]
            except UsageError:
                checks.append(read_lines)
        found = list(_errors([*checks, self._check_effective_output]))
        return list({error.message: error for error in found}.values())

    def _check_effective_output(self) -> None:
        """UsageError when the output that a run would take cannot be one; other settings may be wrong, too."""
        row = setting_named("output")
        found = self._from_environment(row)
        for read_lines, parse_line in ((self._project_lines, self._of_project), (self._user_lines, self._of_user)):
            raw = None if found else dict(read_lines()).get(row.name)
            found = found if raw is None else parse_line(row.name, raw)
        if found is not None:
            self._check_output(row, found.value, found.source)

    def plugins(self) -> tuple[tuple[str, ...], str]:
        """The modules that add providers, and their origin: from the environment, else from the user's file.

        Checks no other setting: it may be one of a provider that is not there before its plug-in is loaded. A file
        that cannot be read names no plug-in: that is the error of whatever needs a setting.
        """
        row = setting_named("plugins")
        found = self._from_environment(row)
        raw = self._raw_plugins(row.name) if found is None else None
        if raw is not None:
            found = _candidate(row, raw, Source(kind="user", path=str(self.file)))
        if found is None or not isinstance(found.value, tuple):
            return (), "default"
        return found.value, found.source.origin(row)

    def _raw_plugins(self, name: str) -> object:
        try:
            return read_table(self.file).get(name)
        except UsageError:
            return None

    def check(self, name: str, text: str) -> Value:
        """The parsed value of a setting that is about to be set; UsageError for a wrong one."""
        row, source = setting_named(name), Source(kind="default")
        if not text.strip():
            raise UsageError(
                f"The value of `{name}` is empty.", hint=f"is the variable set? `flux2 config unset {name}` removes it"
            )
        value = parse(row, text, source)
        if row.kind != "output":
            return value
        from flux2cli.edges.config.output_setting import output_to_keep

        self._check_output(row, value, source)
        return output_to_keep(text, self._cwd)

    def set(self, name: str, text: str) -> Value:
        """Check a setting and write it into the user's file, which keeps its comments and order; returns the value.

        The file may contain other wrong settings, so that they can be corrected one by one.
        """
        from flux2cli.edges.config.toml_edit import set_value

        value = self.check(name, text)
        set_value(self.file, name, value)
        self._forget()
        return value

    def unset(self, name: str) -> bool:
        """Remove a setting, or any other name, from the user's file; returns whether it was there.

        UsageError for a name that neither is there nor is a setting.
        """
        from flux2cli.edges.config.toml_edit import unset_value

        removed = unset_value(self.file, name)
        if not removed:
            setting_named(name)
        self._forget()
        return removed

    def _forget(self) -> None:
        self.__dict__.pop("_user", None)

    def _from_flag(self, row: Setting, flag: object) -> Candidate | None:
        return None if flag is None else _candidate(row, flag, Source(kind="flag"))

    def _from_environment(self, row: Setting) -> Candidate | None:
        text = self._environ.get(row.variable, "")
        return _candidate(row, text, Source(kind="environment")) if text.strip() else None

    def _check_output(self, row: Setting, value: Value, source: Source) -> None:
        if value is None:
            return
        from flux2cli.edges.config.output_setting import check_output_setting

        check_output_setting(str(value), self._quoted(row, value, source), self._cwd)

    def _quoted(self, row: Setting, value: Value, source: Source) -> str:
        typed = dict(self._project_lines())[row.name] if source.kind == "project" else value
        return source.quote(row, typed)

    @cached_property
    def _user(self) -> dict[str, Candidate]:
        return {name: self._of_user(name, raw) for name, raw in self._user_lines()}

    @cached_property
    def _project(self) -> dict[str, Candidate]:
        return {name: self._of_project(name, raw) for name, raw in self._project_lines()}

    def _user_lines(self) -> list[tuple[str, object]]:
        return _lines(self.file)

    def _project_lines(self) -> list[tuple[str, object]]:
        return _lines(self.project_file, skipped=OTHER_TABLES)

    def _of_user(self, name: str, raw: object) -> Candidate:
        source = Source(kind="user", path=str(self.file))
        return _candidate(setting_named(name, where=source.path), raw, source)

    def _of_project(self, name: str, raw: object) -> Candidate:
        file = Path(str(self.project_file))
        row = setting_named(name, where=str(file))
        check_allowed(row, file)
        candidate = _candidate(row, raw, Source(kind="project", path=str(file)))
        if row.project == "tree":
            return Candidate(source=candidate.source, value=output_within(str(candidate.value), file, self._cwd))
        return candidate


def _lines(file: Path | None, *, skipped: Collection[str] = ()) -> list[tuple[str, object]]:
    """The dotted names and values in a file of settings, without the `skipped` tables; empty without a file."""
    table = {} if file is None else read_table(file)
    return list(flatten({key: value for key, value in table.items() if key not in skipped}))


def _errors(checks: Iterable[Callable[[], object]]) -> Iterator[UsageError]:
    for check in checks:
        try:
            check()
        except UsageError as error:
            yield error


def _candidate(row: Setting, raw: object, source: Source) -> Candidate:
    return Candidate(source=source, value=parse(row, raw, source))
