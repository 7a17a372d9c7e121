"""Images that were made from images that were made from images."""

import pytest

from flux2cli.sandbox.input_images import InputImage
from flux2cli.sandbox.nested_look_ups import NestedLookUps


def test_each_path_is_looked_up_once_within_a_look_up_and_again_in_the_next() -> None:
    look_ups, asked = NestedLookUps(), []

    def look_up(path: str) -> InputImage:
        asked.append(path)
        for _ in range(10):
            if path != "/0":
                look_ups.nested(f"/{int(path[1:]) - 1}", look_up)
        return InputImage(kind="image", size=(64, 64))

    for _ in range(2):
        assert look_ups.nested("/20", look_up).size == (64, 64)
        assert len(asked) == 21
        asked.clear()


def test_a_chain_without_end_ends_as_an_image_of_unknown_size() -> None:
    look_ups, asked = NestedLookUps(), []

    def look_up(path: str) -> InputImage:
        asked.append(path)
        return look_ups.nested(path + "x", look_up)

    assert look_ups.nested("/", look_up) == InputImage(kind="image")
    assert len(asked) == 50


def test_an_error_ends_the_look_up() -> None:
    look_ups = NestedLookUps()

    def failing(_: str) -> InputImage:
        raise LookupError

    for _ in range(100):
        with pytest.raises(LookupError):
            look_ups.nested("/a", failing)
    assert look_ups.nested("/a", lambda _: InputImage(kind="missing")).kind == "missing"
