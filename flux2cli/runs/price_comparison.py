"""Asks the providers for their prices, which costs nothing, and compares them with the catalogue's."""

from collections.abc import Iterator, Sequence

from flux2cli.app import App
from flux2cli.catalog import Route
from flux2cli.core.money.price_check import ComparedPrice, ProviderPrices, compared
from flux2cli.errors import AuthError, Flux2Error
from flux2cli.providers import registry
from flux2cli.providers.interface import Provider
from flux2cli.providers.intermediary import explained
from flux2cli.runs.target import Destination, destination_of, target_for
from flux2cli.wire import HttpFailure, PriceQuery, StatedPrice, Target

_SECONDS = 30.0
_LARGEST = 1024 * 1024
"""Bytes of a response that are read; that of fifty endpoints has seven thousand."""
_MISTAKES = (400, 404, 422)
"""Statuses that say something about this query and nothing about the next one."""


class _NotAskedError(Exception):
    """The provider cannot be asked, or not any more: the text says why."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


def stated_and_known(app: App) -> Iterator[ProviderPrices]:
    """The prices of every provider that states any; in the sandbox, where the settings say so, the emulator's."""
    with destination_of(app, sandbox=bool(app.config.get("sandbox").value)) as destination:
        for name in registry.names():
            provider = registry.provider_named(name)
            routes = [route for route in registry.routes() if route.provider == name]
            if provider.price_queries(routes, Target()):
                yield _prices(app, provider, routes, destination)


def _prices(app: App, provider: Provider, routes: Sequence[Route], destination: Destination) -> ProviderPrices:
    name = provider.INFO.name
    prices: list[ComparedPrice] = []
    problem = hint = None
    try:
        target, _ = target_for(app, name, destination)
        queries = provider.price_queries(routes, target)
        for number, query in enumerate(queries):
            prices += _answers(app, provider, routes, query, target, decisive=number == 0 and len(queries) > 1)
    except AuthError as error:
        problem, hint = error.message.rstrip("."), f"`flux2 keys set {name}`; `flux2 doctor` looks at keys"
    except _NotAskedError as error:
        problem, hint = str(error), error.hint
    except Flux2Error as error:
        problem, hint = error.message.rstrip("."), error.hint
    return ProviderPrices(provider=name, prices=tuple(prices), problem=problem, hint=hint)


def _answers(
    app: App, provider: Provider, routes: Sequence[Route], query: PriceQuery, target: Target, *, decisive: bool = False
) -> Sequence[ComparedPrice]:
    """The comparisons of one query. What a response about several endpoints leaves out is asked about by itself.

    One endpoint that a provider does not know may cost the response about all of them. `decisive`: without a price in
    this response, the provider states none at all.
    """
    stated = {price.endpoint: price for price in _asked(app, provider, query, decisive=decisive)}
    answers: list[ComparedPrice] = []
    for route in (route for route in routes if route.endpoint in query.endpoints):
        if route.endpoint in stated or len(query.endpoints) == 1:
            answers.append(compared(route, query, stated.get(route.endpoint)))
        else:
            for alone in provider.price_queries([route], target):
                answers += _answers(app, provider, [route], alone, target)
    return answers


def _asked(app: App, provider: Provider, query: PriceQuery, *, decisive: bool) -> Sequence[StatedPrice]:
    """The prices in the response to a query; none where the response is about a mistake in the query."""
    response = app.http.send(query.request, seconds=_SECONDS, limit=_LARGEST)
    if isinstance(response, HttpFailure):
        raise _NotAskedError(response.message, "check the network and proxies: `flux2 doctor` looks at them")
    stated = provider.stated_prices(response, query)
    if stated is not None:
        return stated
    problem = explained(provider, response)
    if decisive or problem.foreign or response.status not in _MISTAKES:
        raise _NotAskedError(problem.message.rstrip("."), problem.hint)
    return ()
