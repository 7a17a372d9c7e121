"""Describes the catalogue in words, for help, `models` and tables: who takes a parameter, its range, its default."""

from collections.abc import Callable, Sequence
from itertools import chain, combinations

from flux2cli.catalog import AUTO, PARAMETERS, Field, Price, Route, kind_of
from flux2cli.providers import registry

Grouped = list[tuple[str, str]]
"""Pairs of the places where a text applies (empty: everywhere) and the text."""


def commands() -> tuple[str, ...]:
    """The subcommands that run a variant, in the order of the catalogue."""
    return tuple(dict.fromkeys(route.command for route in registry.routes()))


def routes_for(command: str) -> tuple[Route, ...]:
    """The routes that a subcommand may take."""
    return tuple(route for route in registry.routes() if route.command == command)


def parameters_of(routes: Sequence[Route]) -> tuple[str, ...]:
    """The parameters that any of these routes takes or is selected by, in the order of the catalogue."""
    known = {name for route in routes for name in (*route.fields, *route.selectors)}
    return tuple(name for name in PARAMETERS if name in known)


def describe(routes: Sequence[Route], name: str) -> list[str]:
    """Clauses about the parameter on these routes: who takes it, its choices, its bounds, its default."""
    takers = [route for route in routes if name in route.fields]
    if not takers:
        return _selecting(routes, name)
    where = [label for label, _ in grouped(_relevant(routes, name), lambda route: _taken(route, name)) if label]
    clauses = [
        with_places(grouped(takers, lambda route, aspect=aspect: aspect(name, route.fields[name])))  # type: ignore[misc]
        for aspect in _ASPECTS
    ]
    default = with_places(grouped(takers, lambda route: _default(name, route.fields[name])))
    only = [f"{listed(where)} only"] if where else []
    return [*only, *(text for text in clauses if text), *([f"default {default}"] if default else [])]


def with_places(found: Grouped) -> str:
    """The texts with their places, such as `1-5 (one), 0-5 (two and three)`."""
    return ", ".join(f"{text} ({where})" if where not in ("", _ELSE) else text for where, text in found)


