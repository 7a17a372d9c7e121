"""Who may ask: fal's key header and the texts with which fal turns a request away."""

from flux2cli.sandbox.http import Answer, Incoming, as_json
from flux2cli.sandbox.state import Site

NO_USER = "No user found for Key ID and Secret"
BAD_FORMAT = "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'."
NO_KEY = "Authentication is required to access this application."
NO_BALANCE = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing."


def refusal(site: Site, ask: Incoming) -> Answer | None:
    """A 401 for a request without a key, with a malformed one, or with one that is not accepted here; else None."""
    header = ask.headers.get("authorization")
    if header is None:
        return as_json({"detail": NO_KEY}, 401)
    scheme, _, key = header.strip().partition(" ")
    if scheme != "Key" or not key.strip():
        return as_json({"detail": BAD_FORMAT}, 401)
    if site.keys is not None and key.strip() not in site.keys:
        return as_json({"detail": NO_USER}, 401)
    return None


def has_key(ask: Incoming) -> bool:
    """Whether an API key came along, where none belongs."""
    return ask.headers.get("authorization", "").startswith("Key")


def note_leak(site: Site, ask: Incoming) -> bool:
    """Remember it when an API key came along where none belongs; says whether one did."""
    if has_key(ask):
        site.leaks.append(ask.path)
    return has_key(ask)
