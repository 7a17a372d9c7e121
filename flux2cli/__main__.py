"""The `flux2` command: `--version` without loading anything, then `cli.main`. The only place that ends the process."""

import gc
import sys


def main() -> None:
    """Run the command line of this process and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from flux2cli import __version__

        sys.stdout.write(f"flux2 {__version__}\n")
        sys.exit(0)
    gc.set_threshold(50_000)  # what a start makes stays: looking through it every 700 objects is a tenth of the time
    try:
        from flux2cli import cli
        from flux2cli.app import App

        code = cli.main(sys.argv[1:], App.of_process())
    except KeyboardInterrupt:  # before `cli.main` could hear it, or once more while it was leaving
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
