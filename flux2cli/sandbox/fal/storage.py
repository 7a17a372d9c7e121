"""fal's storage as both official clients use it: initiate and PUT, whole or in parts, and the CDN with a token."""

import json
from typing import Any

from flux2cli.sandbox.fal import auth, validation
from flux2cli.sandbox.http import Answer, Incoming, as_json, rule
from flux2cli.sandbox.state import Site
from flux2cli.sandbox.uploads import Upload

_ID = r"(?P<id>[0-9a-f-]{36})"
_TOKEN = "sandbox-cdn-token"  # noqa: S105 - not a secret: the CDN here takes it from anybody
_LIFECYCLE = ("x-fal-object-lifecycle", "x-fal-object-lifecycle-preference")


def file_url(upload: Upload, base: str) -> str:
    """The public address of an uploaded file."""
    return f"{base}/cdn/files/u/{upload.id}/{upload.name}"


def _initiate(site: Site, ask: Incoming) -> Answer:
    return _announce(site, ask, "")


def _initiate_multipart(site: Site, ask: Incoming) -> Answer:
    return _announce(site, ask, "/multipart")


def _announce(site: Site, ask: Incoming, suffix: str) -> Answer:
    turned_away = auth.refusal(site, ask)
    if turned_away is not None:
        return turned_away
    given = validation.read_body(ask.body.read())
    if isinstance(given, Answer):
        return given
    wrong: list[dict[str, object]] = [
        {"loc": ["body", name], "msg": "Field required", "type": "missing", "input": given}
        for name in ("content_type", "file_name")
        if not isinstance(given.get(name), str)
    ]
    if wrong:
        return validation.refused(wrong)
    upload = site.uploads.announce(given["file_name"], given["content_type"], _lifetime(ask))
    query = f"signature={upload.signature}" + ("&store=gcs" if ask.asked("storage_type") == "gcs" else "")
    address = f"{ask.base}/cdn/upload/{upload.id}{suffix}?{query}"
    return as_json({"upload_url": address, "file_url": file_url(upload, ask.base)})


def _lifetime(ask: Incoming) -> float | None:
    """Seconds until the file goes, as the lifecycle header asks; None without end."""
    for name in _LIFECYCLE:
        try:
            seconds = json.loads(ask.headers[name])["expiration_duration_seconds"]
        except (KeyError, ValueError, TypeError):
            continue
        if isinstance(seconds, int | float) and seconds > 0:
            return float(seconds)
    return None


def _signed(site: Site, ask: Incoming) -> Upload | Answer:
    """The announced upload that a signed address names. An API key has no business there.

    The Python client's older storage (`storage_type=gcs`) sends one all the same; there it is noted and let through.
    """
    if auth.note_leak(site, ask) and ask.asked("store") != "gcs":
        return as_json({"detail": "A signed upload URL takes no Authorization header."}, 401)
    upload = site.uploads.find(ask.parts["id"])
    if upload is None:
        return as_json({"detail": "Not Found"}, 404)
    if ask.asked("signature") != upload.signature:
        return as_json({"detail": "Signature does not match"}, 403)
    return _unless_faulty(site, ask, upload)


def _tokened(site: Site, ask: Incoming) -> Upload | Answer:
    turned_away = _token_refusal(site, ask)
    if turned_away is not None:
        return turned_away
    upload = site.uploads.find(ask.parts["id"])
    return as_json({"detail": "Not Found"}, 404) if upload is None else _unless_faulty(site, ask, upload)


def _unless_faulty(site: Site, ask: Incoming, upload: Upload) -> Upload | Answer:
    return as_json({"detail": "Internal Server Error"}, 500) if site.fault(ask, "upload") else upload


def _token_refusal(site: Site, ask: Incoming) -> Answer | None:
    auth.note_leak(site, ask)
    if ask.headers.get("authorization") == f"Bearer {_TOKEN}":
        return None
    return as_json({"detail": "The CDN takes a token from /storage/auth/token, not a key."}, 401)


