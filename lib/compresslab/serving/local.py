"""The server in this process: HTTP on the loopback interface, in a thread of its own, without Ray.

For trying things out, for a notebook and for one machine. `compresslab.serving.on_ray` has the same methods, and
replicas in processes of their own.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import responses
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
import torch
from tornado import httputil
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream, StreamClosedError

from compresslab.arguments import positive, whole
from compresslab.deploy.registry import LoadedModel, Registry
from compresslab.errors import InputError
from compresslab.onnx_session import RUNTIME_ERRORS
from compresslab.serving.batching import Batcher, Images
from compresslab.serving.endpoints import Admission, Request, Response, refused, respond
from compresslab.serving.errors import ModelFailure, Refused
from compresslab.serving.guard import Limits, Verdict
from compresslab.serving.service import Service, Version
from compresslab.serving.traffic import Traffic

T = TypeVar("T")
_MOST_HEADER_BYTES = 16_384


class LocalServer:
    """Serves one model of a registry; a context manager, which ends the server.

    The registry's live version is loaded at the start. `promote` and `rollback` are written into its journal.

    Args:
        registry: holds the versions.
        name: of the model.
        port: on `host`; 0 takes a free one.
        host: the loopback interface, unless you know who can reach another one: there is no password.
        limits: beyond which a version is rolled back.
        replicas: batches of one version that are computed at the same time, each on one thread.
        max_images: of a batch.
        wait_s: longest time that a request waits for others to be computed with.
        timeout_s: after which a version's answer counts as a failure.
        patience_s: for a client to send a request, or nothing.
        most_connections: at a time; others are closed at once.

    Raises:
        InputError: the model has no live version, it does not pass its checks, or the port is taken.

    >>> import tempfile, urllib.request
    >>> from compresslab.deploy.registry import example_registry
    >>> with tempfile.TemporaryDirectory() as folder, LocalServer(example_registry(folder), "digits") as server:
    ...     urllib.request.urlopen(f"{server.url}/health/ready").read()
    b'{"status": "ready"}'
    """

    def __init__(
        self,
        registry: Registry,
        name: str,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        limits: Limits | None = None,
        replicas: int = 1,
        max_images: int = 16,
        wait_s: float = 0.002,
        timeout_s: float = 5.0,
        patience_s: float = 10.0,
        most_connections: int = 512,
        admission: Admission | None = None,
    ) -> None:
        whole(0, 65_535, port=port)
        whole(replicas=replicas, max_images=max_images, most_connections=most_connections)
        positive(timeout_s=timeout_s, patience_s=patience_s)
        self._registry, self._name = registry, name
        self._replicas = replicas
        self._batched = partial(Batcher, max_images=max_images, wait_s=wait_s, workers=replicas)
        self._pools: dict[int, ThreadPoolExecutor] = {}
        self._journal = ThreadPoolExecutor(1, thread_name_prefix="journal")
        first = registry.load(name)
        try:
            listening = socket.create_server((host, port), family=_family(host), backlog=1024)
        except OSError as error:
            raise InputError(f"cannot listen on {host}:{port}: {error.strerror}. Choose another port.") from error
        listening.setblocking(False)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{listening.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="serving", daemon=True)
        self._thread.start()
        # The service makes its locks in the loop that uses them.
        make = partial(Service, limits=limits, timeout_s=timeout_s, on_rollback=self._rolled_back)
        self._service: Service = self._call(make)
        self._take(first)

        def listen() -> "_Server":
            front = _Front(self._service, admission or Admission())
            server = _Server(
                front,
                most_connections=most_connections,
                idle_connection_timeout=patience_s,
                body_timeout=patience_s,
                max_header_size=_MOST_HEADER_BYTES,
                max_body_size=2**62,  # admission decides
            )
            server.add_socket(listening)
            return server

        self._server = self._call(listen)

    @property
    def traffic(self) -> Traffic:
        """How requests are shared now."""
        traffic = self._service.traffic
        assert traffic is not None
        return traffic

    @property
    def service(self) -> Service:
        """The core, whose `metrics` and `versions` may be read from here."""
        return self._service

    def load(self, number: int) -> None:
        """Load a version beside the live one. It gets no traffic yet.

        Raises:
            InputError: it does not pass its checks, or doesn't fit beside the live one; nothing has changed then.
        """
        self._take(self._registry.load(self._name, number))

    def unload(self, number: int) -> None:
        """Let a version go that gets no traffic; what it is computing is finished.

        Raises:
            InputError: it isn't loaded, or gets traffic.
        """
        version = self._call(lambda: self._service.remove(number))
        assert isinstance(version.infer, Batcher)
        self._await(version.infer.close())
        self._pools.pop(number).shutdown()

    def canary(self, number: int, *, share: float, shadow: float = 0.0) -> None:
        """As `Service.canary`."""
        self._call(lambda: self._service.canary(number, share=share, shadow=shadow))

    def promote(self, reason: str) -> int:
        """Make the other version live, here and in the registry.

        Args:
            reason: for the journal.

        Raises:
            InputError: there is no other version, or its file was damaged meanwhile.
        """
        other = self.traffic.other
        if other is None:
            raise InputError("there is no other version: load one, and call canary.")
        self._registry.promote(self._name, other, reason=reason)
        return self._call(self._service.promote)

    def rollback(self, reason: str) -> int:
        """Take the canary back; after a promotion, make live what was so before, here and in the registry.

        Raises:
            InputError: there is no other version, or it does not load any more.
        """
        if self.traffic.other is not None and not self.traffic.trial:
            self._registry.rollback(self._name, reason=reason)
        return self._call(self._service.rollback)

    def close(self) -> None:
        """End: requests under way are answered or fail, threads end."""
        if self._loop.is_closed():
            return
        self._await(self._server.end())
        self._await(self._service.drained())
        for number in list(self._pools):
            version = self._service.version(number)
            assert isinstance(version.infer, Batcher)
            self._await(version.infer.close())
            self._pools.pop(number).shutdown()
        self._journal.shutdown()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> "LocalServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _take(self, loaded: LoadedModel) -> None:
        number = loaded.version.number
        pool = ThreadPoolExecutor(self._replicas, thread_name_prefix=f"version-{number}")
        model = loaded.model

        def compute(images: Images) -> Images:
            try:
                # A body's own bytes are read-only, which PyTorch does not support: it warns, in the server's log.
                return model(torch.from_numpy(np.require(images, requirements="W"))).numpy()
            except RUNTIME_ERRORS as error:
                raise ModelFailure("error", str(error)) from error

        async def run(images: Images) -> Images:
            return await asyncio.get_running_loop().run_in_executor(pool, compute, images)

        try:
            self._call(lambda: self._service.add(Version(number, loaded.card, self._batched(run))))
        except InputError:
            pool.shutdown()
            raise
        self._pools[number] = pool

    def _rolled_back(self, verdict: Verdict) -> None:
        """Write an automatic rollback of the live version down; one of a candidate, which never was live, is none."""
        live = self._registry.live(self._name)
        if live is not None and verdict.version == live.number:
            self._journal.submit(self._registry.rollback, self._name, reason=verdict.reason)

    def _call(self, function: Callable[[], T]) -> T:
        async def called() -> T:
            return function()

        return self._await(called())

    def _await(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


class _Server(HTTPServer):
    """Tornado's server with a limit on connections."""

    def initialize(self, front: "_Front", *, most_connections: int, **settings: Any) -> None:  # type: ignore[override]
        super().initialize(front, **settings)
        self._front, self._most, self._open = front, most_connections, 0

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        if self._open >= self._most:
            stream.close()
            return
        self._open += 1
        super().handle_stream(stream, address)

    def on_close(self, server_conn: object) -> None:
        self._open -= 1
        super().on_close(server_conn)

    async def end(self) -> None:
        """Listen no more, let what is under way be answered, and close what is open."""
        self.stop()
        await self._front.idle()
        await self.close_all_connections()


