"""What the server answers over HTTP, whoever carries the bytes: `respond` is called by each front end.

A front end reads the body, within what `Admission` grants, and writes the answer. Every refusal is JSON with a reason.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs

from compresslab.arguments import whole
from compresslab.serving.batching import Images
from compresslab.serving.bodies import JSON, LONGEST_KEY, NPY, read_request, write_json, write_npy
from compresslab.serving.errors import Refused
from compresslab.serving.metrics import CONTENT_TYPE
from compresslab.serving.openapi import docs_page, openapi
from compresslab.serving.service import Service, log

MOST_IMAGES = 64
_HTML = "text/html; charset=utf-8"
_SMALL = 32_768  # bytes that are parsed faster than another thread is woken
_METHODS = {
    "/predict": "POST", "/compare": "POST", "/": "GET", "/docs": "GET", "/openapi.json": "GET", "/metrics": "GET",
    "/versions": "GET", "/health/live": "GET", "/health/ready": "GET",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Request:
    """What was asked.

    Attributes:
        method, path, query: of the request; the query without its "?".
        headers: with names in small letters.
        body: whole.

    >>> Request("GET", "/health/live").path
    '/health/live'
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, eq=False)
class Response:
    """What is answered.

    Attributes:
        status: of HTTP.
        kind: media type of the body.
        body: whole.
        headers: besides those of the body.

    >>> Response(200, "text/plain", b"fine").status
    200
    """

    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Admission:
    """Grants memory for bodies before they are read: to each so much, and to all together so much.

    Args:
        longest: bytes of one body.
        together: bytes of all that are in memory at a time.

    >>> admission = Admission(longest=8, together=10)
    >>> with admission.grant({"content-length": "6"}) as length:
    ...     length
    6
    >>> with admission.grant({"content-length": "9"}):
    ...     pass
    Traceback (most recent call last):
    compresslab.serving.errors.Refused: 413: the body has 9 bytes, more than 8
    """

    def __init__(self, longest: int = 8_000_000, together: int = 64_000_000) -> None:
        whole(longest=longest)
        whole(longest, together=together)
        self.longest, self.together = longest, together
        self._granted = 0

    @contextmanager
    def grant(self, headers: Mapping[str, str]) -> Iterator[int]:
        """Yield the length of a body that may be read; the memory counts as taken until the context ends.

        Raises:
            Refused: 400, 411, 413 or 429.
        """
        length = self._announced(headers)
        if self._granted + length > self.together:
            raise Refused(429, "too many large requests at once: try again later")
        self._granted += length
        try:
            yield length
        finally:
            self._granted -= length

    def _announced(self, headers: Mapping[str, str]) -> int:
        if "transfer-encoding" in headers:
            raise Refused(411, "send the body with its Content-Length, not in chunks")
        announced = headers.get("content-length", "0")
        if not (announced.isascii() and announced.isdigit()):
            raise Refused(400, "the Content-Length is no number")
        if len(announced) > 18 or int(announced) > self.longest:
            raise Refused(413, f"the body has {announced[:18]} bytes, more than {self.longest}")
        return int(announced)


async def respond(service: Service, request: Request) -> Response:
    """Answer a request, count it and log it.

    >>> asyncio.run(respond(Service(), Request("GET", "/health/ready"))).status
    503
    """
    began = time.perf_counter()
    try:
        response = await _answer(service, request)
    except Refused as refusal:
        response = refused(refusal)
    known = request.path if request.path in _METHODS else "other"  # a path is the asker's: it may not become a label
    service.metrics.requests.labels(endpoint=known, status=str(response.status)).inc()
    log(
        "request",
        endpoint=known,
        status=response.status,
        seconds=round(time.perf_counter() - began, 6),
        version=response.headers.get("X-Version"),
    )
    return response


def refused(refusal: Refused) -> Response:
    """A refusal as an answer.

    >>> refused(Refused(413, "the body is too long")).body
    b'{"error": "the body is too long"}'
    """
    headers = {"Retry-After": "1"} if refusal.status in (429, 503) else {}
    return _json({"error": refusal.reason}, refusal.status, headers)


async def _answer(service: Service, request: Request) -> Response:
    method = _METHODS.get(request.path)
    if method is None:
        raise Refused(404, f"there is no {request.path[:80]}: see /docs")
    if request.method != method:
        return _json({"error": f"{request.path} takes {method}"}, 405, {"Allow": method})
    if request.path == "/predict":
        return await _predict(service, request)
    if request.path == "/compare":
        images, _ = await _images(service, request)
        return _json({"answers": [write_json(each) for each in await service.compare(images)]})
    return _page(service, request.path)


async def _predict(service: Service, request: Request) -> Response:
    query = parse_qs(request.query, keep_blank_values=True, errors="replace")
    if unknown := query.keys() - {"version", "key"}:
        raise Refused(400, f"{min(unknown)[:40]!r} is no parameter: there are version and key")
    version = _number(query["version"][-1]) if "version" in query else None
    images, key = await _images(service, request)
    key = query.get("key", [key])[-1]
    if key is not None and len(key) > LONGEST_KEY:
        raise Refused(422, f"the key has {len(key)} characters, more than {LONGEST_KEY}")
    prediction = await service.predict(images, key=key, version=version)
    headers = {"X-Version": str(prediction.version)}
    if request.headers.get("accept", "").split(";")[0].strip() == NPY:
        return Response(200, NPY, write_npy(prediction.logits), headers)
    return _json(write_json(prediction), 200, headers)


async def _images(service: Service, request: Request) -> tuple[Images, str | None]:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    arguments = (kind, request.body, request.headers, service.card.preprocessing, MOST_IMAGES)
    if len(request.body) <= _SMALL:
        return read_request(*arguments)
    return await asyncio.to_thread(read_request, *arguments)  # others are answered in the meantime


def _page(service: Service, path: str) -> Response:
    if path == "/health/live":
        return _json({"status": "live"})
    if path == "/metrics":
        return Response(200, CONTENT_TYPE, service.metrics.text().encode())
    if path == "/":
        page = files("compresslab.serving").joinpath("page.html").read_bytes()
        return Response(200, _HTML, page, {"Content-Security-Policy": _POLICY})
    card, traffic = service.card, service.traffic  # refused with 503 before a version is loaded
    if path == "/health/ready":
        return _json({"status": "ready"})
    if path == "/versions":
        assert traffic is not None
        return _json(
            {
                "live": traffic.live,
                "other": traffic.other,
                "share": traffic.share,
                "shadow": traffic.shadow,
                "loaded": list(service.versions),
                "labels": list(card.labels),
                "image": list(card.preprocessing.shape),
                "data": card.data,
            }
        )
    document = openapi(card, MOST_IMAGES)
    return _json(document) if path == "/openapi.json" else Response(200, _HTML, docs_page(document).encode())


_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(400, f"version={text[:20]!r} is no number of a version")
    return int(text)


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, JSON, json.dumps(value, allow_nan=False).encode(), headers or {})
