"""The images: what decides their bytes, their sizes and formats, and what references do to them."""

import base64
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from support import plain_http
from support.emulated_apis import BflApi, EmulatedApi, VtrixApi, emulated, fetched
from support.sandbox_rig import FLASH, FLASH_EDIT, MAX_EDIT, opened, png, running

from flux2cli.sandbox.drawing import draw
from flux2cli.sandbox.picture_cache import PictureCache
from flux2cli.sandbox.pictures import Picture, ShownReference

FOX = {"prompt": "a fox", "seed": 7}


def test_the_same_request_gives_the_same_bytes_on_another_server_too(tmp_path: Path) -> None:
    with running(tmp_path / "a") as one, running(tmp_path / "b") as two:
        assert one.image(body=FOX) == one.image(body=FOX) == two.image(body=FOX)


@pytest.mark.parametrize(
    "other", [{"prompt": "a cat"}, {"seed": 8}, {"image_size": "square"}, {"output_format": "jpeg"}, {"num_images": 2}]
)
def test_another_prompt_seed_size_or_format_gives_other_bytes(tmp_path: Path, other: dict[str, Any]) -> None:
    with running(tmp_path) as rig:
        index = 1 if "num_images" in other else 0

        assert rig.image(body=FOX) != rig.image(body={**FOX, **other}, index=index)


def test_several_images_differ_and_have_the_one_seed_that_the_response_states(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        body = {**FOX, "num_images": 4}
        images = [rig.image(body=body, index=index) for index in range(4)]

        assert len({*images}) == 4
        assert rig.result(body=body).json()["seed"] == 7
        for other in (8, 9, 10):
            assert rig.image(body={**FOX, "seed": other}) not in images


def test_the_variant_is_written_beside_the_word_sandbox() -> None:
    picture = Picture(prompt="a fox", seed=7, width=512, height=512, variant="flash")

    assert picture.head == "SANDBOX   flash"
    assert replace(picture, variant="").head == "SANDBOX"
    assert draw(picture) != draw(replace(picture, variant="max"))


def test_every_provider_names_the_variant(tmp_path: Path) -> None:
    """Two variants differ on top, where nothing else depends on the request but the colours, which are the same."""

    def top(data: bytes) -> bytes:
        return opened(data).convert("RGB").crop((0, 0, 512, 90)).tobytes()

    with running(tmp_path / "fal") as rig:
        square = {**FOX, "image_size": "square"}
        assert top(rig.image("/queue/fal-ai/flux-2/flash", square)) != top(
            rig.image("/queue/fal-ai/flux-2-max", square)
        )
    with emulated(VtrixApi, tmp_path / "vtrix") as api, emulated(BflApi, tmp_path / "bfl") as bfl:
        pictures = [
            fetched(client.image_url(client.body(width=512, height=512, seed=7))).content for client in (api, bfl)
        ]
        unnamed = Picture(prompt="a lighthouse at dusk", seed=7, width=512, height=512, format="jpeg")
        for data in pictures:
            assert top(data) == top(draw(replace(unnamed, variant="max"))) != top(draw(unnamed))


def test_what_is_written_on_an_image() -> None:
    alone = Picture(prompt="a fox", seed=7, width=512, height=256)
    third = Picture(prompt="a fox", seed=7, width=512, height=256, index=2, count=4)

    assert alone.label == "seed 7   512x256"
    assert third.label == "seed 7   3/4   512x256"
    assert replace(third, shows_seed=False).label == "3/4   512x256"


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        (None, (1024, 768)),
        ("square_hd", (1024, 1024)),
        ("square", (512, 512)),
        ("portrait_4_3", (768, 1024)),
        ("portrait_16_9", (576, 1024)),
        ("landscape_16_9", (1024, 576)),
        ({"width": 600, "height": 700}, (600, 700)),
        ({"width": 640}, (640, 512)),
    ],
)
def test_sizes(tmp_path: Path, asked: object, size: tuple[int, int]) -> None:
    with running(tmp_path) as rig:
        body = FOX if asked is None else {**FOX, "image_size": asked}
        data = rig.result(body=body).json()["images"][0]

        assert (data["width"], data["height"]) == size
        assert opened(plain_http.get(data["url"]).content).size == size


