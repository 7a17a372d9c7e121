"""A checked image: what follows from its facts."""

from dataclasses import replace

import pytest

from flux2cli.core.images.image import Image

FOX = Image(index=0, sha256="ab", bytes=67, media_type="image/png", width=1024, height=768)


def test_an_image_without_a_name_has_no_sidecar() -> None:
    assert (FOX.size, FOX.path, FOX.sidecar) == ((1024, 768), None, None)


def test_a_named_image_has_its_sidecar_beside_it() -> None:
    assert replace(FOX, path="/out/fox.png").sidecar == "/out/fox.png.json"


@pytest.mark.parametrize(
    ("media_type", "extension"), [("image/png", "png"), ("image/jpeg", "jpg"), ("image/webp", "webp")]
)
def test_its_extension_is_that_of_its_format(media_type: str, extension: str) -> None:
    assert replace(FOX, media_type=media_type).extension == extension
