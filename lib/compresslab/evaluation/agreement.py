"""Whether two models give the same answers, right or wrong."""

from torch import Tensor

from compresslab.errors import InputError


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


def check_logits(logits_a: Tensor, logits_b: Tensor) -> None:
    """Refuse logits that cannot be compared: see `agreement`.

    >>> import torch
    >>> check_logits(torch.zeros(1, 2), torch.full((1, 2), torch.nan))
    Traceback (most recent call last):
    compresslab.errors.InputError: the second logits hold NaN or infinity: the model that gave them is broken.
    """
    if logits_a.ndim != 2 or logits_a.shape != logits_b.shape or logits_a.numel() == 0:
        shapes = f"{tuple(logits_a.shape)} and {tuple(logits_b.shape)}"
        raise InputError(f"logits of shapes {shapes}: expected (n, classes) twice, n at least 1.")
    for name, logits in (("first", logits_a), ("second", logits_b)):
        if not logits.isfinite().all():
            raise InputError(f"the {name} logits hold NaN or infinity: the model that gave them is broken.")
