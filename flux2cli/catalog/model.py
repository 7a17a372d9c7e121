"""The shapes of the catalogue's rows: parameters, the fields of a route, prices, routes. No rows, no decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Kind = Literal["text", "integer", "number", "boolean", "choice", "size", "images", "loras"]
Mode = Literal["text", "edit", "outpaint"]
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
    """Why a variant or provider does not take it, by variant or provider name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter as one route takes it: its name on the wire, its bounds and its default there.

    Bounds are inclusive. For sizes they hold for each side, in pixels. `default` is what the provider
    uses when the field is left out, for display only: it is never sent.
    """

    wire: str
    required: bool = False
    default: object = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    choices: tuple[str, ...] = ()
    nullable: bool = False
    multiple_of: int | None = None
    """Sides off this grid draw a warning; the provider's documentation advises it."""
    max_items: int | None = None
    """More items than this are refused before anything is sent."""
    warn_above: int | None = None
    """More items than this draw a warning."""


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

    Routes are compared and hashed by identity: there is one object per catalogue row.
    """

    provider: str
    variant: str
    endpoint: str
    mode: Mode
    fields: Mapping[str, Field]
    price: Price | None
    source: str

    @property
    def key(self) -> str:
        """`provider:endpoint`, unique in the catalogue."""
        return f"{self.provider}:{self.endpoint}"
