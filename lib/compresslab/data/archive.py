"""The files of a folder or an archive, one after the other; an archive is read as a stream and never unpacked."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from compresslab.errors import InputError

_OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"\xfd7zXZ\x00": lzma.open, b"BZh": bz2.open}
_DAMAGE = (OSError, EOFError, RuntimeError, tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error)


def walk(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    """Every file below `path` whose name ends in one of `suffixes`, with its content, and every folder, with None.

    Links and devices in a tar archive are passed over. Names are only ever names: nothing is written to disk.

    Args:
        path: a folder, or a .zip or .tar archive; the latter may be compressed by gzip, xz or bzip2.
        suffixes: lower-case endings such as ".png".

    Raises:
        InputError: the archive is cut short, damaged or none, or a file cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cat.png").write_bytes(b"pixels"), Path(folder, "notes.txt").write_text("")
    ...     [(str(name), content) for name, content in walk(Path(folder), (".png",))]
    [('cat.png', b'pixels')]
    """
    try:
        if path.is_dir():
            files = _folder(path, suffixes)
        else:
            files = _zip(path, suffixes) if _magic(path).startswith(b"PK") else _tar(path, suffixes)
        yield from files
    except _DAMAGE as error:
        whole = "a readable folder" if path.is_dir() else "a whole .tar or .zip archive"
        raise InputError(f"{path} is not {whole} ({error}): check it, or fetch it again.") from error


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(6)


def _folder(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    for file in sorted(path.rglob("*")):
        name = PurePosixPath(file.relative_to(path).as_posix())
        if file.suffix.lower() in suffixes:
            yield name, file.read_bytes()
        elif file.is_dir():
            yield name, None


def _zip(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name = PurePosixPath(info.filename)
            if name.suffix.lower() in suffixes:
                yield name, archive.read(info)  # checks the file's CRC
            else:
                yield (name if info.is_dir() else name.parent), None


def _tar(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[PurePosixPath, bytes | None]]:
    opener = next((opener for magic, opener in _OPENERS.items() if _magic(path).startswith(magic)), open)
    with opener(path, "rb") as raw:
        stream = _Watched(raw)
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                if not member.isfile():
                    if member.isdir():
                        yield name, None
                elif name.suffix.lower() in suffixes and (file := archive.extractfile(member)):
                    yield name, file.read()
                else:
                    yield name.parent, None
        stream.check_end()


class _Watched(io.BufferedIOBase):
    """A stream that remembers how it ended: tarfile takes an archive cut between two members for a whole one."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._last = b""

    def read(self, size: int | None = -1, /) -> bytes:
        block = self._stream.read(-1 if size is None else size)
        self._last = (self._last + block)[-1024:]
        return block

    def check_end(self) -> None:
        """Read to the end, which verifies the compressed stream's checksum; a tar ends in 1,024 zero bytes."""
        while self.read(1 << 20):
            pass
        if self._last != bytes(1024):
            raise tarfile.ReadError("its end is missing")
