"""fal's storage as both official clients use it: uploads by a signed URL, whole or in parts, or by a CDN token."""

import json
from typing import Any

from flux2cli.sandbox.fal import errors
from flux2cli.sandbox.fal.input_schema import read_input
from flux2cli.sandbox.http import ServerRequest, ServerResponse, json_response
from flux2cli.sandbox.state import SandboxState
from flux2cli.sandbox.uploads import Upload

_TOKEN = "sandbox-cdn-token"  # noqa: S105 - not a secret: the emulated CDN accepts it from every client
_LIFECYCLE_HEADERS = ("x-fal-object-lifecycle", "x-fal-object-lifecycle-preference")


def _file_url(upload: Upload, base: str) -> str:
    return f"{base}/cdn/files/u/{upload.id}/{upload.name}"


def initiate(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Announce a file: a signed URL for its bytes, and its public URL."""
    return _announce(state, request, "")


def initiate_multipart(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Announce a file that comes in parts."""
    return _announce(state, request, "/multipart")


def _announce(state: SandboxState, request: ServerRequest, suffix: str) -> ServerResponse:
    refusal = errors.check_account(state, request)
    if refusal is not None:
        return refusal
    given = read_input(request.body.read())
    if isinstance(given, ServerResponse):
        return given
    missing = [name for name in ("content_type", "file_name") if not isinstance(given.get(name), str)]
    if missing:
        return errors.invalid_input([errors.missing_field(["body", name], given) for name in missing])
    upload = state.uploads.announce(given["file_name"], given["content_type"], _lifetime(request))
    query = f"signature={upload.signature}" + ("&store=gcs" if request.parameter("storage_type") == "gcs" else "")
    url = f"{request.base}/cdn/upload/{upload.id}{suffix}?{query}"
    return json_response({"upload_url": url, "file_url": _file_url(upload, request.base)})


def _lifetime(request: ServerRequest) -> float | None:
    """Seconds that the file is kept, from the lifecycle header; None without end."""
    for name in _LIFECYCLE_HEADERS:
        try:
            seconds = json.loads(request.headers[name])["expiration_duration_seconds"]
        except (KeyError, ValueError, TypeError):
            continue
        if isinstance(seconds, int | float) and seconds > 0:
            return float(seconds)
    return None


def _signed_upload(state: SandboxState, request: ServerRequest) -> Upload | ServerResponse:
    """The upload that a signed URL names. Such a request needs no API key, and one with a key is refused.

    The older storage of the Python client (`storage_type=gcs`) sends the key all the same: it is recorded and allowed.
    """
    if errors.record_leaked_key(state, request) and request.parameter("store") != "gcs":
        return errors.error_response(401, "A signed upload URL takes no Authorization header.")
    upload = state.uploads.find(request.parts["id"])
    if upload is None:
        return errors.error_response(404, "Not Found")
    if request.parameter("signature") != upload.signature:
        return errors.error_response(403, "Signature does not match")
    return _unless_fault(state, request, upload)


def _upload_with_token(state: SandboxState, request: ServerRequest) -> Upload | ServerResponse:
    refusal = _check_token(state, request)
    if refusal is not None:
        return refusal
    upload = state.uploads.find(request.parts["id"])
    return errors.error_response(404, "Not Found") if upload is None else _unless_fault(state, request, upload)


def _upload_in_parts(state: SandboxState, request: ServerRequest) -> Upload | ServerResponse:
    if request.path.startswith("/cdn/upload/"):
        return _signed_upload(state, request)
    return _upload_with_token(state, request)


def _unless_fault(state: SandboxState, request: ServerRequest, upload: Upload) -> Upload | ServerResponse:
    return errors.server_error() if state.fault(request, "upload") else upload


def _check_token(state: SandboxState, request: ServerRequest) -> ServerResponse | None:
    """401 without the CDN's token; None with it. An API key in its place is recorded."""
    errors.record_leaked_key(state, request)
    if request.headers.get("authorization") == f"Bearer {_TOKEN}":
        return None
    return errors.error_response(401, "The CDN takes a token from /storage/auth/token, not a key.")


def put_file(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Store the file of a signed URL."""
    upload = _signed_upload(state, request)
    if isinstance(upload, ServerResponse):
        return upload
    return _store(state, request, upload)


def put_part(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Store a part of a file."""
    upload = _upload_in_parts(state, request)
    if isinstance(upload, ServerResponse):
        return upload
    return _store(state, request, upload, int(request.parts["part"]))


def _store(state: SandboxState, request: ServerRequest, upload: Upload, part: int | None = None) -> ServerResponse:
    """Store the body. The Python client reads the entity tag from the header, the JavaScript client from the body."""
    tag = f'"{state.uploads.store(upload, request.body.chunks(), part)}"'
    body: dict[str, Any] = {"etag": tag} if part is None else {"partNumber": part, "etag": tag}
    return json_response(body, headers={"ETag": tag})


def complete_multipart(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Put the parts of a file together."""
    upload = _upload_in_parts(state, request)
    if isinstance(upload, ServerResponse):
        return upload
    given = read_input(request.body.read())
    if isinstance(given, ServerResponse):
        return given
    try:
        parts = [(int(part["partNumber"]), str(part["etag"]).strip('"')) for part in given["parts"]]
    except (KeyError, TypeError, ValueError):
        return errors.error_response(400, "parts must be a list of partNumber and etag")
    if not parts or not state.uploads.join(upload, parts):
        return errors.error_response(400, "A part is missing or its etag is another")
    return json_response({"url": _file_url(upload, request.base)})


def issue_token(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """A token for uploads to the CDN."""
    refusal = errors.check_account(state, request)
    if refusal is not None:
        return refusal
    return json_response({
        "token": _TOKEN, "token_type": "Bearer", "base_url": f"{request.base}/cdn",
        "expires_at": "2100-01-01T00:00:00+00:00",
    })  # fmt: skip


def issue_app_token(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """A token for a browser's calls of some apps: JSON text, as fal's clients read it."""
    return errors.check_account(state, request) or json_response(errors.APP_TOKEN)


def post_file(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Announce and store a file in one request, with a token."""
    refusal = _check_token(state, request)
    if refusal is not None:
        return refusal
    upload = _announced_in_headers(state, request)
    if state.fault(request, "upload"):
        return errors.server_error()
    state.uploads.store(upload, request.body.chunks())
    return json_response({"access_url": _file_url(upload, request.base)})


def post_multipart(state: SandboxState, request: ServerRequest) -> ServerResponse:
    """Announce a file that comes in parts, with a token."""
    refusal = _check_token(state, request)
    if refusal is not None:
        return refusal
    upload = _announced_in_headers(state, request)
    return json_response({"access_url": _file_url(upload, request.base), "uploadId": upload.id})


def _announced_in_headers(state: SandboxState, request: ServerRequest) -> Upload:
    name = request.headers.get("x-fal-file-name", "upload.bin")
    media_type = request.headers.get("content-type", "application/octet-stream")
    return state.uploads.announce(name, media_type, _lifetime(request))
