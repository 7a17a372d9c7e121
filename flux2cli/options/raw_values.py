"""Skips Typer's conversion of text to text, for which it would import pydantic: half of a start's time."""

from collections.abc import Iterable
from typing import Any

from typer import _coercion, core


class _AsTyped(_coercion.RuntimeParam):
    """A converter that leaves text, lists and defaults unchanged; Typer still parses and checks numbers."""

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        if type(value) is self.annotation:
            return value
        if self.annotation == list[str]:
            return list(value)
        return _coercion.build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)


def take_as_typed(parameters: Iterable[Any]) -> None:
    """Set the converter for a command's parameters, before they are parsed."""
    for parameter in parameters:
        if isinstance(parameter, core.TyperOption | core.TyperArgument):
            kind = parameter.type_descriptor
            parameter._runtime_param = _AsTyped(kind.parameter_info, kind.annotation)  # noqa: SLF001 - Typer is pinned
