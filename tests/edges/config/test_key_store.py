"""Keys from the environment and from a file that only its owner can read; and that a key is never told."""

import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from flux2cli.edges.config.key_store import Key, KeyStore
from flux2cli.errors import AuthError, Flux2Error, UsageError

KEY = "0a1b2c3d-secret:4e5f6a7b8c9d"


def keys(tmp_path: Path, **environ: str) -> KeyStore:
    return KeyStore(tmp_path / "config", environ, tmp_path)


def store(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    folder = tmp_path / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "keys.json"
    file.write_text(text)
    file.chmod(mode)
    return file


def told(error: Flux2Error) -> str:
    return f"{error.message} {error.hint} {error!r} {error.__cause__!r}"


def found(key: Key | None) -> tuple[str, str]:
    assert key is not None
    return key.value.reveal(), key.source


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# From the environment


@pytest.mark.parametrize(
    ("provider", "environ", "key", "source"),
    [
        ("fal", {"FAL_KEY": "a:b"}, "a:b", "environment FAL_KEY"),
        ("fal", {"FAL_KEY": "a:b", "FAL_KEY_ID": "c", "FAL_KEY_SECRET": "d"}, "a:b", "environment FAL_KEY"),
        ("fal", {"FAL_KEY_ID": "c", "FAL_KEY_SECRET": "d"}, "c:d", "environment FAL_KEY_ID and FAL_KEY_SECRET"),
        ("fal", {"FAL_KEY": "", "FAL_KEY_ID": " c\n", "FAL_KEY_SECRET": "d\n"}, "c:d",
         "environment FAL_KEY_ID and FAL_KEY_SECRET"),
        ("vtrix", {"VTRIX_API_KEY": "v"}, "v", "environment VTRIX_API_KEY"),
        ("bfl", {"BFL_API_KEY": "\tb\r\n"}, "b", "environment BFL_API_KEY"),
    ],
)  # fmt: skip
def test_a_key_comes_from_the_environment(
    tmp_path: Path, provider: str, environ: Mapping[str, str], key: str, source: str
) -> None:
    store(tmp_path, '{"fal": "stored", "vtrix": "stored", "bfl": "stored"}')

    assert found(keys(tmp_path, **environ).find(provider)) == (key, source)


@pytest.mark.parametrize(
    "environ",
    [{}, {"FAL_KEY": ""}, {"FAL_KEY": " \n"}, {"FAL_KEY_ID": "c"}, {"FAL_KEY_SECRET": "d"}, {"BFL_API_KEY": "x"}],
)
def test_without_one_it_comes_from_the_store(tmp_path: Path, environ: Mapping[str, str]) -> None:
    file = store(tmp_path, '{"fal": "stored"}')

    assert found(keys(tmp_path, **environ).find("fal")) == ("stored", str(file))


def test_without_either_there_is_none(tmp_path: Path) -> None:
    assert keys(tmp_path).find("fal") is None
    assert not (tmp_path / "config").exists()


BAD = [
    ("s3cret\N{LATIN SMALL LETTER E WITH ACUTE}", "has characters in it that no key has"),
    ("s3cret\udcff", "has characters in it that no key has"),
    ("s3cret\N{ZERO WIDTH SPACE}", "has characters in it that no key has"),
    ("s3cret two", "has spaces or line breaks inside"),
    ("s3cret\nx: y", "has spaces or line breaks inside"),
    ("s3cret\x00x", "has spaces or line breaks inside"),
    ("s3cret\x7fx", "has spaces or line breaks inside"),
    ("s3cret\x1b[0m", "has spaces or line breaks inside"),
]


@pytest.mark.parametrize(("text", "what"), BAD)
def test_what_can_be_no_key_is_refused_by_the_name_of_its_variable(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(AuthError) as caught:
        keys(tmp_path, FAL_KEY=text).find("fal")

    assert caught.value.message == f"The key in FAL_KEY {what}."
    assert "s3cret" not in told(caught.value)


@pytest.mark.parametrize(("text", "what"), BAD)
def test_what_can_be_no_key_is_not_stored(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        keys(tmp_path).set("bfl", text)

    assert caught.value.message == f"What was given for bfl {what}."
    assert "s3cret" not in told(caught.value)
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("half", ["FAL_KEY_ID", "FAL_KEY_SECRET"])
def test_a_bad_half_of_a_key_is_named(tmp_path: Path, half: str) -> None:
    environ = {"FAL_KEY_ID": "s3cret", "FAL_KEY_SECRET": "s3cret", half: "s3cret x"}

    with pytest.raises(AuthError) as caught:
        keys(tmp_path, **environ).find("fal")

    assert caught.value.message == f"The key in {half} has spaces or line breaks inside."


def test_a_bad_key_in_the_store_is_named_by_its_file(tmp_path: Path) -> None:
    file = store(tmp_path, '{"fal": "s3cret x"}')

    with pytest.raises(AuthError) as caught:
        keys(tmp_path).find("fal")

    assert caught.value.message == f"The fal key in {file} has spaces or line breaks inside."
    assert "s3cret" not in told(caught.value)


# No key


@pytest.mark.parametrize(
    ("provider", "variable"), [("fal", "FAL_KEY"), ("vtrix", "VTRIX_API_KEY"), ("bfl", "BFL_API_KEY")]
)
def test_a_missing_key_is_told_with_two_ways_and_one_without(tmp_path: Path, provider: str, variable: str) -> None:
    error = keys(tmp_path).missing(provider)

    assert (error.exit_code, error.code) == (3, "auth")
    assert error.message == f"There is no API key for {provider}."
    assert error.hint == f"`export {variable}=...`, or store it: `flux2 keys set {provider}`; `--sandbox` needs none"


def test_half_a_key_is_told(tmp_path: Path) -> None:
    error = keys(tmp_path, FAL_KEY_ID="x").missing("fal")

    assert error.message == "There is no API key for fal: FAL_KEY_ID is set, FAL_KEY_SECRET is not."


# The store


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o777])
def test_the_store_is_its_owners_alone_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        keys(tmp_path).set("fal", KEY)

    assert mode(tmp_path / "config") == 0o700
    assert mode(tmp_path / "config" / "keys.json") == 0o600
    assert found(keys(tmp_path).find("fal"))[0] == KEY


SPY = """
import os, stat, sys
from pathlib import Path
from flux2cli.edges.config.key_store import KeyStore

# What another user could see at each moment: the modes right after every file operation.
seen = []
def spy(name):
    real = getattr(os, name)
    def call(*args, **kwargs):
        result = real(*args, **kwargs)
        if folder.exists():
            seen.append(stat.S_IMODE(folder.stat().st_mode) & 0o077)
            seen.extend(stat.S_IMODE(f.stat().st_mode) & 0o077 for f in folder.iterdir())
        return result
    setattr(os, name, call)

folder = Path(sys.argv[1])
os.umask(0)
for name in ("open", "mkdir", "write", "fchmod", "fsync", "replace", "rename", "chmod"):
    spy(name)
KeyStore(folder, {}, folder).set("fal", "a:b")
KeyStore(folder, {}, folder).set("bfl", "c")
assert len(seen) > 8, seen
print(set(seen))
"""


def test_nothing_of_the_store_is_open_to_others_at_any_moment(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SPY, str(tmp_path / "config")], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "{0}\n"


def test_set_keeps_the_other_keys_and_trims(tmp_path: Path) -> None:
    keys(tmp_path).set("fal", f"  {KEY}\n")
    keys(tmp_path).set("bfl", "b\r\n")
    keys(tmp_path).set("fal", "new:er")

    assert json.loads((tmp_path / "config" / "keys.json").read_text()) == {"fal": "new:er", "bfl": "b"}
    assert [p.name for p in (tmp_path / "config").iterdir()] == ["keys.json"]


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_nothing_is_no_key(tmp_path: Path, text: str) -> None:
    store(tmp_path, '{"fal": "old"}')

    with pytest.raises(UsageError, match="No key was given"):
        keys(tmp_path).set("fal", text)

    assert found(keys(tmp_path).find("fal"))[0] == "old"


def test_a_store_that_was_open_is_closed_by_the_next_write(tmp_path: Path) -> None:
    file = store(tmp_path, '{"bfl": "b"}', mode=0o644)
    file.parent.chmod(0o755)

    assert keys(tmp_path).set("fal", KEY) is True
    assert keys(tmp_path).set("fal", KEY) is False

    assert (mode(file.parent), mode(file)) == (0o700, 0o600)


@pytest.mark.parametrize("bits", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_store_that_others_can_open_draws_a_warning(tmp_path: Path, bits: int) -> None:
    file = store(tmp_path, '{"fal": "a"}', mode=bits)

    key = keys(tmp_path).find("fal")

    assert key is not None
    assert key.warning == f"others on this machine can read your keys; close the store: chmod 600 '{file}'"


@pytest.mark.parametrize("bits", [0o600, 0o400])
def test_a_closed_store_draws_none(tmp_path: Path, bits: int) -> None:
    store(tmp_path, '{"fal": "a"}', mode=bits)

    key = keys(tmp_path).find("fal")

    assert key is not None
    assert key.warning is None


def test_remove_takes_one_key_out_and_the_last_one_with_the_file(tmp_path: Path) -> None:
    keys(tmp_path).set("fal", KEY)
    keys(tmp_path).set("bfl", "b")

    assert keys(tmp_path).remove("fal") is True
    assert keys(tmp_path).remove("fal") is False
    assert json.loads((tmp_path / "config" / "keys.json").read_text()) == {"bfl": "b"}
    assert keys(tmp_path).remove("bfl") is True
    assert list((tmp_path / "config").iterdir()) == []


def test_remove_without_a_store_makes_none(tmp_path: Path) -> None:
    assert keys(tmp_path).remove("fal") is False
    assert not (tmp_path / "config").exists()


def test_a_link_in_the_stores_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text('{"bfl": "b"}')
    (tmp_path / "config").mkdir(mode=0o700)
    file = tmp_path / "config" / "keys.json"
    file.symlink_to(elsewhere)

    keys(tmp_path).set("fal", KEY)

    assert elsewhere.read_text() == '{"bfl": "b"}'
    assert not file.is_symlink()
    assert json.loads(file.read_text()) == {"bfl": "b", "fal": KEY}


def test_a_link_in_the_place_of_the_temporary_file_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    (tmp_path / "config").mkdir(mode=0o700)
    (tmp_path / "config" / ".keys.json.part").symlink_to(elsewhere)

    keys(tmp_path).set("fal", KEY)

    assert elsewhere.read_text() == "untouched"


KILLED = """
import os, signal, sys
from pathlib import Path
from flux2cli.edges.config.key_store import KeyStore

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

os.fsync = die  # the new store is written beside the old one and not yet in its place
KeyStore(Path(sys.argv[1]), {}, Path(sys.argv[1])).set("fal", "s3cret-new")
"""


def test_a_killed_writer_leaves_the_old_store_and_its_rest_goes_with_the_next_write(tmp_path: Path) -> None:
    keys(tmp_path).set("fal", "old")
    ran = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "config")], check=False)
    assert ran.returncode == -signal.SIGKILL
    rest = tmp_path / "config" / ".keys.json.part"
    assert mode(rest) == 0o600

    assert found(keys(tmp_path).find("fal"))[0] == "old"
    keys(tmp_path).remove("fal")

    assert list((tmp_path / "config").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"fal": "s3cret"', '"s3cret"', '["s3cret"]', '{"fal": 5}', '{"fal": null}', "\x80s3cret", "[" * 99999],
)
def test_a_damaged_store_is_told_and_left_alone(tmp_path: Path, text: str) -> None:
    file = store(tmp_path, "")
    file.write_bytes(text.encode("latin-1"))

    subject = keys(tmp_path)
    for use in (subject.find, subject.remove, lambda provider: subject.set(provider, "s3cret")):
        with pytest.raises(AuthError) as caught:
            use("fal")
        assert caught.value.message == f"The key store {file} is damaged."
        assert "s3cret" not in told(caught.value)

    assert file.read_bytes() == text.encode("latin-1")


