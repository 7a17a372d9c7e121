"""From what a person gave to a validated request for one route, or to a sentence that says what is wrong with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from flux2cli.catalog import PARAMETERS, PROVIDERS, VARIANTS, Mode, Route, routes_of
from flux2cli.catalog.sizes import WARN_PIXELS
from flux2cli.core.problems import explain, suggest
from flux2cli.core.references import Reference
from flux2cli.core.schema import given_model
from flux2cli.core.size import Size
from flux2cli.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A validated request: the route, the values that were given (nothing else), and what to warn about.

    `values` is keyed by parameter names; `image` is not in it, `references` stands for it. `extra` holds the fields
    of `--param`, keyed by wire names.
    """

    route: Route
    values: Mapping[str, object]
    references: tuple[Reference, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Hash of provider, endpoint, the values given and the contents of the inputs: same request, same key."""
        values = {name: str(value) if isinstance(value, Size) else value for name, value in self.values.items()}
        parts = [self.route.provider, self.route.endpoint, values, [r.identity for r in self.references], self.extra]
        text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def with_references(self, references: Sequence[Reference]) -> "Request":
        """The same request after its files were read or uploaded."""
        return replace(self, references=tuple(references))


def choose_route(variant: str, provider: str, mode: Mode) -> Route:
    """The catalogue's route for a variant at a provider; UsageError naming those that have it otherwise."""
    if provider not in PROVIDERS:
        raise UsageError(f"There is no provider `{provider}`.", hint=suggest(provider, PROVIDERS))
    found = next((r for r in routes_of(variant, provider) if r.mode == mode), None)
    if found is not None:
        return found
    elsewhere = sorted({r.provider for r in routes_of(variant) if r.mode == mode})
    if elsewhere:
        raise UsageError(
            f"`{variant}` is not available at `{provider}`{_for(mode)}.",
            hint=f"it is at: {', '.join(elsewhere)} (--provider)",
        )
    others = [name for name in VARIANTS if any(r.mode == mode for r in routes_of(name))]
    raise UsageError(f"`{variant}` does not take reference images.", hint=f"these do: {', '.join(others)}")


def _for(mode: Mode) -> str:
    return " for edits" if mode == "edit" else ""


def build(
    variant: str,
    provider: str,
    given: Mapping[str, object],
    references: Sequence[Reference] = (),
    extra: Mapping[str, object] | None = None,
) -> Request:
    """Validate what was given for one image request; UsageError with one sentence about the first thing that is wrong.

    `given` is keyed by parameter names, values as typed or as read from a file; `image` stays out of it.
    """
    route = choose_route(variant, provider, "edit" if references else "text")
    _refuse_foreign(route, given)
    whole = dict(given)
    if references:
        whole["image"] = [r.source for r in references]
    try:
        model = given_model(route).model_validate(whole)
    except ValidationError as error:
        raise explain(route, error.errors(include_url=False)[0]) from None
    values = {name: getattr(model, name) for name in route.fields if name in model.model_fields_set and name != "image"}
    if not str(values["prompt"]).strip():
        raise UsageError("The prompt is empty.", hint="give it as the first argument, or pipe it in")
    _refuse_known(route, extra or {})
    return Request(
        route=route,
        values=values,
        references=tuple(references),
        extra=dict(extra or {}),
        warnings=(*_size_warnings(route, values), *_reference_warnings(route, values, references), *_unknown(extra)),
    )


def _refuse_foreign(route: Route, given: Mapping[str, object]) -> None:
    for name in given:
        if name in route.fields or name not in PARAMETERS:
            continue
        parameter = PARAMETERS[name]
        reason = parameter.absent.get(route.provider) or parameter.absent.get(route.variant)
        takers = [
            f"{r.variant} on {r.provider}" for r in _routes_with(name) if r.mode == route.mode or r.mode == "text"
        ]
        raise UsageError(
            f"`{parameter.flags[0]}` is not taken by {route.endpoint}{': ' + reason if reason else ''}.",
            hint=f"it works with: {', '.join(dict.fromkeys(takers))}",
        )


def _routes_with(name: str) -> list[Route]:
    return [r for variant in VARIANTS for r in routes_of(variant) if name in r.fields]


def _refuse_known(route: Route, extra: Mapping[str, object]) -> None:
    wires = {f.wire: PARAMETERS[name] for name, f in route.fields.items()}
    for key in extra:
        known = wires.get(key)
        if known is not None:
            flag = known.flags[0] if known.flags else known.metavar
            raise UsageError(f"`--param {key}` names a field that has a flag of its own.", hint=f"use `{flag}`")


def _unknown(extra: Mapping[str, object] | None) -> list[str]:
    return [f"`{key}` is sent as given: it is not in the catalogue and was not checked" for key in extra or {}]


def _size_warnings(route: Route, values: Mapping[str, object]) -> list[str]:
    size, rule = values.get("size"), route.fields.get("size")
    if not isinstance(size, Size) or rule is None:
        return []
    warnings = []
    grid = rule.multiple_of
    if grid and (size.width % grid or size.height % grid):
        warnings.append(f"{size} has a side that is not a multiple of {grid}; the image may come back in another size")
    if size.width * size.height > WARN_PIXELS:
        warnings.append(f"{size} is more than 4 megapixels; the provider may refuse it")
    return warnings


def _reference_warnings(route: Route, values: Mapping[str, object], references: Sequence[Reference]) -> list[str]:
    if not references:
        return []
    warnings = []
    limit = route.fields["image"].warn_above
    if limit is not None and len(references) > limit:
        warnings.append(f"{len(references)} references: {limit} is the most that the model's maker states")
    size = route.fields.get("size")
    if size is not None and size.default == "square_hd" and "size" not in values:
        warnings.append("without --size this endpoint answers 1024x1024, whatever shape the reference has")
    return warnings
