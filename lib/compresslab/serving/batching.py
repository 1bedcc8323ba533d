"""Dynamic batching: requests that wait at the same time are computed together.

A batch is closed when it is full, or `wait_s` after its first request came. One batch is collected at a time, and up
to `workers` are computed at once. With `wait_s=0` nothing is waited for, and a batch is what came while the workers
were busy: no latency is paid where there is no load.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compresslab.arguments import at_least, whole
from compresslab.serving.errors import ModelFailure, Refused

Images = NDArray[np.float32]
Run = Callable[[Images], Awaitable[Images]]


@dataclass(frozen=True, eq=False)
class Computed:
    """A request's share of a batch.

    Attributes:
        logits: (N, classes) of the request's own images.
        batch_images: number of images that were computed together.
        batch_seconds: the model's time for all of them, without waiting.

    >>> Computed(np.zeros((1, 10), np.float32), batch_images=8, batch_seconds=0.004).batch_images
    8
    """

    logits: Images
    batch_images: int
    batch_seconds: float


@dataclass(eq=False)
class _Waiting:
    images: Images
    answer: "asyncio.Future[Computed]"


class Batcher:
    """Calls of single requests in, calls of whole batches out. Belongs to the event loop that first calls it.

    Args:
        run: images (N, C, H, W) to logits (N, classes); raises `ModelFailure`.
        max_images: of a batch; a request that has more is computed alone.
        wait_s: longest time that a request waits for company.
        workers: batches that are computed at the same time, such as the number of replicas.
        max_waiting: images; what comes beyond is refused with 429.

    >>> async def double(images):
    ...     return images.reshape(len(images), -1) * 2
    >>> async def three():
    ...     batcher = Batcher(double, max_images=2, wait_s=0.01)
    ...     answers = await asyncio.gather(*(batcher(np.full((1, 1, 1, 1), i, np.float32)) for i in range(3)))
    ...     await batcher.close()
    ...     return [(answer.logits.item(), answer.batch_images) for answer in answers]
    >>> asyncio.run(three())
    [(0.0, 2), (2.0, 2), (4.0, 1)]
    """

    def __init__(
        self, run: Run, *, max_images: int = 16, wait_s: float = 0.002, workers: int = 1, max_waiting: int = 512
    ) -> None:
        whole(max_images=max_images, workers=workers, max_waiting=max_waiting)
        at_least(0, wait_s=wait_s)
        self._run, self._max_images, self._wait_s, self._max_waiting = run, max_images, wait_s, max_waiting
        self._queue: deque[_Waiting] = deque()
        self._images = 0  # in the queue
        self._arrived, self._collecting = asyncio.Event(), asyncio.Lock()
        self._workers = workers
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def __call__(self, images: Images) -> Computed:
        """The logits of one request.

        Raises:
            Refused: too many wait already.
            ModelFailure: the model failed, or was taken away.
        """
        if self._closed:
            raise ModelFailure("gone", "the version was unloaded")
        if self._images and self._images + len(images) > self._max_waiting:
            raise Refused(429, f"{self._images} images wait already: try again later")
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]
        request = _Waiting(images, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self._images += len(images)
        self._arrived.set()
        return await request.answer

    async def close(self) -> None:
        """End: what waits fails with `ModelFailure`, what is being computed is finished."""
        self._closed = True
        self._arrived.set()
        await asyncio.gather(*self._tasks)
        while self._queue:
            _settle(self._queue.popleft(), ModelFailure("gone", "the version was unloaded"))

    async def _work(self) -> None:
        while not self._closed:
            async with self._collecting:
                batch = await self._collect()
            await self._compute(batch)

    async def _collect(self) -> list[_Waiting]:
        while not self._queue and not self._closed:
            self._arrived.clear()
            await self._arrived.wait()
        batch: list[_Waiting] = []
        room = self._max_images
        deadline = time.monotonic() + self._wait_s
        while not self._closed:
            while self._queue and (len(self._queue[0].images) <= room or not batch):
                request = self._queue.popleft()
                self._images -= len(request.images)
                if not request.answer.done():  # its asker may have gone
                    batch.append(request)
                    room -= len(request.images)
            left = deadline - time.monotonic()
            if self._queue or room <= 0 or left <= 0:
                break
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), left)
            except TimeoutError:
                break
        return batch

    async def _compute(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        images = batch[0].images if len(batch) == 1 else np.concatenate([request.images for request in batch])
        began = time.perf_counter()
        try:
            logits = await self._run(images)
            if len(logits) != len(images):
                raise ModelFailure("shape", f"{len(logits)} answers to {len(images)} images")
        except ModelFailure as failure:
            if len(batch) == 1:
                _settle(batch[0], failure)
            else:  # one request that the model cannot bear must not fail its neighbours
                for request in batch:
                    await self._compute([request])
            return
        except Exception as error:  # noqa: BLE001 - a worker that ended would leave all later requests waiting
            for request in batch:
                _settle(request, ModelFailure("error", f"{type(error).__name__}: {error}"))
            return
        seconds = time.perf_counter() - began
        start = 0
        for request in batch:
            end = start + len(request.images)
            if not request.answer.done():
                request.answer.set_result(Computed(logits[start:end], len(images), seconds))
            start = end


def _settle(request: _Waiting, failure: ModelFailure) -> None:
    if not request.answer.done():
        request.answer.set_exception(failure)
