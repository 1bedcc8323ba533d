"""CIFAR-10 in its published format, small: read from disk, and fetched from real servers that misbehave."""

import hashlib
import http.server
import io
import pickle
import re
import socket
import tarfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from compresslab.data import cifar10, load
from compresslab.errors import InputError

RECORDS = 1_200  # a batch, where the real one has 10,000
PIXELS = np.random.default_rng(0).integers(0, 256, (6 * RECORDS, 3, 32, 32), dtype=np.uint8)
PIXELS[:, :, 2:] = PIXELS[:, :, :1]  # few enough different bytes to compress in no time
LABELS = np.arange(6 * RECORDS) % 10


def archive() -> bytes:
    """The six batches of binary records and the list of names, as published."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        names = [*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"]
        batches = [
            b"".join(bytes([LABELS[i]]) + PIXELS[i].tobytes() for i in range(k * RECORDS, (k + 1) * RECORDS))
            for k in range(6)
        ]
        files = [("readme.html", b"<html>"), *zip(names, batches, strict=True), ("batches.meta.txt", b"airplane\n")]
        for name, content in files[::-1]:  # in no helpful order
            entry = tarfile.TarInfo(f"cifar-10-batches-bin/{name}")
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


ARCHIVE = archive()
SHA256 = hashlib.sha256(ARCHIVE).hexdigest()


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMPRESSLAB_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def binary(root: Path) -> Path:
    root.mkdir()
    (root / cifar10.ARCHIVE).write_bytes(ARCHIVE)
    return root / cifar10.ARCHIVE


# Reading


def test_the_binary_archive_is_read(binary):
    data = cifar10.load(sha256=SHA256)
    assert (data.name, data.augmentation, data.image_size) == ("CIFAR-10", ("crop", "flip"), 32)
    assert data.classes[:3] == ("airplane", "automobile", "bird")
    assert [len(split) for split in (data.train, data.validation, data.test)] == [1_000, 5_000, 1_200]
    assert set(Counter(data.validation.labels.tolist()).values()) == {500}
    assert data.test.ids.tolist() == list(range(6_000, 7_200))
    assert sorted([*data.train.ids.tolist(), *data.validation.ids.tolist()]) == list(range(6_000))
    for split in (data.train, data.validation, data.test):
        np.testing.assert_array_equal(split.images, PIXELS[split.ids.numpy()])
        np.testing.assert_array_equal(split.labels, LABELS[split.ids.numpy()])
        assert torch.equal(split.groups, split.ids)


def test_an_altered_archive_is_not_read(binary):
    content = bytearray(ARCHIVE)
    content[-1] ^= 1
    binary.write_bytes(content)
    with pytest.raises(InputError, match=r"is not the published CIFAR-10 .* delete it and run"):
        cifar10.load(sha256=SHA256)


def test_without_it_the_error_says_how_to_get_it(root):
    with pytest.raises(InputError, match=re.escape(f"CIFAR-10 is not in {root}")) as caught:
        load("cifar10")
    assert "compresslab.data.cifar10.download()" in str(caught.value)
    assert "COMPRESSLAB_DATA" in str(caught.value)


def test_it_is_looked_for_in_the_cache_by_default(monkeypatch, tmp_path):
    monkeypatch.delenv("COMPRESSLAB_DATA")
    monkeypatch.setenv("COMPRESSLAB_CACHE", str(tmp_path))
    assert cifar10.folder() == tmp_path / "cifar10"


def test_pickles_with_another_checksum_are_never_opened(root, tmp_path):
    class Evil:
        def __reduce__(self):
            return Path.touch, (tmp_path / "pwned",)

    folder = root / "cifar-10-batches-py"
    folder.mkdir(parents=True)
    for name in [*(f"data_batch_{k}" for k in range(1, 6)), "test_batch", "batches.meta"]:
        (folder / name).write_bytes(pickle.dumps(Evil()))
    with pytest.raises(InputError, match="cifar-10-batches-py is not the published CIFAR-10"):
        load("cifar10")
    assert not (tmp_path / "pwned").exists()
    pickle.loads((folder / "test_batch").read_bytes())
    assert (tmp_path / "pwned").exists()  # it would have worked


# Fetching


class Server(http.server.ThreadingHTTPServer):
    """Serves `content` on loopback: `cut` bytes a response at most, with `ranges` or without, or an error."""

    content = ARCHIVE
    cut: int | None = None
    ranges = True
    status: int | None = None
    status_after_first: int | None = None
    silent = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str | None] = []
        self.sent = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/cifar-10-binary.tar.gz"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server, wanted = self.server, self.headers["Range"]
        server.asked.append(wanted)
        if server.silent:
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and server.ranges else 0
        if server.status_after_first and len(server.asked) > 1:
            server.status = server.status_after_first
        if server.status or start >= len(server.content):
            self.send_error(server.status or 416)
            return
        body = server.content[start:]
        self.send_response(206 if wanted and server.ranges else 200)
        self.send_header("Content-Length", str(len(body)))
        if wanted and server.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}")
        self.end_headers()
        self.wfile.write(body[: server.cut])
        server.sent += len(body[: server.cut])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(**settings: object) -> Server:
        server = Server()
        for name, value in settings.items():
            setattr(server, name, value)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def dead_url() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def download(*mirrors: str) -> Path:
    return cifar10.download(mirrors=mirrors, sha256=SHA256)


def assert_fetched(root: Path) -> None:
    assert [file.name for file in root.iterdir()] == [cifar10.ARCHIVE]
    assert (root / cifar10.ARCHIVE).read_bytes() == ARCHIVE


def test_what_is_fetched_can_be_loaded(serve, root):
    assert download(serve().url) == root / cifar10.ARCHIVE
    assert_fetched(root)
    assert len(cifar10.load(sha256=SHA256).test) == 1_200


def test_what_is_there_is_not_fetched_again(serve, binary):
    server = serve()
    assert download(server.url) == binary
    assert server.asked == []


def test_a_connection_that_breaks_is_continued(serve, root):
    third = len(ARCHIVE) // 3 + 1
    server = serve(cut=third)
    download(server.url)
    assert_fetched(root)
    assert server.asked == [None, f"bytes={third}-", f"bytes={2 * third}-"]
    assert server.sent == len(ARCHIVE)


def test_another_run_continues_on_another_mirror(serve, root):
    with pytest.raises(InputError, match=r"503 Service Unavailable.* try again, which continues where this ended"):
        download(serve(cut=1000, status_after_first=503).url)
    assert [file.name for file in root.iterdir()] == [f"{cifar10.ARCHIVE}.part"]
    second = serve()
    download(second.url)
    assert_fetched(root)
    assert second.asked == ["bytes=1000-"]


def test_a_server_without_ranges_starts_over(serve, root):
    root.mkdir()
    (root / f"{cifar10.ARCHIVE}.part").write_bytes(ARCHIVE[:1000])
    download(serve(ranges=False).url)
    assert_fetched(root)


def test_a_server_that_never_gets_further_is_given_up(serve, root):
    server = serve(ranges=False, cut=1000)
    with pytest.raises(InputError, match="it sends nothing more"):
        download(server.url)
    assert len(server.asked) == 2


def test_a_damaged_beginning_is_thrown_away(serve, root):
    root.mkdir()
    (root / f"{cifar10.ARCHIVE}.part").write_bytes(b"x" * 1000)
    server = serve()
    download(server.url)
    assert_fetched(root)
    assert server.asked == ["bytes=1000-", None]


def test_a_part_that_was_whole_is_taken(serve, root):
    root.mkdir()
    (root / f"{cifar10.ARCHIVE}.part").write_bytes(ARCHIVE)
    server = serve()
    download(server.url)
    assert_fetched(root)
    assert server.sent == 0


def test_mirrors_are_tried_in_turn(serve, root):
    wrong = serve(content=b"some other file")
    absent, silent = serve(status=404), serve(silent=True)
    right, unused = serve(), serve()
    download(dead_url(), absent.url, silent.url, wrong.url, right.url, unused.url)
    assert_fetched(root)
    assert [len(server.asked) for server in (absent, silent, wrong, right, unused)] == [1, 1, 1, 1, 0]


def test_a_wrong_checksum_leaves_nothing(serve, root):
    with pytest.raises(InputError, match="it has another file, with a wrong checksum"):
        download(serve(content=ARCHIVE[:-1] + b"?").url)
    assert list(root.iterdir()) == []


def test_without_network_one_sentence_says_so(root):
    with pytest.raises(InputError) as caught:
        download(dead_url(), dead_url())
    message = str(caught.value)
    assert message.startswith("cannot download cifar-10-binary.tar.gz (http://127.0.0.1")
    assert message.count("refused") == 2
    assert f"or put the file with sha256 {SHA256} at {root / cifar10.ARCHIVE}." in message


def test_a_folder_that_cannot_be_written_is_named(serve, root):
    root.write_text("a file, not a folder")
    with pytest.raises(InputError, match=f"cannot write {root}"):
        download(serve().url)
