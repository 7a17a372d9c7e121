"""httpx for servers on this machine: plain http, without the 20 ms that loading certificates takes each time."""

import ssl
from typing import Any

import httpx

_NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(**options: Any) -> httpx.Client:
    return httpx.Client(verify=_NO_CERTIFICATES, trust_env=False, **options)


def get(url: str, **options: Any) -> httpx.Response:
    return httpx.get(url, verify=_NO_CERTIFICATES, trust_env=False, **options)


def put(url: str, **options: Any) -> httpx.Response:
    return httpx.put(url, verify=_NO_CERTIFICATES, trust_env=False, **options)


def post(url: str, **options: Any) -> httpx.Response:
    return httpx.post(url, verify=_NO_CERTIFICATES, trust_env=False, **options)
