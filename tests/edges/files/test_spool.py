"""Images inside a JSON response, on disk until they are decoded."""

import base64
from pathlib import Path

import pytest

from flux2cli.edges.files.spool import Spool

LONG = bytes(range(256)) * 8192  # two mebibytes: more than one block


@pytest.mark.parametrize("data", [b"", b"\x89PNG", LONG])
def test_a_text_comes_back_decoded_and_its_file_goes(tmp_path: Path, data: bytes) -> None:
    spool = Spool(tmp_path / "cache", "abcd2345")
    name, write = spool.begin()
    write(b"data:image/png;base64,")
    write(base64.b64encode(data))

    assert b"".join(spool.decoded(name)) == data
    (file,) = (tmp_path / "cache").iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == (".abcd2345-inline-0.part", 0o600)
    spool.close()
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"data:image/png,abc", "not in base64"),
        (b"https://x.example/a.png", "not in base64"),
        (b"data:image/png;base64,@@@@", "the base64 of the inline image is broken"),
    ],
)
def test_what_is_no_image_in_base64(tmp_path: Path, text: bytes, said: str) -> None:
    spool = Spool(tmp_path, "abcd2345")
    name, write = spool.begin()
    write(text)

    with pytest.raises(ValueError, match=said):
        list(spool.decoded(name))
    spool.close()


def test_a_text_of_another_spool_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not there any more"):
        list(Spool(tmp_path, "abcd2345").decoded("0"))


def test_a_text_without_an_end_takes_no_more_than_its_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flux2cli.edges.files.spool._LONGEST", 2022)
    spool = Spool(tmp_path / "cache", "abcd2345")
    name, write = spool.begin()
    write(b"data:image/png;base64,")
    for _ in range(100):
        write(b"AAAA" * 100)

    assert len(b"".join(spool.decoded(name))) == 1500
    assert [file.stat().st_size for file in (tmp_path / "cache").iterdir()] == [2022]
    spool.close()
