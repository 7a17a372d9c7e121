"""Where settings, state and caches live. Makes no directory."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """Three absolute paths; on macOS two of them may be the same."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def resolve(cls, environ: Mapping[str, str], *, cwd: Path) -> "Directories":
        """`FLUX2_CONFIG_DIR`, `FLUX2_STATE_DIR`, `FLUX2_CACHE_DIR` (relative: from `cwd`), else the usual places.

        The usual places come from platformdirs, which reads `XDG_*` and `HOME` of the process itself.
        """
        config, state, cache = (_moved(environ, f"FLUX2_{name}_DIR", cwd) for name in ("CONFIG", "STATE", "CACHE"))
        if config and state and cache:
            return cls(config=config, state=state, cache=cache)
        from platformdirs import PlatformDirs  # 23 ms

        usual = PlatformDirs("flux2", appauthor=False)
        return cls(
            config=config or usual.user_config_path,
            state=state or usual.user_state_path,
            cache=cache or usual.user_cache_path,
        )


def _moved(environ: Mapping[str, str], variable: str, cwd: Path) -> Path | None:
    text = environ.get(variable, "")
    return cwd / text if text else None
