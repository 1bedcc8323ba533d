"""The server's core, which knows neither HTTP nor Ray: versions, traffic, fallback, shadow, promotion and rollback.

A request is answered by the version that its key belongs to. Where that one fails, the other answers; where both do,
the request is refused with 503. Failures, times and disagreements go to the `Guard`, and what exceeds its limits is
rolled back at once, between two requests. Everything happens in one event loop, so that no lock is needed.
"""

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from compresslab.arguments import positive, whole
from compresslab.deploy.card import ModelCard
from compresslab.errors import InputError
from compresslab.serving.batching import Computed, Images
from compresslab.serving.errors import ModelFailure, Refused
from compresslab.serving.guard import Guard, Limits, Verdict
from compresslab.serving.metrics import Metrics
from compresslab.serving.traffic import Traffic

logger = logging.getLogger("compresslab.serving")
_JUDGED_EVERY = 10


@dataclass(frozen=True, eq=False)
class Version:
    """A loaded version.

    Attributes:
        number: in the registry.
        card: of its file.
        infer: images (N, C, H, W) float32 to logits, such as a `Batcher`; raises `ModelFailure`.

    >>> from compresslab.deploy.card import Preprocessing
    >>> card = ModelCard("made up", ("a", "b"), 0.5, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)))
    >>> async def infer(images):
    ...     return Computed(np.zeros((len(images), 2), np.float32), len(images), 0.001)
    >>> Version(1, card, infer).card.labels
    ('a', 'b')
    """

    number: int
    card: ModelCard
    infer: Callable[[Images], Awaitable[Computed]]


@dataclass(frozen=True, eq=False)
class Prediction:
    """An answer.

    Attributes:
        version: that gave it.
        logits: (N, classes) float32, finite.
        labels: names of the classes.
        seconds: from the request to the answer.

    >>> Prediction(1, np.array([[0.0, 3.0]], np.float32), ("cat", "dog"), 0.01).top
    ['dog']
    """

    version: int
    logits: Images
    labels: tuple[str, ...]
    seconds: float

    @property
    def classes(self) -> list[int]:
        """Class of each image."""
        return [int(each) for each in self.logits.argmax(1)]

    @property
    def top(self) -> list[str]:
        """Name of each image's class."""
        return [self.labels[each] for each in self.classes]


