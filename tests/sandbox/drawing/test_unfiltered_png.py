"""PNG files that are written row by row without a filter."""

import io
import random

import pytest
from PIL import Image

from flux2cli.sandbox.drawing.unfiltered_png import unfiltered_png


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (512, 40), (2, 14142)])
def test_any_rgb_image_is_the_same_after_it_was_written_and_read(size: tuple[int, int]) -> None:
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(3 * size[0] * size[1]))
    for image in (noise, Image.new("RGB", size, (1, 2, 3))):
        read = Image.open(io.BytesIO(unfiltered_png(image)))

        assert (read.format, read.mode, read.size) == ("PNG", "RGB", size)
        assert read.tobytes() == image.tobytes()


def test_it_has_no_chunks_but_head_pixels_and_end() -> None:
    data = unfiltered_png(Image.new("RGB", (4, 4)))

    assert [data[at : at + 4] for at in (12, 37)] == [b"IHDR", b"IDAT"]
    assert data[-8:-4] == b"IEND"
    assert b"PLTE" not in data
