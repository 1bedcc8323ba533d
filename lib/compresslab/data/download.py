"""Fetching a published file: resumed where it broke off, from the first mirror that has it, checked at the end."""

import hashlib
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

from tqdm.auto import tqdm

from compresslab.errors import InputError

_BLOCK = 1 << 18  # bytes read at a time
_TIMEOUT = 30  # seconds without a byte before a mirror is given up


def fetch(mirrors: Sequence[str], path: Path, sha256: str) -> Path:
    """Download a file unless it is there already.

    What has arrived is kept beside `path` as a .part file, which this or a later call continues, from any mirror.
    It takes its name only once its checksum is right.

    Args:
        mirrors: addresses of the file, tried in this order.
        path: where to put it.
        sha256: of the whole file, in hexadecimal.

    Returns:
        `path`.

    Raises:
        InputError: no mirror gives the file, or it cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     mirror = Path(folder, "mirror")  # a file, in place of the network
    ...     _ = mirror.write_bytes(b"data")
    ...     fetch([mirror.as_uri()], Path(folder, "copy"), sha256_of(mirror)).read_bytes()
    b'data'
    """
    part = path.with_name(path.name + ".part")
    failures = []
    try:
        if path.exists() and sha256_of(path) == sha256:
            return path
        path.parent.mkdir(parents=True, exist_ok=True)
        for url in mirrors:
            failure = _fetch_from(url, part, sha256)
            if failure is None:
                return part.replace(path)
            failures.append(f"{url}: {failure}")
    except OSError as error:  # of the files: a mirror's errors are failures
        raise InputError(f"cannot write {path} ({error.strerror}): make room, or choose another folder.") from error
    raise InputError(
        f"cannot download {path.name} ({'; '.join(failures)}): check the network and try again, which continues "
        f"where this ended, or put the file with sha256 {sha256} at {path}."
    )


def _fetch_from(url: str, part: Path, sha256: str) -> str | None:
    """Complete `part` from one mirror, for as long as each request brings something; or say why it failed."""
    while True:
        before = _size(part)
        try:
            whole = _append(url, part)
        except urllib.error.HTTPError as error:
            if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                return f"{error.code} {error.reason}"
            whole = True  # nothing lies beyond what we have
        except urllib.error.URLError as error:
            return str(error.reason)
        except (HTTPException, ssl.SSLError, TimeoutError, ConnectionError) as error:
            if _size(part) == before:
                return str(error) or type(error).__name__
            continue
        if not whole and _size(part) == before:
            return "it sends nothing more"
        if whole:
            if sha256_of(part) == sha256:
                return None
            part.unlink()
            if before == 0:
                return "it has another file, with a wrong checksum"


def _append(url: str, part: Path) -> bool:
    """Add to `part` what it lacks; say whether it then is as long as the mirror's file."""
    have = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:
        resumed = response.status == HTTPStatus.PARTIAL_CONTENT
        have = have if resumed else 0  # a server that does not know ranges sends the file from its beginning
        length = response.headers["Content-Length"]
        total = have + int(length) if length else None
        bar = tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=part.stem, leave=False)
        with bar, part.open("ab" if resumed else "wb") as file:
            while block := response.read(_BLOCK):
                file.write(block)
                bar.update(len(block))
    return total is None or _size(part) == total


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal.

    >>> import os
    >>> sha256_of(Path(os.devnull))[:8]  # of no bytes
    'e3b0c442'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
