"""Does the shipped file answer as the model did: at one image and at many, and within what its numbers allow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from compresslab.arguments import one_of, whole
from compresslab.deploy.onnx import Parity, parity
from compresslab.errors import InputError


@dataclass(frozen=True)
class Tolerance:
    """How far a file's logits may be from the model's.

    Attributes:
        relative: largest difference of a logit, as a share of the largest logit of the model in size. Sums of a few
            thousand products in another order differ by some hundred roundings of their format.
        top1: share of images that must get the same class.

    >>> TOLERANCES["float32"].relative < TOLERANCES["int8"].relative
    True
    """

    relative: float
    top1: float


TOLERANCES = {  # unit roundoff: float32 6e-8, float16 5e-4, bfloat16 4e-3; int8: half a step of 255, in every layer
    "float32": Tolerance(relative=1e-4, top1=0.999),
    "float16": Tolerance(relative=2e-2, top1=0.99),
    "bfloat16": Tolerance(relative=8e-2, top1=0.97),
    "int8": Tolerance(relative=0.25, top1=0.97),
}


@dataclass(frozen=True)
class BatchParity:
    """What was found at one batch size.

    Attributes:
        batch_size: images in a call; the last call may have fewer.
        found: over all images.
        relative_difference: largest difference of a logit over the largest logit in size.
        passed: within the tolerance, both ways.

    >>> BatchParity(1, Parity(n=4, same_top1=4, max_abs_difference=0.1), relative_difference=0.01, passed=True).passed
    True
    """

    batch_size: int
    found: Parity
    relative_difference: float
    passed: bool


def batch_parity(
    model: Callable[[Tensor], Tensor],
    shipped: Callable[[Tensor], Tensor],
    images: Tensor,
    *,
    dtype: str,
    batch_sizes: Sequence[int] = (1, 3, 64),
) -> tuple[BatchParity, ...]:
    """Compare answers at several batch sizes.

    A batch fixed by the example input, a batch-norm left in training mode and a mean over the batch all pass at one
    size. The model answers all images at once, and the file in batches of each size.

    Args:
        model: in evaluation mode, which gives the logits that should be.
        shipped: the file, such as an `OnnxModel` or a target's.
        images: (N, C, H, W) float32, N at least the largest batch size; real ones, since noise gives all one class.
        dtype: that the file computes in: float32, float16, bfloat16 or int8.
        batch_sizes: each at least 1.

    Returns:
        A result for each batch size, in their order.

    Raises:
        InputError: too few images, a module in training mode, no batch sizes, or logits that can't be compared.

    >>> images = torch.rand(64, 1, 2, 2)
    >>> found = batch_parity(nn.Flatten().eval(), lambda x: 1.00001 * x.flatten(1), images, dtype="float32")
    >>> [each.passed for each in found]
    [True, True, True]
    """
    one_of(TOLERANCES.keys(), dtype=dtype)
    if not batch_sizes:
        raise InputError("batch_sizes is empty: name at least one.")
    for size in batch_sizes:
        whole(batch_size=size)
    if len(images) < max(batch_sizes):
        raise InputError(f"{len(images)} images do not fill a batch of {max(batch_sizes)}: give more.")
    if isinstance(model, nn.Module) and model.training:
        raise InputError("the model is in training mode: call model.eval() first.")
    tolerance = TOLERANCES[dtype]
    with torch.no_grad():
        expected = model(images)
        results = []
        for size in batch_sizes:
            found = parity(expected, torch.cat([shipped(batch) for batch in images.split(size)]))
            difference = found.max_abs_difference / max(expected.abs().max().item(), torch.finfo(torch.float32).tiny)
            passed = difference <= tolerance.relative and found.top1_agreement >= tolerance.top1
            results.append(BatchParity(size, found, difference, passed))
    return tuple(results)