class Service:
    """Answers requests with the versions it was given. Belongs to one event loop.

    Args:
        limits: beyond which a version is rolled back.
        timeout_s: after which a version's answer counts as a failure.
        max_in_flight: requests at once; what comes beyond is refused with 429.
        on_rollback: told of every rollback that the guard decides, before the next request.

    >>> from compresslab.deploy.card import Preprocessing
    >>> card = ModelCard("made up", ("a", "b"), 0.5, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)))
    >>> async def infer(images):
    ...     return Computed(np.tile(np.float32([1, 0]), (len(images), 1)), len(images), 0.001)
    >>> async def ask():
    ...     service = Service()
    ...     service.add(Version(1, card, infer))
    ...     return (await service.predict(np.zeros((3, 1, 2, 2), np.float32), key="user 1")).top
    >>> asyncio.run(ask())
    ['a', 'a', 'a']
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        timeout_s: float = 5.0,
        max_in_flight: int = 256,
        on_rollback: Callable[[Verdict], None] | None = None,
    ) -> None:
        positive(timeout_s=timeout_s)
        whole(max_in_flight=max_in_flight)
        self.metrics = Metrics()
        self._guard = Guard(limits or Limits())
        self._timeout_s, self._max_in_flight = timeout_s, max_in_flight
        self._on_rollback = on_rollback
        self._versions: dict[int, Version] = {}
        self._traffic: Traffic | None = None
        self._in_flight = 0
        self._unjudged = 0
        self._shadows: set[asyncio.Task[None]] = set()

    @property
    def traffic(self) -> Traffic | None:
        """How requests are shared; None before a version was added."""
        return self._traffic

    @property
    def versions(self) -> tuple[int, ...]:
        """Numbers of the loaded versions."""
        return tuple(sorted(self._versions))

    def version(self, number: int) -> Version:
        """A loaded version.

        Raises:
            InputError: it isn't loaded.
        """
        if number not in self._versions:
            raise InputError(f"version {number} is not loaded: there are {self.versions or 'none'}.")
        return self._versions[number]

    @property
    def card(self) -> ModelCard:
        """Of the live version.

        Raises:
            Refused: none is loaded.
        """
        if self._traffic is None:
            raise Refused(503, "no version is loaded yet")
        return self._versions[self._traffic.live].card

    def slowdown(self) -> float | None:
        """How many times as long the other version takes on equal batches; None where too little was seen."""
        traffic = self._traffic
        return None if traffic is None or traffic.other is None else self._guard.slowdown(
            live=traffic.live, other=traffic.other
        )  # fmt: skip

    def add(self, version: Version) -> None:
        """Take a version in. The first one is live at once, others get no traffic before `canary`.

        Raises:
            InputError: it takes other images or names other classes than the live one, or its number is taken.
        """
        if version.number in self._versions:
            raise InputError(f"version {version.number} is loaded already.")
        if self._traffic is None:
            self._versions[version.number] = version
            self._set(Traffic(live=version.number), "start", "first version")
            return
        card = self.card
        if (version.card.labels, version.card.preprocessing.shape) != (card.labels, card.preprocessing.shape):
            raise InputError(
                f"version {version.number} takes {version.card.preprocessing.shape} and has {len(version.card.labels)} "
                f"labels, the live one {card.preprocessing.shape} and {len(card.labels)}: serve it as another model."
            )
        self._versions[version.number] = version

    def remove(self, number: int) -> Version:
        """Let a version go that gets no traffic.

        Raises:
            InputError: it isn't loaded, or gets traffic.
        """
        traffic = self._traffic
        self.version(number)
        if traffic is not None and number in (traffic.live, traffic.other):
            raise InputError(f"version {number} gets traffic: take that away first.")
        return self._versions.pop(number)

    def canary(self, number: int, *, share: float, shadow: float = 0.0) -> None:
        """Give a loaded version a share of the keys.

        Args:
            number: of the version.
            share: of the keys that it answers.
            shadow: share of the keys that both versions compute, to be compared.

        Raises:
            InputError: it isn't loaded, is live already, or a number is out of its range.
        """
        self.version(number)
        assert self._traffic is not None  # since the first version is live at once
        self._set(Traffic(self._traffic.live, number, share, shadow), "canary", "by hand")

    def promote(self) -> int:
        """Make the other version the live one; what was live answers where it fails, until it is taken away.

        Raises:
            InputError: there is no other version.
        """
        traffic = self._two()
        assert traffic.other is not None
        self._set(Traffic(live=traffic.other, other=traffic.live, trial=False), "promotion", "by hand")
        return traffic.other

    def rollback(self, cause: str = "by hand") -> int:
        """Take the canary's traffic away; without a canary, make live again what was so before.

        Returns:
            The version that is live then.

        Raises:
            InputError: there is no other version.
        """
        traffic = self._two()
        assert traffic.other is not None
        live = traffic.live if traffic.trial else traffic.other
        self._set(Traffic(live=live), "rollback", cause)
        return live

    async def predict(self, images: Images, *, key: str | None = None, version: int | None = None) -> Prediction:
        """Answer a request.

        Args:
            images: (N, C, H, W) float32, checked and prepared.
            key: decides which version answers; None draws one.
            version: to be asked, whatever the traffic; there is no fallback then.

        Raises:
            Refused: with 404 for an unknown version, 429 under too much load, 503 where no version could answer.
        """
        if self._traffic is None:
            raise Refused(503, "no version is loaded yet")
        if version is not None and version not in self._versions:
            raise Refused(404, f"version {version} is not loaded: there are {list(self.versions)}")
        if self._in_flight >= self._max_in_flight:
            raise Refused(429, f"{self._in_flight} requests are being answered already: try again later")
        self._in_flight += 1
        self.metrics.in_flight.set(self._in_flight)
        try:
            if version is not None:
                return await self._one(version, images)
            return await self._routed(images, key if key is not None else uuid.uuid4().hex)
        finally:
            self._in_flight -= 1
            self.metrics.in_flight.set(self._in_flight)

    async def compare(self, images: Images) -> list[Prediction]:
        """The answers of the live version and, where there is one, of the other."""
        traffic = self._traffic
        numbers = () if traffic is None else (traffic.live, traffic.other)
        asked = [self.predict(images, version=number) for number in numbers if number is not None]
        if not asked:
            raise Refused(503, "no version is loaded yet")
        return list(await asyncio.gather(*asked))

    async def drained(self) -> None:
        """Wait for the comparisons under way."""
        await asyncio.gather(*self._shadows)

    async def _routed(self, images: Images, key: str) -> Prediction:
        traffic = self._traffic
        assert traffic is not None
        chosen = traffic.choose(key)
        counterpart = traffic.counterpart(chosen)
        try:
            prediction = await self._one(chosen, images)
        except Refused as refusal:
            if refusal.status != 503 or counterpart is None:
                raise
            prediction = await self._one(counterpart, images)
            self.metrics.fallbacks.labels(version=str(chosen)).inc()
            return prediction
        if counterpart is not None and traffic.shadows(key):
            self._shadow(images, prediction, counterpart)
        return prediction

    async def _one(self, number: int, images: Images) -> Prediction:
        """One version's answer; a failure of the model is noted, and raised as a refusal with 503."""
        version = self._versions.get(number)
        if version is None:  # unloaded since the request came
            raise Refused(503, f"version {number} was unloaded")
        label = str(number)
        began = time.perf_counter()
        try:
            computed = await asyncio.wait_for(version.infer(images), self._timeout_s)
            _require_usable(computed.logits, len(images), len(version.card.labels))
        except TimeoutError:
            failure = ModelFailure("timeout", f"no answer in {self._timeout_s:g} s")
        except ModelFailure as error:
            failure = error
        else:
            seconds = time.perf_counter() - began
            self.metrics.seconds.labels(version=label).observe(seconds)
            self.metrics.model_seconds.labels(version=label).observe(computed.batch_seconds)
            self.metrics.batch_images.labels(version=label).observe(computed.batch_images)
            self._guard.answered(number, seconds=computed.batch_seconds, batch_images=computed.batch_images)
            self._judge()
            return Prediction(number, computed.logits, version.card.labels, seconds)
        self.metrics.failures.labels(version=label, kind=failure.kind).inc()
        log("model_failure", version=number, kind=failure.kind, reason=failure.reason[:500])
        if failure.kind != "gone":  # taken away by whoever runs the server: no fault of the model
            self._guard.failed(number)
            self._judge()
        raise Refused(503, f"version {number} failed: {failure.kind}")

    def _shadow(self, images: Images, prediction: Prediction, counterpart: int) -> None:
        """Let the other version compute the same, and compare, while the asker has the answer already."""
        if len(self._shadows) >= self._max_in_flight:
            self.metrics.shadows.labels(outcome="dropped").inc(len(images))
            return
        task = asyncio.create_task(self._compare(images, prediction, counterpart))
        self._shadows.add(task)
        task.add_done_callback(self._shadows.discard)

    async def _compare(self, images: Images, prediction: Prediction, counterpart: int) -> None:
        before = self._traffic
        try:
            second = await self._one(counterpart, images)
        except Refused:
            self.metrics.shadows.labels(outcome="failed").inc(len(images))
            return
        differing = int((second.logits.argmax(1) != prediction.logits.argmax(1)).sum())
        self.metrics.shadows.labels(outcome="differs").inc(differing)
        self.metrics.shadows.labels(outcome="agrees").inc(len(images) - differing)
        if self._traffic is before:  # else it tells of a pair that is no longer compared
            self._guard.compared(differing, len(images))
            self._judge()

    def _judge(self) -> None:
        """Roll back if the guard says so. It is asked at every tenth event: medians cost more than a small model."""
        traffic = self._traffic
        self._unjudged += 1
        if self._unjudged < _JUDGED_EVERY or traffic is None or traffic.other is None:
            return
        self._unjudged = 0
        verdict = self._guard.verdict(live=traffic.live, other=traffic.other, trial=traffic.trial)
        if verdict is not None:
            live = traffic.live if traffic.trial else traffic.other
            self._set(Traffic(live=live), "rollback", verdict.cause, verdict.reason)
            if self._on_rollback is not None:
                self._on_rollback(verdict)

    def _two(self) -> Traffic:
        if self._traffic is None or self._traffic.other is None:
            raise InputError("there is no other version: load one, and call canary.")
        return self._traffic

    def _set(self, traffic: Traffic, kind: str, cause: str, reason: str = "") -> None:
        self._traffic = traffic
        self._guard.reset()
        for number in self._versions:
            share = traffic.share if number == traffic.other else (1 - traffic.share) * (number == traffic.live)
            self.metrics.share.labels(version=str(number)).set(share)
        self.metrics.changes.labels(kind=kind, cause=cause.replace(" ", "_")).inc()
        log("traffic", kind=kind, cause=cause, reason=reason, live=traffic.live, other=traffic.other,
            share=traffic.share, shadow=traffic.shadow)  # fmt: skip


def log(event: str, **what: Any) -> None:
    """Write one line of JSON to the logger "compresslab.serving".

    >>> log("request", version=1, status=200)
    """
    logger.info("%s", json.dumps({"time": round(time.time(), 3), "event": event, **what}))


def _require_usable(logits: Images, images: int, classes: int) -> None:
    if logits.shape != (images, classes):
        raise ModelFailure("shape", f"logits {logits.shape}, expected ({images}, {classes})")
    if not np.isfinite(logits).all():
        raise ModelFailure("not finite", "logits hold NaN or infinity")
