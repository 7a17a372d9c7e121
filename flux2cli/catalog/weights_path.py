"""Finds out which paths of LoRA weights no provider can load: files of this machine, and pages about models."""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

_FILES = (".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf")
_LOCAL = re.compile(r"[.~/\\]|[a-z]:[\\/]|file:", re.IGNORECASE)
_WITHOUT_SCHEME = ("huggingface.co/", "hf.co/", "civitai.com/", "github.com/", "www.")
_CIVITAI = "https://civitai.com/api/download/models/"


class LoraError(ValueError):
    """What is wrong with LoRA weights, as a clause, and what would be right."""

    def __init__(self, clause: str, *, hint: str | None = None) -> None:
        super().__init__(clause)
        self.clause = clause
        self.hint = hint


def check_path(path: str) -> None:
    """LoraError for a path that cannot be weights. Anything that may be an id or the URL of a file is left alone."""
    if path.endswith(":"):
        raise LoraError("has no scale behind its `:`", hint="is the variable set? as in owner/weights:0.8")
    if path.lower().startswith(("http://", "https://")):
        _check_url(path)
    elif path.lower().startswith(_WITHOUT_SCHEME):
        raise LoraError("is an address without https://", hint=f"did you mean `https://{path}`?")
    elif _LOCAL.match(path) or "\\" in path or path.lower().endswith(_FILES):
        raise LoraError("is the path of a file, and local files cannot be sent", hint=_where_to_put(path))


def _where_to_put(path: str) -> str:
    parts = path.split("/")
    if len(parts) > 2 and not (_LOCAL.match(path) or "\\" in path):  # the path of a file at Hugging Face
        return f"did you mean `https://huggingface.co/{parts[0]}/{parts[1]}/resolve/main/{'/'.join(parts[2:])}`?"
    return "put it where the provider can load it, such as Hugging Face, and give its id or address"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        raise LoraError("is not a URL") from None
    names = [name for name in parts.path.split("/") if name]
    if not host or not (names or parts.query):
        raise LoraError("names no file", hint="give the address of the weights themselves")
    if host in ("huggingface.co", "hf.co"):
        _check_hugging_face(url, names)
    elif host == "civitai.com" and names[:1] != ["api"]:
        raise LoraError("is a page about a model, and not its weights", hint=_civitai_download(parts))
    elif host == "github.com" and "blob" in names[2:3]:
        raise _page_of_file(url, "blob", "raw")


def _check_hugging_face(url: str, names: list[str]) -> None:
    if names[:1] == ["api"] or "resolve" in names[2:4]:
        return
    for word in ("blob", "raw"):
        if word in names[2:4]:
            raise _page_of_file(url, word, "resolve")
    known = "/".join(names[:2]) if len(names) > 1 else "OWNER/NAME"
    raise LoraError(
        "is a page about a model, and not its weights",
        hint=f"give its id, `{known}`, or a file: https://huggingface.co/{known}/resolve/main/FILE.safetensors",
    )


def _page_of_file(url: str, word: str, right: str) -> LoraError:
    hint = f"did you mean `{url.replace(f'/{word}/', f'/{right}/', 1)}`?"
    return LoraError("is the page of a file, and not the file itself", hint=hint)


def _civitai_download(parts: SplitResult) -> str:
    version = parse_qs(parts.query).get("modelVersionId", [""])[0]
    if version.isdecimal():
        return f"did you mean `{_CIVITAI}{version}`?"
    return f"give the address of its download: {_CIVITAI}VERSION"
