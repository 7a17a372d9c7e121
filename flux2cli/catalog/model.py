"""The shapes of the catalogue's rows: parameters, the fields of a route, prices, routes. No rows, no decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "text", "integer", "number", "boolean", "choice", "size", "images", "image", "loras", "address", "secret",
]  # fmt: skip
Mode = Literal["text", "edit", "outpaint"]
"""What a request does: make an image from words, change images, or extend one beyond its edges."""
RouteMode = Literal["text", "edit", "outpaint", "either"]
"""What an endpoint does; `either` edits as soon as there is a reference image."""
InputBilling = Literal["free", "real", "one"]
"""What an input image adds to the bill: nothing, its real megapixels, or one megapixel (the provider shrinks it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing a person can ask for, under the name that flags, prompt-file columns and records share."""

    name: str
    kind: Kind
    flags: tuple[str, ...]
    metavar: str
    help: str
    group: str
    absent: Mapping[str, str] = field(default_factory=dict)
    """Why a variant, or `outpaint`, does not take it at any provider."""
    selects: bool = False
    """It chooses among a variant's routes and is not sent itself (see `Route.selectors`)."""
    delivery: bool = False
    """It says who is told when the job is over, and has no part in what is made."""

    def reason(self, route: "Route") -> str | None:
        """Why the route does not take it, as far as there is something to say."""
        return route.absent.get(self.name) or self.absent.get(route.command) or self.absent.get(route.variant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter as one route takes it: its name on the wire, its bounds and its default there.

    Bounds are inclusive. For sizes they hold for each side, in pixels; for addresses they count characters.
    `default` is what the provider uses when the field is left out, for display only: it is never sent.
    """

    wire: str
    spread: tuple[str, ...] = ()
    """The names on the wire of a value that fills several fields: a width and a height, images by number."""
    kind: Kind | None = None
    """The kind that it has on this route, where that is not the parameter's."""
    required: bool = False
    default: object = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False
    multiple_of: int | None = None
    """The grid for sides, in pixels, as the provider's documentation gives it."""
    off_grid: Literal["warn", "round", "refuse"] = "warn"
    """What happens to a side that is not on the grid."""
    max_pixels: int | None = None
    """More pixels than this are refused before anything is sent."""
    warn_pixels: int | None = None
    """More pixels than this draw a warning."""
    max_items: int | None = None
    """More items than this are refused before anything is sent."""
    warn_above: int | None = None
    """More items than this draw a warning."""
    note: str | None = None
    """What to warn about when it is given."""
    query: bool = False
    """It travels in the address and not in the body."""

    @property
    def wires(self) -> tuple[str, ...]:
        """Every name that it has on the wire."""
        return self.spread or (self.wire,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per megapixel: `first` for the first one of a request, `extra` for each further one."""

    first: Decimal
    extra: Decimal
    inputs: InputBilling
    source: str
    verified_on: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One endpoint of one provider: what it takes and what it costs. `price` is None where none is known.

    `selectors` are the values of selecting parameters that lead here; what is not in it has to be left out.
    Routes are compared and hashed by identity: there is one object per catalogue row.
    """

    provider: str
    variant: str
    endpoint: str
    mode: RouteMode
    fields: Mapping[str, Field]
    price: Price | None
    source: str
    selectors: Mapping[str, str | bool] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    """Why it does not take a parameter, by the parameter's name, where the variant alone is no reason."""

    @property
    def key(self) -> str:
        """`provider:endpoint`, unique in the catalogue."""
        return f"{self.provider}:{self.endpoint}"

    @property
    def command(self) -> str:
        """The subcommand that leads here."""
        return "outpaint" if self.mode == "outpaint" else self.variant

    def serves(self, mode: Mode) -> bool:
        """Whether it does this."""
        return self.mode == mode or (self.mode == "either" and mode != "outpaint")