def _put(site: Site, ask: Incoming) -> Answer:
    upload = _signed(site, ask)
    if isinstance(upload, Answer):
        return upload
    return _stored(site, ask, upload)


def _put_part(site: Site, ask: Incoming) -> Answer:
    upload = _signed(site, ask) if ask.path.startswith("/cdn/upload/") else _tokened(site, ask)
    if isinstance(upload, Answer):
        return upload
    return _stored(site, ask, upload, int(ask.parts["part"]))


def _stored(site: Site, ask: Incoming, upload: Upload, part: int | None = None) -> Answer:
    """Store what comes; the Python client reads the tag from the header, the JavaScript client from the body."""
    tag = f'"{site.uploads.store(upload, ask.body.chunks(), part)}"'
    body: dict[str, Any] = {"etag": tag} if part is None else {"partNumber": part, "etag": tag}
    return as_json(body, headers={"ETag": tag})


def _complete(site: Site, ask: Incoming) -> Answer:
    upload = _signed(site, ask) if ask.path.startswith("/cdn/upload/") else _tokened(site, ask)
    if isinstance(upload, Answer):
        return upload
    given = validation.read_body(ask.body.read())
    if isinstance(given, Answer):
        return given
    try:
        parts = [(int(part["partNumber"]), str(part["etag"]).strip('"')) for part in given["parts"]]
    except (KeyError, TypeError, ValueError):
        return as_json({"detail": "parts must be a list of partNumber and etag"}, 400)
    if not parts or not site.uploads.join(upload, parts):
        return as_json({"detail": "A part is missing or its etag is another"}, 400)
    return as_json({"url": file_url(upload, ask.base)})


def _token(site: Site, ask: Incoming) -> Answer:
    turned_away = auth.refusal(site, ask)
    if turned_away is not None:
        return turned_away
    return as_json({
        "token": _TOKEN, "token_type": "Bearer", "base_url": f"{ask.base}/cdn",
        "expires_at": "2100-01-01T00:00:00+00:00",
    })  # fmt: skip


def _post_file(site: Site, ask: Incoming) -> Answer:
    turned_away = _token_refusal(site, ask)
    if turned_away is not None:
        return turned_away
    upload = _from_headers(site, ask)
    if site.fault(ask, "upload"):
        return as_json({"detail": "Internal Server Error"}, 500)
    site.uploads.store(upload, ask.body.chunks())
    return as_json({"access_url": file_url(upload, ask.base)})


def _post_multipart(site: Site, ask: Incoming) -> Answer:
    turned_away = _token_refusal(site, ask)
    if turned_away is not None:
        return turned_away
    upload = _from_headers(site, ask)
    return as_json({"access_url": file_url(upload, ask.base), "uploadId": upload.id})


def _from_headers(site: Site, ask: Incoming) -> Upload:
    name = ask.headers.get("x-fal-file-name", "upload.bin")
    return site.uploads.announce(name, ask.headers.get("content-type", "application/octet-stream"), _lifetime(ask))


_ACCESS = rf"/cdn/files/u/{_ID}/[^/]+/multipart/(?P<upload>[0-9a-f-]{{36}})"
RULES = (
    rule("fal.upload", "POST", r"/rest/storage/upload/initiate", _initiate),
    rule("fal.upload", "POST", r"/rest/storage/upload/initiate-multipart", _initiate_multipart),
    rule("fal.upload", "POST", r"/rest/storage/auth/token", _token),
    rule("fal.put", "PUT", rf"/cdn/upload/{_ID}", _put),
    rule("fal.put", "PUT", rf"/cdn/upload/{_ID}/multipart/(?P<part>\d{{1,5}})", _put_part),
    rule("fal.upload", "POST", rf"/cdn/upload/{_ID}/multipart/complete", _complete),
    rule("fal.put", "POST", r"/cdn/files/upload", _post_file),
    rule("fal.upload", "POST", r"/cdn/files/upload/multipart", _post_multipart),
    rule("fal.put", "PUT", rf"{_ACCESS}/(?P<part>\d{{1,5}})", _put_part),
    rule("fal.upload", "POST", rf"{_ACCESS}/complete", _complete),
)
