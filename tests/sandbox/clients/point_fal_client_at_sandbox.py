"""A plug-in of pytest for fal-client's own tests: the client's hosts are those of the sandbox at $SANDBOX_URL."""

import os

import fal_client.client as client

_BASE = os.environ["SANDBOX_URL"]
client.RUN_URL_FORMAT = f"{_BASE}/run/"
client.QUEUE_URL_FORMAT = f"{_BASE}/queue/"
client.REST_URL = f"{_BASE}/rest"
client.CDN_URL = f"{_BASE}/cdn"
