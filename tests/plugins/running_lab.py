"""A JupyterLab that runs while a test needs it."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def serving(command: Sequence[str], root: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Its address, once it answers.

    Args:
        command: that starts it.
        root: the folder to start it in, which gets its log.
        environment: all of it; `JUPYTER_RUNTIME_DIR` is a folder of its own.
    """
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, env=dict(environment), stdout=log, stderr=log)
    try:
        yield _address(server, Path(environment["JUPYTER_RUNTIME_DIR"]))
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen[bytes], runtime: Path) -> str:
    while server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with suppress(ValueError, OSError):
                address = json.loads(path.read_text())["url"].rstrip("/")
                urllib.request.urlopen(f"{address}/api").close()
                return address
        time.sleep(0.2)
    raise RuntimeError("JupyterLab ended while it was starting")
