"""Where things stand on an image: references from left to right above the lowest line, a source in its place."""

import io
from dataclasses import replace

from PIL import Image

from flux2cli.sandbox.drawing.painting import paint
from flux2cli.sandbox.pictures import Picture, PlacedReference, ShownReference

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)
PLAIN = Picture(prompt="a fox", seed=7, width=512, height=512)


def filled(colour: tuple[int, int, int], width: int = 90, height: int = 90) -> ShownReference:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return ShownReference(label="a.png", data=out.getvalue())


def runs(image: Image.Image, row: int) -> list[tuple[int, int, int]]:
    """The pure colours along a row, each once in a row."""
    found: list[tuple[int, int, int]] = []
    for left in range(image.width):
        pixel = image.getpixel((left, row))
        if pixel in (RED, GREEN, BLUE) and (not found or found[-1] != pixel):
            assert isinstance(pixel, tuple)
            found.append((int(pixel[0]), int(pixel[1]), int(pixel[2])))
    return found


def test_references_stand_in_their_order_above_the_lowest_line() -> None:
    image = paint(replace(PLAIN, references=(filled(GREEN), filled(RED), filled(BLUE))))

    assert runs(image, 400) == [GREEN, RED, BLUE]
    assert runs(image, 470) == []
    assert runs(image, 200) == []
    assert runs(paint(PLAIN), 400) == []


def test_ten_references_have_room_beside_each_other() -> None:
    colours = (RED, GREEN) * 5

    assert runs(paint(replace(PLAIN, references=tuple(map(filled, colours)))), 445) == list(colours)


def test_a_reference_that_cannot_be_read_keeps_its_place() -> None:
    image = paint(replace(PLAIN, references=(filled(RED), ShownReference(label="b.png"), filled(GREEN))))

    slate = next(left for left in range(512) if image.getpixel((left, 400)) == (40, 44, 52))
    red, green = (next(left for left in range(512) if image.getpixel((left, 400)) == c) for c in (RED, GREEN))
    assert red < slate < green


def test_a_source_stands_where_it_is_in_the_larger_image() -> None:
    source = PlacedReference(reference=filled(RED, 300, 100), left=150, top=200, width=300, height=100)
    image = paint(replace(PLAIN, prompt="", source=source))

    corners = [image.getpixel(at) for at in ((150, 200), (449, 200), (150, 299), (449, 299))]
    outside = [image.getpixel(at) for at in ((149, 200), (450, 200), (150, 199), (449, 300))]
    assert corners == [RED] * 4
    assert RED not in outside


def test_texts_on_a_source_stand_on_plates() -> None:
    whole = PlacedReference(reference=filled((255, 255, 255), 512, 512), left=0, top=0, width=512, height=512)
    image = paint(replace(PLAIN, prompt="", source=whole))

    assert image.getpixel((28, 34)) == image.getpixel((28, 465)) == (40, 44, 52)
    assert image.getpixel((500, 34)) == image.getpixel((256, 256)) == (255, 255, 255)


def test_a_blocked_image_shows_nothing() -> None:
    image = paint(replace(PLAIN, references=(filled(RED),), black=True))

    assert image.getextrema() == ((0, 0), (0, 0), (0, 0))


def test_the_prompt_stays_above_the_references() -> None:
    lines = paint(replace(PLAIN, prompt="word " * 200, references=(filled(RED),)))

    assert lines.crop((49, 350, 130, 420)).getcolors() != paint(PLAIN).crop((49, 350, 130, 420)).getcolors()
    assert lines.crop((60, 370, 110, 410)).getcolors() == [(2000, RED)]
