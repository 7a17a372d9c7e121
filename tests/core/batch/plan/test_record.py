"""What a sidecar says of its image, also a merged one and one of 0.1.0."""

import json
from typing import Any

import pytest

from flux2cli.core.batch.plan.record import ImageRecord, broken_record, likeness_of, sides
from flux2cli.core.job.given import given_document
from flux2cli.core.request.build import build_request
from flux2cli.core.request.reference import Reference, from_url
from flux2cli.core.request.route import choose_route

DOCUMENT: dict[str, Any] = {
    "schema": "flux2cli/sidecar/1",
    "provider": "fal",
    "variant": "flash",
    "mode": "text",
    "endpoint": "fal-ai/flux-2/flash",
    "job_id": "j1",
    "created_at": "2026-11-25T10:00:00Z",
    "request_key": "r",
    "given": {"prompt": "a fox"},
    "inputs": [{"name": "a.png", "sha256": "ff", "url": None}, {"name": "b", "sha256": None, "url": "https://x/b"}],
    "row": {"id": "hero", "key": "k", "source": "../p.csv"},
    "image": {"file": "hero.png", "sha256": "aa", "bytes": 4, "index": 1},
    "sandbox": True,
}
FLASH = choose_route("flash", "fal", "text")


def test_all_that_a_plan_needs() -> None:
    assert ImageRecord.of("/out/hero.png", DOCUMENT) == ImageRecord(
        path="/out/hero.png",
        job_id="j1",
        created_at="2026-11-25T10:00:00Z",
        index=1,
        sha256="aa",
        bytes=4,
        sandbox=True,
        key="k",
        id="hero",
        source="../p.csv",
        route=("fal", "flash", "text"),
        given={"prompt": "a fox"},
        inputs=(("a.png", "sha256:ff"), ("b", "url:https://x/b")),
    )


def test_a_record_of_0_1_0_has_neither_source_nor_given_values() -> None:
    old = {name: value for name, value in DOCUMENT.items() if name != "given"}
    found = ImageRecord.of("/out/a.png", {**old, "row": {"id": "hero", "key": "k"}})

    assert found is not None
    assert (found.key, found.source, found.given, found.likeness) == ("k", None, None, None)


@pytest.mark.parametrize("document", [None, 7, [], {}, {**DOCUMENT, "schema": "x"}, {**DOCUMENT, "image": {}}])
def test_other_documents_are_no_records(document: object) -> None:
    assert ImageRecord.of("/out/a.png", document) is None


def test_likeness_is_all_but_the_endpoint_and_the_names_of_inputs() -> None:
    document = {**DOCUMENT, "inputs": []}
    request = build_request(FLASH, {"prompt": "a fox"})
    found = ImageRecord.of("/out/a.png", {**document, "endpoint": "fal-ai/flux-2/flash/v2", "request_key": "other"})

    assert found is not None
    assert found.likeness == likeness_of(request, given_document(request))
    for other in ({"given": {"prompt": "an owl"}}, {"variant": "turbo"}, {"mode": "edit"}, {"provider": "bfl"}):
        changed = ImageRecord.of("/out/a.png", {**document, **other})
        assert changed is not None
        assert changed.likeness != found.likeness


def test_inputs_are_alike_by_their_contents() -> None:
    edit = choose_route("flash", "fal", "edit")
    photo = Reference(source="a.png", name="a.png", path="a.png", sha256="ff")
    request = build_request(edit, {"prompt": "x"}, [photo, from_url("https://x.example/b.png?token=secret")])
    inputs = [
        {"name": "renamed.png", "sha256": "ff", "url": None},
        {"name": "b.png", "sha256": None, "url": "https://x.example/b.png?token=***"},
    ]
    found = ImageRecord.of("/a", {**DOCUMENT, "mode": "edit", "given": {"prompt": "x"}, "inputs": inputs})

    assert found is not None
    assert found.likeness == likeness_of(request, given_document(request))


def merged(*, base: bool = False) -> str:
    lines = json.dumps(DOCUMENT, indent=2).splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if '"sha256": "aa"' in line)
    middle = ["||||||| base\n", lines[at].replace("aa", "00")] if base else []
    other = lines[at].replace("aa", "bb")
    return "".join(
        [*lines[:at], "<<<<<<< HEAD\n", lines[at], *middle, "=======\n", other, ">>>>>>> b\n", *lines[at + 1 :]]
    )


@pytest.mark.parametrize("base", [False, True])
def test_a_merged_sidecar_has_two_sides(base: bool) -> None:
    ours, theirs = sides(merged(base=base))

    assert [json.loads(side)["image"]["sha256"] for side in (ours, theirs)] == ["aa", "bb"]
    assert sides(json.dumps(DOCUMENT)) == ()


def test_a_merged_record_belongs_to_the_row_that_it_names() -> None:
    found = broken_record("/out/hero.png", merged())

    assert (found.problem, found.key, found.id, found.source) == ("conflict", "k", "hero", "../p.csv")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{", "unreadable"), ("", "unreadable"), ("<<<<<<< HEAD\n{\n=======\n[\n>>>>>>> b\n", "conflict")],
)
def test_what_cannot_be_read(text: str, problem: str) -> None:
    assert broken_record("/a.png", text) == ImageRecord(path="/a.png", problem=problem)  # type: ignore[arg-type]
