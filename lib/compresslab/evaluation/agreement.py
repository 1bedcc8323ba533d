"""Whether two models give the same answers, right or wrong."""

from torch import Tensor

from compresslab.arguments import whole
from compresslab.evaluation.inputs import check_logits


def agreement(logits_a: Tensor, logits_b: Tensor) -> float:
    """Share of samples on which two models give the same top-1 class, 0 to 1.

    Args:
        logits_a, logits_b: (n, classes), same samples in the same order.

    Raises:
        InputError: the shapes differ or are not (n, classes), there is no sample, or a value is not finite.

    >>> import torch
    >>> agreement(torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [3.0, 1.0]]))
    0.5
    """
    check_logits(logits_a, logits_b)
    return (logits_a.argmax(1) == logits_b.argmax(1)).double().mean().item()


def top_k_overlap(logits_a: Tensor, logits_b: Tensor, k: int = 5) -> Tensor:
    """Share of the k likeliest classes that two models have in common, sample by sample, in whatever order.

    Of equal logits, which quantization makes, the class of the smaller number counts as the likelier one in both.

    Args:
        logits_a, logits_b: (n, classes), same samples in the same order.
        k: number of classes, 1 to all of them; with all, there is nothing to differ in.

    Returns:
        (n,) float64, multiples of 1/k from 0 to 1.

    Raises:
        InputError: as `agreement`, or there are no k classes.

    >>> import torch
    >>> top_k_overlap(torch.tensor([[3.0, 2.0, 1.0, 0.0]]), torch.tensor([[2.0, 0.0, 3.0, 1.0]]), k=2)
    tensor([0.5000], dtype=torch.float64)
    """
    check_logits(logits_a, logits_b)
    whole(1, logits_a.shape[1], "the number of classes is the most", k=k)
    first, second = (logits.argsort(dim=1, descending=True, stable=True)[:, :k] for logits in (logits_a, logits_b))
    return (first[:, :, None] == second[:, None, :]).any(2).double().mean(1)