def test_a_pipe_in_the_stores_place_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    os.mkfifo(tmp_path / "config" / "keys.json")

    with pytest.raises(AuthError, match="is damaged"):
        keys(tmp_path).find("fal")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write anything")
def test_a_store_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = store(tmp_path, '{"fal": "a"}', mode=0o000)

    with pytest.raises(AuthError) as caught:
        keys(tmp_path).find("fal")

    assert caught.value.message == f"The key store {file} cannot be read: Permission denied."


def test_a_store_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")

    with pytest.raises(UsageError) as caught:
        keys(tmp_path).set("fal", "s3cret")

    assert caught.value.message == f"The key store {tmp_path}/config/keys.json cannot be written: Not a directory."


def _set(folder: Path, provider: str) -> None:
    for _ in range(5):
        KeyStore(folder, {}, folder).set(provider, f"key-of-{provider}")
        KeyStore(folder, {}, folder).remove(provider)
        KeyStore(folder, {}, folder).set(provider, f"key-of-{provider}")


def test_writers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(_set, [(tmp_path / "config", name) for name in ("fal", "vtrix", "bfl")], chunksize=1)

    assert json.loads((tmp_path / "config" / "keys.json").read_text()) == {
        "fal": "key-of-fal", "vtrix": "key-of-vtrix", "bfl": "key-of-bfl",
    }  # fmt: skip


def test_a_key_is_in_no_repr(tmp_path: Path) -> None:
    store(tmp_path, json.dumps({"fal": KEY}))
    subject = keys(tmp_path, BFL_API_KEY=KEY)

    assert KEY not in f"{subject.find('fal')!r} {subject.find('fal')} {subject.find('bfl')!r} {subject!r}"
