"""A failed job as a report shows it: what happened, without what was asked for. No I/O."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flux2cli.core.job.job import Job, State
from flux2cli.providers.reply_shape import json_shape
from flux2cli.redact import MARK, redact_text

FAILED: tuple[State, ...] = ("not-sent", "rejected", "unknown", "failed", "moderated", "expired")
"""States in which something went wrong."""

_SHARED = 8
"""Characters in a row that a message shares with a private text before they are blotted out."""
_LONGEST = 500
_WORD = re.compile(r"[^\s`'\"<>]+")
_ENDINGS = (
    ".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".avif", ".bmp", ".tif", ".csv", ".json", ".txt",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A failed job. `request` and `reply` are shapes: names and types of fields; `message` has no private text."""

    created_at: str
    state: State
    provider: str
    endpoint: str
    mode: str
    sandbox: bool
    code: str
    message: str
    request: str
    reply: str | None


def failed_job(job: Job) -> FailedJob:
    """The job without prompt, file names and other texts of the request."""
    return FailedJob(
        created_at=job.created_at,
        state=job.state,
        provider=job.provider,
        endpoint=job.endpoint,
        mode=job.mode,
        sandbox=job.sandbox,
        code=job.error.code if job.error else "",
        message=blotted(job.error.message, _private_texts(job)) if job.error else "",
        request=json_shape(job.payload),
        reply=job.error.reply if job.error else None,
    )


def blotted(message: str, private: Iterable[str]) -> str:
    """The message with `***` for what it shares with a private text, for names of files, and for secrets in URLs."""
    text = redact_text(message)[:_LONGEST]
    hidden = [False] * len(text)
    lowered = _lowered(text)
    for other in {text.strip() for text in private if text.strip()}:
        for start, end in _shared(lowered, _lowered(other)):
            hidden[start:end] = [True] * (end - start)
    marked = "".join("\0" if hide else character for character, hide in zip(text, hidden, strict=True))
    return _WORD.sub(_without_file, re.sub("\0+", MARK, marked))


def _without_file(word: re.Match[str]) -> str:
    return MARK if any(ending in word[0].lower() for ending in _ENDINGS) else word[0]


def _lowered(text: str) -> str:
    """The text in lower case and of the same length: a few letters become two."""
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def _shared(text: str, private: str) -> Iterator[tuple[int, int]]:
    """Where the text has the whole private text as words, or at least so many of its characters in a row."""
    least = _SHARED if private.isascii() else _SHARED // 2  # a word of Chinese has two characters
    if len(private) < least:
        yield from _as_words(text, private)
        return
    start = 0
    while start + least <= len(text):
        end = start + least
        if text[start:end] not in private:
            start += 1
            continue
        while end < len(text) and text[start : end + 1] in private:
            end += 1
        yield start, end
        start = end


def _as_words(text: str, private: str) -> Iterator[tuple[int, int]]:
    """Where the text has the private one between blanks or marks; anywhere, for writing without blanks."""
    start = text.find(private)
    while start >= 0:
        end = start + len(private)
        if not private.isascii() or not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(private, end)


def _private_texts(job: Job) -> Iterator[str]:
    """The texts of a request that say what was asked for, and where its files are."""
    yield from (text for text in (job.prompt, job.label, job.row_id, job.row_root) if text)
    yield from (job.output.directory, job.output.name)
    yield from (text for image in job.inputs for text in (image.name, image.url or ""))
    yield from (file.path for file in job.files)
    yield from job.meta.values()
    yield from _texts(job.payload)
    if job.result is not None and job.result.prompt:
        yield job.result.prompt


def _texts(value: object) -> Iterator[str]:
    """Every text of a body that is long enough to be one's own: choices such as `png` are none."""
    if isinstance(value, str):
        if len(value) >= _SHARED:
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)
