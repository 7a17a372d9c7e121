"""HTTP: sends HttpRequest, returns HttpResponse or HttpFailure. The only user of httpx, whose successor goes here."""

from flux2cli.edges.http.certificates import tls_context
from flux2cli.edges.http.client import LIMIT, Http
from flux2cli.edges.http.proxies import proxy_for

__all__ = ["LIMIT", "Http", "proxy_for", "tls_context"]
