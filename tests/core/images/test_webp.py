"""WebPs: chunks that lead out of the file, and files without pixels."""

from support.image_shapes import SHAPES, refusal


def test_bytes_after_the_end_of_a_webp_are_not() -> None:
    assert refusal(SHAPES["webp lossy"][1] + b"\0") == "it is longer than its RIFF header says"


def test_a_webp_whose_chunk_leads_out_of_the_file_is_refused() -> None:
    data = bytearray(SHAPES["webp lossy"][1])
    data[16:20] = (2**31).to_bytes(4, "little")

    assert refusal(bytes(data)) == "it is a WebP with a chunk that is longer than the file"


def test_a_webp_without_pixels_is_refused() -> None:
    body = b"WEBPVP8X\x0a\0\0\0" + bytes(10)

    assert refusal(b"RIFF" + len(body).to_bytes(4, "little") + body) == "it is a WebP without pixels"
