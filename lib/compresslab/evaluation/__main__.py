"""Command line of the comparison of two ONNX files: see `compresslab.report`."""

import sys

from compresslab.report.command import main

if __name__ == "__main__":
    sys.exit(main())
