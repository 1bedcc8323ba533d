"""JupyterLab, in a process that ends when its server has: `python -m classroom.study.server`, with JupyterLab's flags.

A server that was stopped has ended its kernels and its terminals, but sometimes not AnyIO's idle threads, for which
the interpreter then waits for ever: `python -m jupyterlab` neither ends nor listens to another SIGTERM
(https://github.com/jupyterlab/jupyterlab/issues/10442; the cause is told in y-crdt/pycrdt-websocket#148).
"""

import os
import sys

from jupyterlab.labapp import main  # type: ignore[import-untyped]

if __name__ == "__main__":
    main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # without waiting for threads
