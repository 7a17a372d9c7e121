"""The shapes of the catalogue's rows: parameters, the fields of a route, prices, routes. No rows, no decisions.

Rows are compared and hashed by identity: there is one object per row, and methods that compare values cost every
start a millisecond.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

Kind = Literal[
    "text", "integer", "number", "seed", "boolean", "choice", "size", "images", "image", "loras", "url", "secret",
]  # fmt: skip
Values: TypeAlias = Mapping[str, object]
"""Values by parameter name: as typed, or validated, when each is of its parameter's kind."""
Mode = Literal["text", "edit", "outpaint"]
"""What a request does: make an image from text, edit images, or extend an image beyond its edges."""
RouteMode = Literal["text", "edit", "outpaint", "either"]
"""What a route does; `either` makes an image from text, or edits if there is a reference image."""
InputBilling = Literal["free", "real", "one"]
"""What an input image costs: nothing, its real megapixels, or one megapixel (the provider scales it down)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter:
    """One parameter of a request, with the name that flags, columns of prompt files and records share."""

    name: str
    kind: Kind
    flags: tuple[str, ...]
    metavar: str
    help: str
    group: str
    absent: Mapping[str, str] = field(default_factory=dict)
    """Why a variant, or `outpaint`, does not take it at any provider."""
    selects: bool = False
    """The parameter selects among a variant's routes and is not sent (see `Route.selectors`)."""
    delivery: bool = False
    """A delivery option (webhook); not part of the request key."""

    def reason(self, route: "Route") -> str | None:
        """Why the route does not take the parameter, as a clause; None without a stated reason."""
        return route.absent.get(self.name) or self.absent.get(route.command) or self.absent.get(route.variant)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Field:
    """A parameter on one route: its wire name, its bounds and its default there.

    Bounds are inclusive: for sizes, of each side in pixels; for URLs, of the number of characters. `default` is what
    the provider uses when the field is left out; it is for display and never sent.
    """

    wire: str
    spread: tuple[str, ...] = ()
    """The wire names of a value that fills several fields: a width and a height, numbered images."""
    kind: Kind | None = None
    """The kind of values on this route, if it differs from the parameter's."""
    required: bool = False
    default: object = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False
    multiple_of: int | None = None
    """The grid for sides in pixels, by the provider's documentation."""
    off_grid: Literal["warn", "round", "refuse"] = "warn"
    """What happens to a side that is not on the grid: it is sent with a warning, rounded, or refused."""
    max_pixels: int | None = None
    """More pixels than this are refused before anything is sent."""
    warn_pixels: int | None = None
    """More pixels than this cause a warning."""
    max_items: int | None = None
    """More items than this are refused before anything is sent."""
    warn_above: int | None = None
    """More items than this cause a warning."""
    note: str | None = None
    """A warning whenever the parameter is given."""
    query: bool = False
    """The parameter is sent in the URL's query and not in the body."""
    negated: bool = False
    """The wire field of a yes or no says the opposite of the parameter."""
    whole_side: bool = False
    """What is added at an edge is sent as the length of the whole side, in pixels: the image and both its additions."""

    @property
    def wires(self) -> tuple[str, ...]:
        """All its wire names."""
        return self.spread or (self.wire,)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Price:
    """US dollars per megapixel: `first` for the first one of a request, `extra` for each further one.

    A request may cost up to `most` times as much, by what is not known before it is sent, such as the size of weights.
    """

    first: Decimal
    extra: Decimal
    inputs: InputBilling
    source: str
    verified_on: str
    confidence: str
    most: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One endpoint of one provider: its parameters and its price, which is None when unknown.

    `selectors` holds the selecting parameters and the values that choose this route; parameters outside it must not be
    given.
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
    """Why the route does not take a parameter, by its name, when the reason is not the variant alone."""
    aliases: tuple[str, ...] = ()
    """Other ids under which the provider serves the same endpoint; requests go to `endpoint`."""
    unasked: tuple[int, int] | None = None
    """Width and height that bound the images of a request without a size; None when nothing is known."""
    confidence: str = "documented"
    """How sure its fields are: documented by the provider, or unproved without a report of their use."""
    note: str = ""
    """What else there is to know about the endpoint, as a clause."""

    @property
    def key(self) -> str:
        """`provider:endpoint`, unique in the catalogue."""
        return f"{self.provider}:{self.endpoint}"

    @property
    def command(self) -> str:
        """The subcommand that takes this route."""
        return "outpaint" if self.mode == "outpaint" else self.variant

    def serves(self, mode: Mode) -> bool:
        """Whether the route serves requests of this mode."""
        return self.mode == mode or (self.mode == "either" and mode != "outpaint")
