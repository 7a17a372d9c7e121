"""The pages of the manual: one Markdown file per topic of `flux2 help TOPIC`, beside this module."""

from pathlib import Path

_PAGES = Path(__file__).parent


def topics() -> dict[str, str]:
    """What each page is about, by topic. A page begins with `# Title: what it is about`."""
    return {path.stem: _subject(path) for path in sorted(_PAGES.glob("*.md"))}


def page(topic: str) -> str:
    """A page's Markdown. `topic` is one of `topics()`."""
    return (_PAGES / f"{topic}.md").read_text(encoding="utf-8")


def _subject(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().partition(": ")[2].strip()