class _Front(httputil.HTTPServerConnectionDelegate):
    """Carries requests from Tornado's connections to `respond`."""

    def __init__(self, service: Service, admission: Admission) -> None:
        self.service, self.admission = service, admission
        self.tasks: set[asyncio.Task[None]] = set()

    def start_request(self, server_conn: object, request_conn: httputil.HTTPConnection) -> "_Exchange":
        return _Exchange(self, request_conn)

    async def idle(self) -> None:
        await asyncio.gather(*self.tasks)


class _Exchange(httputil.HTTPMessageDelegate):
    """One request and its answer."""

    def __init__(self, front: _Front, connection: httputil.HTTPConnection) -> None:
        self._front, self._connection = front, connection
        self._granted = ExitStack()
        self._body = bytearray()
        self._over = False

    def headers_received(
        self, start_line: httputil.RequestStartLine | httputil.ResponseStartLine, headers: httputil.HTTPHeaders
    ) -> None:
        assert isinstance(start_line, httputil.RequestStartLine)
        self._line = start_line
        self._headers = {name.lower(): value for name, value in headers.get_all()}
        try:
            self._granted.enter_context(self._front.admission.grant(self._headers))
        except Refused as refusal:
            self._front.service.metrics.requests.labels(endpoint="refused", status=str(refusal.status)).inc()
            self._write(refused(refusal))

    def data_received(self, chunk: bytes) -> None:
        if not self._over:
            self._body += chunk

    def finish(self) -> None:
        if not self._over:
            task = asyncio.create_task(self._respond())
            self._front.tasks.add(task)
            task.add_done_callback(self._front.tasks.discard)

    def on_connection_close(self) -> None:
        self._over = True
        self._granted.close()
        self._body.clear()

    async def _respond(self) -> None:
        path, _, query = self._line.path.partition("?")
        request = Request(self._line.method, path, query, self._headers, bytes(self._body))
        self._body.clear()
        response = await respond(self._front.service, request)
        if not self._over:
            self._write(response)

    def _write(self, response: Response) -> None:
        self._over = True
        self._granted.close()
        headers = httputil.HTTPHeaders({"Content-Type": response.kind, "Content-Length": str(len(response.body))})
        headers["X-Content-Type-Options"] = "nosniff"
        for name, value in response.headers.items():
            headers[name] = value
        line = httputil.ResponseStartLine("HTTP/1.1", response.status, responses.get(response.status, ""))
        written = self._connection.write_headers(line, headers, response.body)
        written.add_done_callback(_seen)
        self._connection.finish()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _seen(written: "asyncio.Future[None]") -> None:
    """A client that went away before its answer is no error."""
    if not written.cancelled() and isinstance(written.exception(), StreamClosedError):
        return
