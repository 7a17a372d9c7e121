"""Strategies for responses: JSON in the shapes of the providers with anything in their fields, and any bytes at all."""

import json
from typing import Any

from hypothesis import strategies as st

from flux2cli.wire import HttpResponse

STATUSES = (200, 201, 202, 204, 301, 302, 303, 307, 400, 401, 402, 403, 404, 407, 408, 409, 410, 413, 422, 425, 429,
            451, 499, 500, 502, 503, 504, 529)  # fmt: skip
NAMES = (
    "request_id", "requestId", "id", "status", "state", "status_url", "response_url", "cancel_url", "queue_position",
    "logs", "message", "error", "error_type", "error_message", "error_code", "detail", "loc", "msg", "type", "ctx",
    "images", "image", "url", "width", "height", "content_type", "seed", "prompt", "timings", "has_nsfw_concepts",
    "result", "sample", "polling_url", "cost", "input_mp", "output_mp", "details", "Moderation Reasons", "progress",
    "data", "outputs", "output", "usage", "discount", "retry_after", "code", "upload_url", "file_url", "token",
    "base_url", "items", "requests", "json_input", "created_at", "sent_at", "started_at", "credits", "task_id",
)  # fmt: skip
WORDS = (
    "IN_QUEUE", "IN_PROGRESS", "COMPLETED", "NOT_FOUND", "Pending", "Ready", "Error", "Failed", "Request Moderated",
    "Content Moderated", "Task not found", "processing", "completed", "failed", "canceled", "ALREADY_COMPLETED",
    "content_policy_violation", "User is locked. Reason: Exhausted balance.", "data: a chart",
    "https://h.example/a.png", "http://127.0.0.1:1/a.png", "//h.example/a", "file:///etc/passwd", "a/../b", "",
    "1e30", "1e999999999", "-1", "0.05", "NaN", "\ud800", "\x1b[2J", "::stop-commands::t", "7.0",
    "2026-11-25T00:00:00Z", "²",
)  # fmt: skip
NUMBERS = (0, -1, 1, 7, 7.0, 0.05, 1e30, 1e308, 10**40, 2**63, -(2**63), float("nan"), float("inf"), -0.0)

_leaves = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(WORDS), st.integers(), st.floats(),
    st.text(st.characters(), max_size=12),
)  # fmt: skip
_names = st.one_of(st.sampled_from(NAMES), st.text(max_size=6))
VALUES: st.SearchStrategy[Any] = st.recursive(
    _leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_names, inner, max_size=8)),
    max_leaves=24,
)


def nested(levels: int) -> Any:
    """A text in so many lists."""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


OBJECTS = st.dictionaries(st.sampled_from(NAMES), st.one_of(VALUES, st.just(nested(300))), max_size=12)
BODIES = st.one_of(
    OBJECTS.map(lambda value: json.dumps(value).encode()),
    VALUES.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=200),
    st.sampled_from([b"", b"<html><title>x", b"{", b"[" * 5000, b'{"a":' * 2000, b"\xff\xfe{}", b"1e999", b"-"]),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ("retry-after", "retry-after-ms", "x-fal-error-type", "x-fal-request-id", "x-fal-billable-units", "location",
         "content-type", "x-request-id")
    ),
    st.one_of(st.sampled_from(WORDS), st.text(max_size=20)),
    max_size=4,
)  # fmt: skip
RESPONSES = st.builds(
    HttpResponse,
    status=st.sampled_from(STATUSES),
    headers=HEADERS,
    body=BODIES,
    truncated=st.sampled_from([False] * 9 + [True]),
)
