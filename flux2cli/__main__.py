"""The `flux2` command: `--version` without loading anything, then `cli.main`. The only place that ends the process."""

import gc
import sys


def main() -> None:
    """Run the command line of this process and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from flux2cli import __version__

        if sys.stdout is not None:
            sys.stdout.write(f"flux2 {__version__}\n")
        sys.exit(0)
    gc.set_threshold(50_000)  # a start keeps its objects: collecting every 700 of them takes a tenth of its time
    try:
        from flux2cli import cli
        from flux2cli.app import App

        code = cli.main(sys.argv[1:], App.of_process())
    except KeyboardInterrupt:  # before `cli.main` handles it, or a second one while it ends
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
