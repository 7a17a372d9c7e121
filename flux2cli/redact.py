"""Blots secrets out of URLs: user names, passwords, tokens, signatures, and the times and ids that belong to them.

Requests carry URLs whole; records, output and messages have them with `***` in place of the secrets.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flux2cli.wire import JsonObject, JsonValue

MARK = "***"

_DEEPEST_URL = 4
"""URLs within URLs that are looked into."""
_DEEPEST_JSON = 100
"""Levels of JSON that are looked into; what is deeper is blotted out as a whole."""

_URL = r"""[A-Za-z][A-Za-z0-9+.-]{0,20}://[^\s"'`<>]*[^\s"'`<>\\.,;:!?)\]}…]"""
_SECRET_ENDS = (
    "token", "signature", "secret", "password", "passwd", "apikey", "api_key", "accesskey", "access_key", "authkey",
    "auth_key", "private_key", "secret_key", "subscription_key", "credential", "credentials",
)  # fmt: skip
_SECRETS = frozenset({
    "auth", "authorization", "bearer", "hdnea", "hdntl", "hdnts", "hmac", "jwt", "pwd", "sas", "sig", "__gda__",
    "__token__",
})  # fmt: skip
_SIGNED = ("x_amz_", "x_goog_", "x_oss_")
"""Beginnings of the parameters that cloud stores sign their URLs with."""
_OF_SIGNATURE = frozenset({
    "awsaccesskeyid", "exp", "expiration", "expires", "expiry", "googleaccessid", "key_name", "key_pair_id", "keyname",
    "nonce", "ossaccesskeyid", "policy", "q_ak", "q_header_list", "q_key_time", "q_sign_algorithm", "q_sign_time",
    "q_url_param_list", "rscd", "rsct", "saoid", "scid", "se", "sip", "ske", "skoid", "sks", "skt", "sktid", "skv",
    "sp", "spr", "sr", "srt", "ss", "st", "suoid", "sv", "timestamp", "ts", "ex", "is",
})  # fmt: skip
"""Parameters that belong to a signature or a token, where the URL has one."""
_MAYBE = ("code", "key", "pass", "pw", "sign")
"""Parameters that often are no secret: only a value that looks like one is blotted out, and it tells URLs apart."""
_LOOKS_RANDOM = r"[0-9a-fA-F-]{24,}|(?=[^0-9]*[0-9])(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])[A-Za-z0-9_=-]{20,}"


def redact_url(url: str, mark: str | None = MARK) -> str:
    """The URL with `mark` in place of each secret; with None, without them: what remains tells what it points to.

    A text without `://` is returned unchanged, and so is a URL without secrets, to the byte.
    """
    return _redacted(url, mark, _DEEPEST_URL)


def _redacted(url: str, mark: str | None, depth: int) -> str:
    scheme, colon, rest = url.partition("://")
    if not colon or ("@" not in rest and "=" not in rest):
        return url
    end = next((at for at, character in enumerate(rest) if character in "/?#\\"), len(rest))
    user, at, host = rest[:end].rpartition("@")
    server = rest[:end] if not (at and user) else host if mark is None else f"{mark}@{host}"
    before, hash_mark, fragment = rest[end:].partition("#")
    path, question, query = before.partition("?")
    for separator, text in ((question, query), (hash_mark, fragment)):
        kept = _redacted_fields(text, mark, depth)
        path += f"{separator}{kept}" if kept or not text else ""
    return f"{scheme}://{server}{path}"


def secrets_of(url: str) -> list[str]:
    """The names of the secrets in a URL, for a message: `password` for one before the host, else of parameters."""
    if redact_url(url) == url:
        return []
    server, query = re.fullmatch(r".*?://([^/?#\\]*)[^?#]*(.*)", url, re.DOTALL).groups()  # type: ignore[union-attr]
    fields = [field for part in re.split("[?#]", query) for field in _fields(part, MARK, _DEEPEST_URL)]
    named = [name for name, _, is_secret in fields if is_secret and _tells(_plain(name))]
    return ["password"] * ("@" in server) + named or ["an address within it"]


def redact_text(text: str) -> str:
    """The text, such as a message, with the secrets of all URLs in it blotted out."""
    return re.sub(_URL, lambda found: redact_url(found[0]), text) if "://" in text else text


def redact_json(value: "JsonValue", mark: str | None = MARK, depth: int = _DEEPEST_JSON) -> "JsonValue":
    """The JSON value with the secrets blotted out of every text in it that begins as a URL.

    What is typed as a URL may have blanks in it, and is sent with them.
    """
    if isinstance(value, str):
        return redact_url(value, mark) if re.match(r"\s*\w[\w+.-]*://", value) else value
    if not isinstance(value, Mapping | Sequence):
        return value
    if depth == 0:
        return MARK
    if isinstance(value, Mapping):
        return {name: redact_json(item, mark, depth - 1) for name, item in value.items()}
    return [redact_json(item, mark, depth - 1) for item in value]


def redact_object(found: "JsonObject") -> "JsonObject":
    """Like `redact_json`, for a request's body."""
    return {name: redact_json(value) for name, value in found.items()}


def _redacted_fields(text: str, mark: str | None, depth: int) -> str:
    if "=" not in text:
        return text
    shown = []
    for name, value, is_secret in _fields(text, mark, depth):
        if not is_secret:
            shown.append(f"{name}={value}" if value is not None else name)
        elif mark is not None:
            shown.append(f"{name}={mark}")
    return "&".join(shown)


def _fields(text: str, mark: str | None, depth: int) -> Iterator[tuple[str, str | None, bool]]:
    """The parameters of a query: name, value as written (None without `=`), and whether it is a secret."""
    parts = [part.partition("=") for part in text.split("&")]
    names = {_plain(name) for name, _, _ in parts}
    strong = {name for name in names if _is_secret(name)} | ({"hm"} & names if {"ex", "is"} <= names else set())
    for name, equals, value in parts:
        plain = _plain(name)
        is_secret = plain in strong or (bool(strong) and plain in _OF_SIGNATURE)
        if mark is not None:
            is_secret = is_secret or (plain in _MAYBE and re.fullmatch(_LOOKS_RANDOM, value) is not None)
        if is_secret and value:
            yield name, value, True
        else:
            yield name, _nested(value, mark, depth) if equals else None, False


def _plain(name: str) -> str:
    from urllib.parse import unquote_plus  # only here: every start loads this module, and few need a URL parsed

    plain = unquote_plus(name).lower().replace("-", "_").removeprefix("amp;")  # of a URL copied from a page's source
    return plain.partition("[")[0] or plain


def _is_secret(name: str) -> bool:
    return name.startswith(_SIGNED) or name in _SECRETS or name.endswith(_SECRET_ENDS)


def _tells(name: str) -> bool:
    """Whether a parameter is the secret itself, and not one of those that belong to it."""
    return name not in _OF_SIGNATURE and (not name.startswith(_SIGNED) or name.endswith(_SECRET_ENDS))


def _nested(value: str, mark: str | None, depth: int) -> str:
    """A parameter's value without the secrets of a URL in it, as an image proxy takes one, and of fields behind `;`."""
    from urllib.parse import quote, unquote_plus

    inner = unquote_plus(value) if "%3a" in value.lower() else value
    shown = _redacted(inner, mark, depth - 1) if depth else inner
    if shown != inner:
        return quote(shown, safe="*")
    first, *others = value.split(";")
    return ";".join([first, *(_redacted_fields(other, mark, depth) for other in others)]) if depth else value