def listed(words: Sequence[str]) -> str:
    """The words as a list in English: `a, b and c`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def grouped(routes: Sequence[Route], text_of: Callable[[Route], str | None]) -> Grouped:
    """The distinct texts of these routes, each with the fewest words that say where it applies.

    Routes whose text is None are left out. A text that applies to all routes has an empty place.
    """
    texts_by_route = {route: text_of(route) for route in routes}
    if len(set(texts_by_route.values())) == 1:
        return [("", text) for text in dict.fromkeys(texts_by_route.values()) if text is not None]
    for traits in _trait_sets(routes):
        labels: dict[str, set[str | None]] = {}
        for route, text in texts_by_route.items():
            labels.setdefault(_label(route, traits), set()).add(text)
        if all(len(texts) == 1 for texts in labels.values()):
            break
    places: dict[str, list[str]] = {}
    for route, text in texts_by_route.items():
        if text is not None:
            places.setdefault(text, []).append(_label(route, traits))
    return [(listed(list(dict.fromkeys(labels))), text) for text, labels in places.items()]


def price_in_words(price: Price | None) -> str:
    """How a request is billed, as a clause."""
    if price is None:
        return "price unknown"
    inputs = {
        "free": "",
        "real": "; inputs count by their size",
        "one": "; each input counts as one megapixel",
    }[price.inputs]
    if price.most > 1:
        inputs += f"; up to {price.most} times that by the size of the weights"
    if price.first == price.extra:
        return f"${price.first} a megapixel{inputs}"
    return f"${price.first} for the first megapixel, ${price.extra} for each further one{inputs}"


def short_price(price: Price | None) -> str:
    """US dollars for the first megapixel and, if different, for each further one."""
    if price is None:
        return "unknown"
    return str(price.first) if price.first == price.extra else f"{price.first}, then {price.extra}"


def modes_of(route: Route) -> tuple[str, ...]:
    """What the route does: `text`, `edit` or `outpaint`."""
    return ("text", "edit") if route.mode == "either" else (route.mode,)


def selected_by(route: Route) -> str:
    """The flags that select this route among those of its variant and provider."""
    selecting = [("" if value is True else f"{value}", name) for name, value in route.selectors.items() if value]
    return " ".join(f"--{name.replace('_', '-')} {value}".rstrip() for value, name in selecting)


def _selecting(routes: Sequence[Route], name: str) -> list[str]:
    """Clauses about a parameter that is not sent but selects a route: where it exists, and its values."""
    chosen = [route for route in routes if route.selectors.get(name)]
    providers = dict.fromkeys(route.provider for route in chosen)
    values = dict.fromkeys(str(route.selectors[name]) for route in chosen if route.selectors[name] is not True)
    partial = len(providers) < len({route.provider for route in routes})
    clauses = [f"{listed(list(providers))} only"] if partial else []
    return [*clauses, "|".join(values), f"default {next(iter(values))}"] if values else clauses


def _relevant(routes: Sequence[Route], name: str) -> list[Route]:
    """For images, LoRAs and prompts: leaves out routes that take none where another route of their provider does."""
    if name not in ("image", "lora", "prompt"):
        return list(routes)
    providers = {route.provider for route in routes if name in route.fields}
    return [route for route in routes if name in route.fields or route.provider not in providers]


def _taken(route: Route, name: str) -> str | None:
    return "" if name in route.fields else None


_ELSE = "otherwise"
_TRAITS = ("base", "mode", "weights", "preview_model", "lora")


def _trait_sets(routes: Sequence[Route]) -> list[tuple[str, ...]]:
    """Sets of traits that may tell routes apart, smallest first; with several providers each begins with `provider`."""
    first = ("provider",) if len({route.provider for route in routes}) > 1 else ()
    sets = chain.from_iterable(combinations(_TRAITS, size) for size in range(len(_TRAITS) + 1))
    return [(*first, *traits) for traits in sets]


def _label(route: Route, traits: Sequence[str]) -> str:
    words = []
    for trait in traits:
        if trait == "provider":
            words.append(route.provider)
        elif trait == "mode":
            words.append("" if route.mode == "either" else route.mode)
        else:
            value = route.selectors.get(trait)
            words.append({"preview_model": "preview"}.get(trait, trait) if value is True else str(value or ""))
    return " ".join(word for word in words if word) or _ELSE


def _choices(name: str, field: Field) -> str | None:
    if kind_of(name, field) == "size":
        return ", ".join(choice for choice in field.choices if choice != AUTO) or None
    if field.choices and all(choice.isdecimal() for choice in field.choices):
        return f"{field.choices[0]}-{field.choices[-1]}"
    return "|".join(field.choices) or None


def _auto(name: str, field: Field) -> str | None:
    return AUTO if kind_of(name, field) == "size" and AUTO in field.choices else None


def _bounds(name: str, field: Field) -> str | None:
    kind = kind_of(name, field)
    if kind in ("url", "loras") or field.minimum is None:
        return None
    span = f"{field.minimum}-{field.maximum}" if field.maximum is not None else f"from {field.minimum}"
    return f"sides {span}" if kind == "size" else span


def _grid(_name: str, field: Field) -> str | None:
    return f"multiples of {field.multiple_of}" if field.off_grid == "refuse" and field.multiple_of else None


def _items(_name: str, field: Field) -> str | None:
    return f"at most {field.max_items}" if field.max_items and field.max_items > 1 else None


def _default(_name: str, field: Field) -> str | None:
    value = field.default
    if value in (None, (), ""):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


_ASPECTS: tuple[Callable[[str, Field], str | None], ...] = (_choices, _auto, _bounds, _grid, _items)
