"""The directories of settings, state and caches. Creates none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """Three absolute paths. On macOS `config` and `state` may be the same."""

    config: Path
    state: Path
    cache: Path

    @classmethod
    def resolve(cls, environ: Mapping[str, str], *, cwd: Path) -> "Directories":
        """`FLUX2_CONFIG_DIR`, `FLUX2_STATE_DIR` and `FLUX2_CACHE_DIR`, relative to `cwd`; else the platform's defaults.

        The defaults come from platformdirs, which reads `XDG_*` and `HOME` from the process itself, not from `environ`.
        """
        config, state, cache = (_override(environ, f"FLUX2_{name}_DIR", cwd) for name in ("CONFIG", "STATE", "CACHE"))
        if config and state and cache:
            return cls(config=config, state=state, cache=cache)
        from platformdirs import PlatformDirs  # 23 ms

        default = PlatformDirs("flux2", appauthor=False)
        return cls(
            config=config or default.user_config_path,
            state=state or default.user_state_path,
            cache=cache or default.user_cache_path,
        )


def _override(environ: Mapping[str, str], variable: str, cwd: Path) -> Path | None:
    text = environ.get(variable, "")
    return cwd / text if text else None
