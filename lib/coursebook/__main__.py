"""Command: `python -m coursebook`, which builds the course as a static site."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from compresslab.errors import InputError
from coursebook.build import build
from coursebook.chapters import ROOT
from coursebook.links import faults


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site, and check its links.

    Returns:
        The exit status: 0 where all is well, 1 where a link leads nowhere, 2 where it can't be built.
    """
    parser = argparse.ArgumentParser(prog="coursebook", description="The course as a static site.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "book", help="a folder; build/book by default")
    asked = parser.parse_args(arguments)
    try:
        first = build(asked.out)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    found = faults(first.parent)
    print(*found, f"{first.as_uri()}", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
