"""Takes the words of a command line as they are. Typer would load pydantic to turn text into text: half of a start."""

from collections.abc import Iterable
from typing import Any

from typer import _coercion, core


class _AsTyped(_coercion.RuntimeParam):
    """Text, texts and defaults stay what they are; a number that was typed is Typer's to read and to check."""

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        if type(value) is self.annotation:
            return value
        if self.annotation == list[str]:
            return list(value)
        return _coercion.build_runtime_param(param.type_descriptor).coerce(value, param=param, ctx=ctx)


def take_as_typed(parameters: Iterable[Any]) -> None:
    """Set this for the parameters of a command, before they are parsed."""
    for parameter in parameters:
        if isinstance(parameter, core.TyperOption | core.TyperArgument):
            kind = parameter.type_descriptor
            parameter._runtime_param = _AsTyped(kind.parameter_info, kind.annotation)  # noqa: SLF001 - Typer is pinned
