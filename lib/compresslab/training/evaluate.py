"""Evaluating a classifier: the logits of every sample, and what follows from them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from tqdm.auto import tqdm

from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.training.recipe import Precision, autocast


@dataclass(frozen=True)
class Evaluation:
    """A model's answers on a split, sample by sample, in the order of the loader.

    Attributes:
        logits: (N, classes) float32 on the CPU.
        labels: (N,) int64.
        ids: (N,) int64, the samples' ids, to pair two evaluations.

    >>> logits = torch.tensor([[2.0, 0.0], [3.0, 1.0]])
    >>> Evaluation(logits, labels=torch.tensor([0, 1]), ids=torch.tensor([7, 8])).accuracy
    0.5
    """

    logits: Tensor
    labels: Tensor
    ids: Tensor

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.labels)

    @property
    def correct(self) -> Tensor:
        """(N,) bool: whether the largest logit is the label's."""
        return self.logits.argmax(dim=1) == self.labels

    @property
    def accuracy(self) -> float:
        """Share of correct samples, 0 to 1."""
        return int(self.correct.sum()) / self.n  # of whole numbers: float32 would call 90% 89.99999762%

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return float(F.cross_entropy(self.logits, self.labels))


def evaluate(
    model: Callable[[Tensor], Tensor],
    batches: Iterable[Batch],
    *,
    device: str | torch.device = "cpu",
    precision: Precision = "fp32",
    progress: bool = False,
) -> Evaluation:
    """Run `model` over `batches` without gradients.

    Args:
        model: an `nn.Module` (used in evaluation mode on `device`, its modes and place restored after) or any
            callable from images (N, C, H, W) float32 to logits (N, classes), such as an ONNX model.
        batches: gives (images, labels, ids), in an order that does not matter.
        device: where a module runs. A callable that is not a module gets its images on the CPU.
        precision: of the forward pass; the default is exact.
        progress: show a progress bar.

    Raises:
        InputError: there is no batch.
        FloatingPointError: a logit is NaN: argmax would quietly answer class 0.

    >>> batch = Batch(torch.eye(2), labels=torch.tensor([0, 1]), ids=torch.tensor([7, 8]))
    >>> evaluate(nn.Identity(), [batch]).accuracy
    1.0
    """
    place = torch.device(device)
    logits: list[Tensor] = []
    labels: list[Tensor] = []
    ids: list[Tensor] = []
    if isinstance(model, nn.Module):
        set_up: AbstractContextManager[None] = _evaluating_on(model, place)
    else:
        place = torch.device("cpu")
        set_up = nullcontext()
    with set_up, torch.inference_mode(), autocast(precision, place):
        for batch in tqdm(batches, desc="evaluate", unit="batch", leave=False, disable=not progress):
            logits.append(model(batch.images.to(place)).float().cpu())
            labels.append(batch.labels)
            ids.append(batch.ids)
    if not logits:
        raise InputError("there is nothing to evaluate on: the loader gave no batch.")
    answer = Evaluation(torch.cat(logits), torch.cat(labels), torch.cat(ids))
    if answer.logits.isnan().any():
        bad = int(answer.logits.isnan().any(dim=1).sum())
        raise FloatingPointError(f"the model's logits are NaN for {bad} of {answer.n} samples.")
    return answer


@contextmanager
def _evaluating_on(model: nn.Module, place: torch.device) -> Iterator[None]:
    """Evaluation mode on a device; the model's modes and its own device afterwards, whatever happens."""
    before = {tensor.device for tensor in (*model.parameters(), *model.buffers())}
    if len(before) > 1 and before != {place}:
        raise InputError(f"the model lies on {' and '.join(sorted(map(str, before)))}: move it to one device first.")
    with evaluating(model):
        model.to(place)
        try:
            yield
        finally:
            if before:
                model.to(before.pop())
