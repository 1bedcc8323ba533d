"""`fit_in_parallel` through Ray Train: the same `train` on every worker, and new workers for those that are lost.

Needs the extra `scale`. Ray Train starts one process for each worker, connects them by torch.distributed, keeps what
they report as checkpoints, and starts all of them again from the latest where one dies.

Reference:
    Moritz et al. 2018, "Ray: A Distributed Framework for Emerging AI Applications".
"""

import logging
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import torch.distributed
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.training.checkpoint import load_checkpoint, save_checkpoint
from compresslab.training.fit import TrainingDiverged
from compresslab.training.parallel import FILE, Job, train

_FINAL = (InputError, TrainingDiverged)
_RUN = "run"  # Ray Train's name for it: what it has kept there, it goes on from


def train_on_ray(
    job: Job,
    workers: int,
    address: str,
    folder: str | os.PathLike[str] | None,
    max_failures: int,
    device: torch.device,
) -> dict[str, Any]:
    """Train on a Ray cluster, and give the state at the end.

    Args:
        job: sent to each worker through Ray's own store.
        workers, address, folder, max_failures, device: of `fit_in_parallel`.

    Raises:
        InputError: Ray or the cluster is not there, workers of a cluster would have no folder in common, or what the
            workers were given is refused there.
        TrainingDiverged: the loss is not finite.
        RuntimeError: workers were lost too often.

    >>> train_on_ray(None, 2, "auto", None, 3, torch.device("cpu"))
    Traceback (most recent call last):
    compresslab.errors.InputError: folder is None with the address 'auto': name one that all its machines reach.
    """
    if folder is None and address != "local":
        raise InputError(f"folder is None with the address {address!r}: name one that all its machines reach.")
    with cluster(address, workers) as ray, tempfile.TemporaryDirectory() as temporary:
        from ray import train as ray_train
        from ray.train.torch import TorchTrainer

        trainer = TorchTrainer(
            _work,
            train_loop_config={"job": ray.put(job)},  # each machine fetches it once
            scaling_config=ray_train.ScalingConfig(num_workers=workers, use_gpu=device.type == "cuda"),
            run_config=ray_train.RunConfig(
                name=_RUN,
                storage_path=_storage(folder or temporary),
                failure_config=ray_train.FailureConfig(max_failures=max_failures),
                checkpoint_config=ray_train.CheckpointConfig(num_to_keep=1),
                callbacks=[_stop_at_mistakes()],
            ),
        )
        try:
            result = trainer.fit()
        except ray_train.TrainingFailedError as error:
            raise _plain(error) from error
        assert result.checkpoint is not None  # there is one after every epoch
        with result.checkpoint.as_directory() as kept:
            state = load_checkpoint(Path(kept) / FILE, run=job.run)
        assert state is not None
        return state


def _work(settings: dict[str, Any]) -> None:
    """What Ray Train runs on each worker."""
    import ray

    train(ray.get(settings["job"]), _Worker())


def _stop_at_mistakes() -> Any:
    """A callback that ends the run over a mistake, which a second attempt would repeat."""
    from ray import train as ray_train

    class StopAtMistakes(ray_train.UserCallback):
        def after_exception(self, run_context: Any, worker_exceptions: dict[int, Exception]) -> None:
            for error in worker_exceptions.values():
                if isinstance(error, _FINAL):
                    raise error

    return StopAtMistakes()


class _Worker:
    """The place of one of Ray Train's workers."""

    def __init__(self) -> None:
        from ray import train as ray_train
        from ray.train.torch import get_device

        self._ray_train, context = ray_train, ray_train.get_context()
        self.rank, self.workers, self.device = context.get_world_rank(), context.get_world_size(), get_device()

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """One message for all tensors of a type: a hundred small ones would each wait for the slowest worker."""
        by_type: dict[torch.dtype, list[Tensor]] = defaultdict(list)
        for tensor in tensors:
            by_type[tensor.dtype].append(tensor)
        for alike in by_type.values():
            flat = torch.cat([tensor.reshape(-1) for tensor in alike])
            torch.distributed.all_reduce(flat)
            for tensor, total in zip(alike, flat.split([tensor.numel() for tensor in alike]), strict=True):
                tensor.copy_(total.view_as(tensor))

    def load(self, run: dict[str, Any]) -> dict[str, Any] | None:
        kept = self._ray_train.get_checkpoint()
        if kept is None:
            return None
        with kept.as_directory() as folder:
            return load_checkpoint(Path(folder) / FILE, run=run)

    def save(self, run: dict[str, Any], state: Callable[[], dict[str, Any]]) -> None:
        if self.rank:  # all workers hold the same state, and wait here for the first
            self._ray_train.report({})
            return
        with tempfile.TemporaryDirectory() as folder:
            save_checkpoint(Path(folder) / FILE, run=run, state=state())
            self._ray_train.report({}, checkpoint=self._ray_train.Checkpoint.from_directory(folder))


@contextmanager
def cluster(address: str, workers: int) -> Iterator[Any]:
    """Ray, connected; what was started here is stopped again, whatever happens.

    Every `fit_in_parallel` inside uses it, where each would otherwise start its own.

    Args:
        address: of `fit_in_parallel`.
        workers: that "local" has room for.

    Yields:
        The module `ray`.

    Raises:
        InputError: Ray or the cluster is not there.

    >>> with cluster("10.0.0.1", workers=0):
    ...     pass
    Traceback (most recent call last):
    compresslab.errors.InputError: workers=0 must be a whole number of at least 1.
    """
    whole(workers=workers)
    # Read when Ray is imported or started, and by the processes that it starts.
    wanted = {"RAY_TRAIN_V2_ENABLED": "1"}
    if address == "local":
        loopback = "lo0" if sys.platform == "darwin" else "lo"
        wanted |= {"GLOO_SOCKET_IFNAME": loopback, "RAY_USAGE_STATS_ENABLED": "0"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        try:
            import ray
            import ray.train.torch
        except ImportError as error:
            raise InputError("Ray is not installed: `pip install -e '.[scale]'`, here and on each machine.") from error
        if ray.is_initialized():
            yield ray
            return
        local: dict[str, Any] = {"num_cpus": workers, "include_dashboard": False} if address == "local" else {}
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.WARNING, **local)
        except Exception as error:  # Ray raises that very class where a node is slow to start
            raise InputError(f"no Ray cluster at {address}: {error}") from error
        try:
            yield ray
        finally:
            ray.shutdown()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _storage(folder: str | os.PathLike[str]) -> str:
    """Ray Train takes a whole path, or a URI such as s3://bucket/folder."""
    return str(folder) if "://" in str(folder) else str(Path(folder).absolute())


def _plain(error: Any) -> Exception:
    """The mistake that a worker met, or else that workers were lost."""
    for cause in (getattr(error, "controller_failure", None), *getattr(error, "worker_failures", {}).values()):
        if isinstance(cause, _FINAL):
            return cause
    return RuntimeError(f"the workers were lost too often: {error}")