@pytest.mark.parametrize(
    ("asked", "kind", "suffix", "name"),
    [("png", "image/png", "png", "PNG"), ("jpeg", "image/jpeg", "jpg", "JPEG"), ("webp", "image/webp", "webp", "WEBP")],
)
def test_formats(tmp_path: Path, asked: str, kind: str, suffix: str, name: str) -> None:
    with running(tmp_path) as rig:
        data = rig.result(body={**FOX, "output_format": asked}).json()["images"][0]
        reply = plain_http.get(data["url"])

        assert data["content_type"] == reply.headers["content-type"] == kind
        assert data["url"].endswith(f"/0.{suffix}")
        assert data["file_size"] == len(reply.content) == int(reply.headers["content-length"])
        assert opened(reply.content).format == name


def test_sync_mode_puts_the_image_into_the_reply(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        url = rig.result(body={**FOX, "sync_mode": True}).json()["images"][0]["url"]

        assert url.startswith("data:image/png;base64,")
        assert base64.b64decode(url.partition(",")[2]) == rig.image(body=FOX)


def test_black_images_are_black_and_flagged(tmp_path: Path) -> None:
    with running(tmp_path, faults=["black"]) as rig:
        data = rig.result(body=FOX).json()
        image = opened(plain_http.get(data["images"][0]["url"]).content)

        assert data["has_nsfw_concepts"] == [True]
        assert image.getextrema() == ((0, 0), (0, 0), (0, 0))


def test_the_word_sandbox_the_prompt_and_the_seed_are_drawn() -> None:
    """Each of them changes pixels in its own part of the image: top, middle, bottom."""
    with_text = opened(draw(Picture(prompt="A FOX", seed=7, width=512, height=512)))

    def white(box: tuple[int, int, int, int]) -> int:
        return sum(count for count, pixel in with_text.crop(box).getcolors(2**18) or () if pixel == (255, 255, 255))

    assert white((0, 0, 512, 90)) > 100
    assert white((0, 200, 512, 320)) > 100
    assert white((0, 440, 512, 512)) > 100


def writes_a_seed(data: bytes) -> bool:
    """Whether the last line has letters right of where a size alone ends."""
    image = opened(data).convert("L")
    width, height = image.size
    return (
        image.crop((width * 3 // 10, height - width // 8, width, height)).point(lambda v: 255 * (v > 250)).getbbox()
        is not None
    )


def test_a_seed_is_drawn_only_if_the_request_or_the_response_has_it(tmp_path: Path) -> None:
    outpainted = {"image_url": f"data:image/png;base64,{base64.b64encode(png(512, 512)).decode()}", "expand_left": 16}
    with running(tmp_path / "fal") as rig:
        assert writes_a_seed(rig.image(body={"prompt": "", "image_size": "square"}))
        assert not writes_a_seed(rig.image("/queue/fal-ai/flux-2-pro/outpaint", outpainted))
    with emulated(VtrixApi, tmp_path / "vtrix") as api:
        assert not writes_a_seed(fetched(api.image_url(api.body(width=512, height=512))).content)
        assert writes_a_seed(fetched(api.image_url(api.body(width=512, height=512, seed=7))).content)
    with emulated(BflApi, tmp_path / "bfl") as bfl:
        assert writes_a_seed(fetched(bfl.image_url(bfl.body(width=512, height=512))).content)


def test_prompt_and_seed_choose_the_colours() -> None:
    def corner(prompt: str, seed: int) -> object:
        return opened(draw(Picture(prompt=prompt, seed=seed, width=256, height=256))).getpixel((255, 0))

    assert len({corner("a fox", seed) for seed in range(8)}) > 4
    assert len({corner(prompt, 7) for prompt in "abcdefgh"}) > 4


@pytest.mark.parametrize("prompt", ["", "x" * 100_000, "word " * 20_000, "日本語 🦊 [b]\x1b[31m\ud800\n\t", "a\0b"])
@pytest.mark.parametrize("size", [(1, 1), (16, 14142), (31, 400), (512, 512)])
def test_no_prompt_and_no_size_is_too_odd_to_draw(prompt: str, size: tuple[int, int]) -> None:
    assert opened(draw(Picture(prompt=prompt, seed=-(10**30), width=size[0], height=size[1]))).size == size


@pytest.mark.parametrize(("side", "status"), [(4096, 200), (4112, 422)])
def test_above_16_megapixels_the_image_is_refused_in_the_result(tmp_path: Path, side: int, status: int) -> None:
    body = {"prompt": "x", "image_size": {"width": side, "height": 4096}, "seed": 1}
    with running(tmp_path) as rig:
        reply = rig.result("/queue/fal-ai/flux-2-max", body)

        assert reply.status_code == status
        if status == 422:
            detail = reply.json()["detail"][0]
            assert detail["type"] == "image_too_large"
            assert detail["ctx"] == {"max_width": 4096, "max_height": 4096}


def as_data(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("path", "size", "given", "made"),
    [
        (MAX_EDIT, None, (2000, 1000), (1456, 720)),
        (MAX_EDIT, "auto", (300, 600), (720, 1456)),
        (MAX_EDIT, "auto", (1024, 1024), (1024, 1024)),
        (MAX_EDIT, "square", (2000, 1000), (512, 512)),
        (FLASH_EDIT, None, (2000, 1000), (1024, 1024)),
    ],
)
def test_an_edit_takes_the_shape_of_its_first_reference_where_the_model_decides(
    tmp_path: Path, path: str, size: str | None, given: tuple[int, int], made: tuple[int, int]
) -> None:
    with running(tmp_path) as rig:
        for address in (as_data(png(*given)), rig.upload(png(*given))):
            body: dict[str, Any] = {"prompt": "x", "image_urls": [address, as_data(png(8, 8))]}
            image = rig.result(path, body if size is None else {**body, "image_size": size}).json()["images"][0]

            assert (image["width"], image["height"]) == made


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ((557, 1666), (576, 1760)),
        ((682, 900), (864, 1152)),
        ((640, 512), (1120, 896)),
        ((650, 1024), (800, 1280)),
        ((1024, 1024), (1024, 1024)),
    ],
)
def test_an_edit_with_klein_rounds_down_to_32_as_it_was_recorded(
    tmp_path: Path, given: tuple[int, int], made: tuple[int, int]
) -> None:
    with running(tmp_path) as rig:
        body = {"prompt": "x", "image_urls": [as_data(png(*given))]}
        reply = rig.result("/queue/fal-ai/flux-2/klein/4b/edit", body)

        image = reply.json()["images"][0]
        assert (image["width"], image["height"]) == made
        assert reply.headers["x-fal-billable-units"] == "2", "one megapixel out, and one in"


def coloured(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def shows(data: bytes, *colours: tuple[int, int, int]) -> list[bool]:
    """Whether an image has a thousand pixels of each colour, give or take what a JPEG changes."""
    image = opened(data).convert("RGB")
    bands = [Image.eval(band, lambda value: value // 32).tobytes() for band in image.split()]
    counts = Counter(zip(*bands, strict=True))
    return [counts[colour[0] // 32, colour[1] // 32, colour[2] // 32] > 1000 for colour in colours]


RED, GREEN = (208, 16, 16), (16, 208, 16)


def test_references_are_seen_whether_they_were_uploaded_sent_in_the_body_or_made_here(tmp_path: Path) -> None:
    red, green = coloured((600, 400), RED), coloured((300, 500), GREEN)
    with running(tmp_path) as rig:
        body = {"prompt": "x", "seed": 1, "image_size": "square", "image_urls": [as_data(red)]}
        first = rig.result(MAX_EDIT, body).json()["images"][0]["url"]

        assert shows(rig.image(MAX_EDIT, body), RED, GREEN) == [True, False]
        assert shows(rig.image(MAX_EDIT, {**body, "image_urls": [rig.upload(green)]}), RED, GREEN) == [False, True]
        both = rig.image(MAX_EDIT, {**body, "image_urls": [rig.upload(green), as_data(red)]})
        assert shows(both, RED, GREEN) == [True, True]
        assert both != rig.image(MAX_EDIT, {**body, "image_urls": [as_data(red), as_data(green)]})
        again = rig.image(MAX_EDIT, {**body, "image_urls": [first]})
        assert again != rig.image(MAX_EDIT, {**body, "image_urls": ["https://example.com/a.png"]})


def test_the_same_references_give_the_same_bytes_on_another_server_and_in_another_way(tmp_path: Path) -> None:
    red = coloured((600, 400), RED)
    with running(tmp_path / "a") as one, running(tmp_path / "b") as two:
        body = {"prompt": "x", "seed": 1, "image_size": "square"}
        made = [rig.image(MAX_EDIT, {**body, "image_urls": [rig.upload(red)]}) for rig in (one, two, two)]
        made.append(two.image(MAX_EDIT, {**body, "image_urls": [as_data(red)]}))

    assert len({*made}) == 1


def test_a_reference_elsewhere_is_a_tile_with_its_name_and_never_its_query(tmp_path: Path) -> None:
    def image(rig: Any, url: str) -> bytes:
        made: bytes = rig.image(MAX_EDIT, {"prompt": "x", "seed": 1, "image_size": "square", "image_urls": [url]})
        return made

    with running(tmp_path) as rig:
        assert image(rig, "https://example.com/a.png") == image(rig, "https://example.com/b/a.png?token=c")
        assert image(rig, "https://example.com/a.png") != image(rig, "https://example.com/b.png")
        assert image(rig, "https://example.com/a.png") != image(rig, "https://example.org/a.png")
        assert image(rig, "http://127.0.0.1:9/a.png") == image(rig, "http://localhost:10/a.png")


@pytest.mark.parametrize("form", [VtrixApi, BflApi])
def test_references_in_base64_are_seen_and_the_job_keeps_them_small(tmp_path: Path, form: type[EmulatedApi]) -> None:
    noise = io.BytesIO()
    Image.effect_noise((700, 700), 90).save(noise, "PNG")
    inputs = [base64.b64encode(data).decode() for data in (coloured((900, 600), RED), noise.getvalue())]
    with emulated(form, tmp_path) as api:
        body = api.body(width=512, height=512, seed=1, input_image=inputs[0], input_image_2=inputs[1])
        url = api.image_url(body)

        assert shows(fetched(url).content, RED) == [True]
        assert fetched(api.image_url(body)).content == fetched(url).content
        assert max(file.stat().st_size for file in (tmp_path / "jobs").glob("*.json")) < 60_000


def test_the_source_of_an_outpaint_stands_where_it_belongs(tmp_path: Path) -> None:
    body = {
        "image_url": as_data(coloured((512, 512), RED)),
        "expand_left": 256,
        "expand_top": 128,
        "output_format": "png",
    }
    with running(tmp_path) as rig:
        image = opened(rig.image("/queue/fal-ai/flux-2-pro/outpaint", body))

    assert image.size == (768, 640)
    assert [image.getpixel(at) for at in ((256, 128), (767, 128), (256, 639), (500, 300))] == [RED] * 4
    assert RED not in [image.getpixel(at) for at in ((255, 128), (256, 127), (10, 639))]


def test_a_long_chain_of_edits_can_be_drawn(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        url = rig.result(body={**FOX, "image_size": "square"}).json()["images"][0]["url"]
        for _ in range(80):
            body = {"prompt": "x", "seed": 1, "image_size": "square", "image_urls": [url] * 2, "output_format": "png"}
            url = rig.submit(MAX_EDIT, body)["response_url"].replace("queue/fal-ai/flux-2-max/requests", "cdn/files/b")
            url += "/0.png"

        assert opened(plain_http.get(url).content).size == (512, 512)


def test_drawn_images_are_kept_by_what_is_drawn() -> None:
    cache = PictureCache()
    picture = Picture(prompt="x", seed=1, width=64, height=64)
    red, green = (ShownReference(label="a", data=coloured((20, 20), colour)) for colour in (RED, GREEN))
    pictures = [replace(picture, references=found) for found in ((), (red,), (green,), (red, green), (green, red))]

    assert len({cache.get(found) for found in pictures}) == 5
    assert cache.get(pictures[1]) is cache.get(replace(pictures[1], references=(replace(red),)))


def test_auto_with_a_reference_elsewhere_is_a_square_and_nobody_is_asked(tmp_path: Path) -> None:
    # The test suite forbids connections to other hosts, so asking would fail this test.
    with running(tmp_path) as rig:
        body = {"prompt": "x", "image_urls": ["https://example.com/a.png"], "image_size": "auto"}
        image = rig.result(MAX_EDIT, body).json()["images"][0]

        assert (image["width"], image["height"]) == (1024, 1024)


def test_an_edit_can_refer_to_an_image_made_before(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        first = rig.result(body={**FOX, "image_size": {"width": 512, "height": 1024}}).json()["images"][0]["url"]
        image = rig.result(MAX_EDIT, {"prompt": "x", "image_urls": [first]}).json()["images"][0]

        assert (image["width"], image["height"]) == (720, 1456)


def test_uploaded_jpeg_and_webp_are_read_too(tmp_path: Path) -> None:
    for kind in ("JPEG", "WEBP"):
        out = io.BytesIO()
        Image.new("RGB", (800, 400)).save(out, kind)
        with running(tmp_path / kind) as rig:
            body = {"prompt": "x", "image_urls": [rig.upload(out.getvalue())]}
            image = rig.result(MAX_EDIT, body).json()["images"][0]

            assert (image["width"], image["height"]) == (1456, 720)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (as_data(b"not an image", "text/plain"), "image_load_error"),
        ("data:image/png;base64,!!!", "image_load_error"),
        ("data:image/png", "image_load_error"),
        ("upload", "image_load_error"),
        ("{url}/cdn/files/u/00000000-0000-4000-a000-000000000000/a.png", "file_download_error"),
        ("{url}/cdn/files/b/00000000-0000-4000-a000-000000000000/0.png", "file_download_error"),
        ("{url}/cdn/elsewhere", "file_download_error"),
    ],
)
def test_a_reference_that_is_no_image_fails_the_job(tmp_path: Path, address: str, kind: str) -> None:
    with running(tmp_path) as rig:
        address = rig.upload(b"<html>") if address == "upload" else address.replace("{url}", rig.server.url)
        job = rig.submit(FLASH_EDIT, {"prompt": "x", "image_urls": [as_data(png(8, 8)), address]})
        status = rig.http.get(job["status_url"])
        reply = rig.http.get(job["response_url"])

        detail = reply.json()["detail"][0]
        assert (status.status_code, status.json()["status"]) == (200, "COMPLETED")
        assert status.json()["error"] == detail["msg"]
        assert (reply.status_code, detail["type"]) == (422, kind)
        assert detail["loc"] == ["body", "image_urls", 1]


def test_an_image_is_not_there_before_its_job_is_over(tmp_path: Path) -> None:
    from support.sandbox_rig import Clock

    from flux2cli.sandbox.job_store import Latency

    clock = Clock()
    with running(tmp_path, clock=clock, latency=Latency(queued=1, running=1)) as rig:
        url = f"/cdn/files/b/{rig.submit()['request_id']}/0.png"
        early = rig.http.get(url)
        clock.now += 3

        assert (early.status_code, rig.http.get(url).status_code) == (404, 200)
        assert rig.http.get(url.replace("0.png", "1.png")).status_code == 404
        assert rig.http.get(url.replace("0.png", "0.jpg")).status_code == 404


def test_a_key_sent_to_an_image_is_noticed(tmp_path: Path) -> None:
    with running(tmp_path) as rig:
        url = rig.result(FLASH, FOX).json()["images"][0]["url"]
        plain_http.get(url)
        assert rig.server.leaks == []

        rig.http.get(url)

        assert rig.server.leaks == [url.removeprefix(rig.server.url)]
