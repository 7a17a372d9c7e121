"""Recognises bytes that are no UTF-8 text: other encodings, spreadsheets, images. Says how to convert them."""

_WIDE_BOMS = {  # the longer ones first: that of UTF-32 begins like that of UTF-16
    b"\xff\xfe\0\0": "UTF-32",
    b"\0\0\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_BINARY = {
    b"PK\x03\x04": "a spreadsheet or archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet or document",
    b"%PDF-": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x1f\x8b": "compressed",
}

NARROW = "cp1252"
"""What text that is not UTF-8 mostly is: Windows. Read as latin1, its quotes become control characters."""

SAVE_AS_CSV = "export a spreadsheet as CSV in UTF-8, and give that to `flux2 batch`"


def wide_encoding(head: bytes) -> str | None:
    """The name of the encoding if it is UTF-16 or UTF-32, detected by its BOM or its zero bytes; else None."""
    for bom, name in _WIDE_BOMS.items():
        if head.startswith(bom):
            return name
    zeros = head.count(0)
    if zeros == len(head):
        return None  # not text in any encoding
    if zeros * 8 > len(head) * 5:
        return "UTF-32BE" if head[0] == 0 else "UTF-32LE"
    if head[0::2].count(0) * 4 > len(head):
        return "UTF-16BE"
    return "UTF-16LE" if head[1::2].count(0) * 4 > len(head) else None


def binary_kind(head: bytes) -> str | None:
    """What a file that begins with `head` is, as in "is a PDF", when it is a known kind of no text; else None."""
    return next((kind for magic, kind in _BINARY.items() if head.startswith(magic)), None)


def convert_hint(encoding: str, files: str = "") -> str:
    """The command that makes UTF-8 of text in `encoding`; `files` are the arguments that follow."""
    return f"convert it, for example: iconv -f {encoding.lower()} -t utf-8{files and f' {files}'}"
