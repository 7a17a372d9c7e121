"""Plain help screens whose flags stand in groups."""

from typing import Any

from typer import core


class GroupedCommand(core.TyperCommand):
    """Lists its flags under the panel names that they were given."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write one section per group, in the order in which the groups first appear."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            panel = getattr(parameter, "rich_help_panel", None)
            title = panel or ("Arguments" if parameter.param_type_name == "argument" else "Other")
            groups.setdefault(title, []).append(record)
        for title, records in groups.items():
            with formatter.section(title):
                formatter.write_dl(records)
