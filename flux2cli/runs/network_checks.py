"""The checks of `flux2 doctor` on the way to the providers: base URLs, proxies, certificates. Sends nothing."""

from collections.abc import Iterator

from flux2cli.app import App
from flux2cli.core import health
from flux2cli.core.health import Check
from flux2cli.errors import NetworkSettingError
from flux2cli.providers import registry
from flux2cli.runs.target import Destination, target_for


def network_checks(app: App) -> Iterator[Check]:
    """The base URLs that replace the providers' own, the proxies in use, and the certificates if they are set."""
    yield from _base_urls(app)
    yield from _proxies(app)
    yield from _certificates(app)


def _base_urls(app: App) -> Iterator[Check]:
    for provider in registry.names():
        url = app.config.get(f"{provider}.url")
        if url.value is not None:
            yield health.override(provider, str(url.value), url.origin)


def _proxies(app: App) -> Iterator[Check]:
    from flux2cli.edges.http import proxy_for

    used: dict[str, list[str]] = {}
    broken: dict[str, Check] = {}
    for provider in registry.names():
        target, _ = target_for(app, provider, Destination.DRY_RUN)
        try:
            proxy = proxy_for(registry.provider_named(provider).check_key(target).url, app.environ)
        except NetworkSettingError as error:
            broken[str(error)] = health.broken_network("proxy", error)
        else:
            if proxy is not None:
                used.setdefault(proxy.url, []).append(provider)
    for url, providers in used.items():
        yield health.proxy(providers, url)
    yield from broken.values()


def _certificates(app: App) -> Iterator[Check]:
    from flux2cli.edges.http import tls_context

    named = [f"{path} ({name})" for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if (path := app.environ.get(name))]
    if not named:
        return
    try:
        tls_context(app.environ)
    except NetworkSettingError as error:
        yield health.broken_network("certificates", error)
    else:
        yield Check(name="certificates", status="ok", message=f"from {', '.join(named)}")
