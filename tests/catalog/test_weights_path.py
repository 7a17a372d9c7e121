"""Which paths of LoRA weights a provider can load, and what is said about the others."""

import pytest

from flux2cli.catalog.weights_path import LoraError, check_path

FILE, PAGE = "is the path of a file, and local files cannot be sent", "is a page about a model, and not its weights"
BLOB = "is the page of a file, and not the file itself"
OR_FILE = "give its id, `o/r`, or a file: https://huggingface.co/o/r/resolve/main/FILE.safetensors"
PUT = "put it where the provider can load it, such as Hugging Face, and give its id or address"


@pytest.mark.parametrize(
    "path",
    [
        "owner/weights",
        "weights",
        "urn:air:flux2:lora:host:12@34",
        "https://example.com/a.safetensors?token=x",
        "https://huggingface.co/owner/name/resolve/main/a.safetensors",
        "https://huggingface.co/api/resolve-cache/x",
        "https://civitai.com/api/download/models/77?token=x",
        "https://github.com/owner/name/raw/main/a.safetensors",
    ],
)
def test_what_may_be_weights_is_left_alone(path: str) -> None:
    check_path(path)


@pytest.mark.parametrize(
    ("path", "clause", "hint"),
    [
        *[
            (path, FILE, PUT)
            for path in ("./a", "../a", "/a/b", "~/a", "a.safetensors", "loras/A.CKPT", "C:\\loras\\a", "file:///a",
                         "loras\\a.safetensors")
        ],
        ("o/r/sub/a.safetensors", FILE, "did you mean `https://huggingface.co/o/r/resolve/main/sub/a.safetensors`?"),
        ("https://huggingface.co/o/r/blob/main/a.safetensors", BLOB,
         "did you mean `https://huggingface.co/o/r/resolve/main/a.safetensors`?"),
        ("https://hf.co/o/r/raw/main/a.safetensors?x=1", BLOB,
         "did you mean `https://hf.co/o/r/resolve/main/a.safetensors?x=1`?"),
        ("https://github.com/o/r/blob/main/a.safetensors", BLOB,
         "did you mean `https://github.com/o/r/raw/main/a.safetensors`?"),
        ("https://huggingface.co/o/r", PAGE, OR_FILE),
        ("https://huggingface.co/o/r/tree/main", PAGE, OR_FILE),
        ("https://civitai.com/models/12/ink", PAGE,
         "give the address of its download: https://civitai.com/api/download/models/VERSION"),
        ("https://www.civitai.com/models/12?modelVersionId=77", PAGE,
         "did you mean `https://civitai.com/api/download/models/77`?"),
        ("huggingface.co/o/r/resolve/main/a.safetensors", "is an address without https://",
         "did you mean `https://huggingface.co/o/r/resolve/main/a.safetensors`?"),
        ("https://example.com", "names no file", "give the address of the weights themselves"),
        ("https://[bad", "is not a URL", None),
        ("https://h/a.safetensors:", "has no scale behind its `:`", "is the variable set? as in owner/weights:0.8"),
        ("o/r:", "has no scale behind its `:`", "is the variable set? as in owner/weights:0.8"),
    ],
)  # fmt: skip
def test_what_no_provider_can_load(path: str, clause: str, hint: str | None) -> None:
    with pytest.raises(LoraError) as caught:
        check_path(path)

    assert (caught.value.clause, caught.value.hint) == (clause, hint)
