"""The network: sends Calls, returns Replies or Failures. The only user of httpx, whose successor goes in here."""

from flux2cli.edges.http.client import LIMIT, Http
from flux2cli.edges.http.proxies import proxy_for

__all__ = ["LIMIT", "Http", "proxy_for"]
