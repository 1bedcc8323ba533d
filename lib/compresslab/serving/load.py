"""A client that sends load and keeps what came back: `python -m compresslab.serving.load http://127.0.0.1:8000`.

Run it in a process of its own, or its work counts as the server's. In a closed loop each connection asks again as soon
as it is answered: that measures throughput, but a server that stalls is then asked less, and its stall is hardly seen.
At a fixed rate requests are due at their times whatever the server does, and latency counts from when one was due.
"""

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from compresslab.arguments import positive, whole
from compresslab.errors import InputError
from compresslab.files import write_json
from compresslab.serving.bodies import NPY, write_npy


@dataclass(frozen=True)
class Sent:
    """A request.

    Attributes:
        at: seconds since the start when it was due.
        seconds: until the whole answer was there, or the failure.
        status: of HTTP; 0 where the connection failed.
        version: that answered; None where none did.

    >>> Sent(at=0.5, seconds=0.01, status=200, version=1).status
    200
    """

    at: float
    seconds: float
    status: int
    version: int | None


@dataclass(frozen=True)
class Load:
    """What came of all requests, in the order in which they ended.

    >>> load = Load(2.0, (Sent(0.0, 0.1, 200, 1), Sent(0.5, 0.3, 200, 2), Sent(1.0, 0.2, 503, None)))
    >>> load.failed, load.per_second, round(load.latency_ms(0.5))
    (1, 1.0, 200)
    """

    seconds: float
    sent: tuple[Sent, ...]

    @property
    def failed(self) -> int:
        """Requests without an answer of 200."""
        return sum(each.status != 200 for each in self.sent)

    @property
    def per_second(self) -> float:
        """Good answers a second."""
        return (len(self.sent) - self.failed) / self.seconds

    def latency_ms(self, quantile: float) -> float:
        """Of the good answers; NaN where there is none."""
        good = [each.seconds for each in self.sent if each.status == 200]
        return 1000 * float(np.quantile(good, quantile)) if good else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """The figures, without the single requests."""
        versions = Counter(str(each.version) for each in self.sent if each.version is not None)
        return {
            "seconds": round(self.seconds, 3),
            "requests": len(self.sent),
            "failed": self.failed,
            "statuses": dict(sorted(Counter(str(each.status) for each in self.sent).items())),
            "versions": dict(sorted(versions.items())),
            "per_second": round(self.per_second, 2),
            "p50_ms": round(self.latency_ms(0.5), 3) if self.failed < len(self.sent) else None,
            "p99_ms": round(self.latency_ms(0.99), 3) if self.failed < len(self.sent) else None,
        }


def send_load(
    url: str, body: bytes, *, seconds: float, connections: int = 8, rate: float | None = None, kind: str = NPY
) -> Load:
    """Ask /predict for some time, with another key each time.

    Args:
        url: of the server, such as http://127.0.0.1:8000.
        body: of every request.
        seconds: how long requests are sent; those under way are waited for.
        connections: kept open, each with one request at a time.
        rate: requests a second; None is a closed loop.
        kind: media type of the body.

    Raises:
        InputError: the address is no http:// one, or a number is out of its range.

    >>> import tempfile
    >>> from compresslab.deploy.registry import example_registry
    >>> from compresslab.serving import LocalServer
    >>> body = write_npy(np.zeros((1, 1, 2, 2), np.float32))
    >>> with tempfile.TemporaryDirectory() as folder, LocalServer(example_registry(folder), "digits") as server:
    ...     send_load(server.url, body, seconds=0.1, connections=2).failed
    0
    """
    positive(seconds=seconds)
    whole(connections=connections)
    if rate is not None:
        positive(rate=rate)
    host, port = _address(url)
    return asyncio.run(_Client(host, port, body, kind).run(seconds, connections, rate))


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise InputError(f"url={url!r}: give an address such as http://127.0.0.1:8000.")
    return parts.hostname, parts.port or 80


class _Client:
    def __init__(self, host: str, port: int, body: bytes, kind: str) -> None:
        self._host, self._port, self._body, self._kind = host, port, body, kind
        self._sent: list[Sent] = []
        self._asked = 0

    async def run(self, seconds: float, connections: int, rate: float | None) -> Load:
        self._began = time.perf_counter()
        await asyncio.gather(*(self._connection(seconds, rate) for _ in range(connections)))
        return Load(time.perf_counter() - self._began, tuple(self._sent))

    async def _connection(self, seconds: float, rate: float | None) -> None:
        reader = writer = None
        while True:
            number, self._asked = self._asked, self._asked + 1
            now = time.perf_counter() - self._began
            due = now if rate is None else number / rate
            if due >= seconds:
                break
            if due > now:
                await asyncio.sleep(due - now)
            status, version, again = 0, None, False
            try:
                if reader is None or writer is None:
                    reader, writer = await asyncio.open_connection(self._host, self._port)
                writer.write(self._request(number))
                status, version, again = await _answer(reader)
            except (OSError, EOFError, ValueError):  # refused, cut off, or no HTTP
                pass
            self._sent.append(Sent(due, time.perf_counter() - self._began - due, status, version))
            if not again and writer is not None:
                writer.close()
                reader = writer = None
        if writer is not None:
            writer.close()

    def _request(self, number: int) -> bytes:
        head = (
            f"POST /predict?key=user{number} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Content-Type: {self._kind}\r\nContent-Length: {len(self._body)}\r\n\r\n"
        )
        return head.encode() + self._body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int | None, bool]:
    """Status, version, and whether the connection can be used again."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    await reader.readexactly(int(headers.get("content-length", "0")))
    version = headers.get("x-version")
    return status, None if version is None else int(version), headers.get("connection", "").lower() != "close"


def main(arguments: list[str] | None = None) -> int:
    """Send load to a server and print what came of it; 0 if nothing failed, 1 if something did, 2 for bad input.

    >>> main(["ftp://127.0.0.1"])
    2
    """
    parser = argparse.ArgumentParser(prog="python -m compresslab.serving.load", description="Send load to a server.")
    parser.add_argument("url", help="such as http://127.0.0.1:8000")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rate", type=float, help="requests a second; without it each connection asks when answered")
    parser.add_argument("--shape", default="1,3,32,32", help="of a request's images, which are random pixels")
    parser.add_argument("--out", help="file for the figures and every request, as JSON")
    options = parser.parse_args(arguments)
    try:
        shape = tuple(int(size) for size in options.shape.split(","))
        pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        _address(options.url)  # refused before anything is said
        body, began = write_npy(pixels), time.time()
        print(json.dumps({"began": began}), flush=True)  # for whoever changes something at a time of the load's
        load = send_load(options.url, body, seconds=options.seconds, connections=options.connections, rate=options.rate)
    except ValueError as error:  # InputError is one
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.out:
        requests = [[round(each.at, 4), round(each.seconds, 5), each.status, each.version] for each in load.sent]
        write_json(options.out, load.to_dict() | {"began": began, "sent": requests})
    print(json.dumps(load.to_dict()))
    return 1 if load.failed else 0


if __name__ == "__main__":
    sys.exit(main())
