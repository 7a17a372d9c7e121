"""JPEGs: frames, scans, segments, and a height that comes late."""

from support.image_shapes import check, exif, refusal, saved

from flux2cli.core.images.sniff import Checker


def test_a_jpeg_needs_a_frame_and_a_scan() -> None:
    assert refusal(b"\xff\xd8\xff\xd9") == "it is a JPEG without a frame header"
    frame = b"\xff\xc0\x00\x0b\x08\x00\x05\x00\x06\x01\x01\x11\x00"
    assert refusal(b"\xff\xd8" + frame + b"\xff\xd9") == "it is a JPEG without pixels"


def test_a_jpeg_with_broken_segments_is_refused() -> None:
    assert refusal(b"\xff\xd8\xff\xe0\x00\x01\xff\xd9") == "it is a JPEG with a segment that is too short"
    assert refusal(b"\xff\xd8\xff\xe0\x00\x02AB\xff\xd9") == "it is a JPEG with something else between its segments"
    assert refusal(b"\xff\xd8\xff\xd8\xff\xd9") == "it is a JPEG with the marker D8 where there cannot be one"


def test_a_jpeg_that_tells_its_height_after_the_scan_has_it() -> None:
    frame = b"\xff\xc0\x00\x0b\x08\x00\x00\x00\x06\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34"
    data = b"\xff\xd8" + frame + scan + b"\xff\xdc\x00\x04\x00\x05\xff\xd9"

    assert (check(data).width, check(data).height) == (6, 5)
    assert refusal(data.replace(b"\xff\xdc\x00\x04\x00\x05", b"")) == "it says that it is 6x0 pixels"


def test_a_jpeg_with_long_metadata_tells_its_size_when_given_more() -> None:
    data = saved("JPEG", exif=exif(60_000), comment=b"c" * 60_000)

    checker = Checker()
    checker.feed(data[: 1 << 16])
    assert checker.size is None
    checker.feed(data[1 << 16 :])
    assert checker.size == (37, 23)
