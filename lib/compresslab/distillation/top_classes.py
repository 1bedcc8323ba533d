"""A teacher's answer cut to its largest classes, and back to logits.

Of many classes (a thousand, or a vocabulary) nearly all share a little probability. Kept are the k largest, and how
much is left for all others together, which come back as equals. Without that rest the k would be taken for the whole,
and the student would learn that the others are impossible.
"""

import math

import torch.nn.functional as F
from torch import Tensor

from compresslab.arguments import whole
from compresslab.errors import InputError


def keep_top(logits: Tensor, k: int) -> tuple[Tensor, Tensor, Tensor]:
    """The k largest classes of each answer.

    Args:
        logits: (N, classes).
        k: 1 to classes - 1.

    Returns:
        The logarithms of their probabilities (N, k), falling; the classes (N, k) int64; and the logarithm of what the
        others have together (N,).

    Raises:
        InputError: k is out of its range.

    >>> import torch
    >>> values, classes, tail = keep_top(torch.tensor([[0.1, 0.7, 0.2]]).log(), k=1)
    >>> values.exp(), classes, tail.exp()
    (tensor([[0.7000]]), tensor([[1]]), tensor([0.3000]))
    """
    whole(1, logits.shape[1] - 1, f"the logits are of {logits.shape[1]} classes", k=k)
    log_probabilities = F.log_softmax(logits, dim=1)
    values, classes = log_probabilities.topk(k, dim=1)
    others = log_probabilities.scatter(1, classes, -math.inf)
    return values, classes, others.logsumexp(dim=1)


def expand_top(values: Tensor, classes: Tensor, tail: Tensor, count: int) -> Tensor:
    """Logits over all classes again: the kept ones as they were, the others with an equal share of the rest.

    Args:
        values, classes, tail: of `keep_top`.
        count: of all classes.

    Returns:
        (N, count), the logarithms of probabilities that sum to 1.

    Raises:
        InputError: there are fewer classes than were kept, or a class isn't among them.

    >>> import torch
    >>> expand_top(torch.tensor([[0.7]]).log(), torch.tensor([[1]]), torch.tensor([0.3]).log(), count=3).exp()
    tensor([[0.1500, 0.7000, 0.1500]])
    """
    whole(values.shape[1] + 1, None, f"{values.shape[1]} classes were kept, and others left out", count=count)
    if bool((classes < 0).any()) or bool((classes >= count).any()):
        raise InputError(f"classes go from {int(classes.min())} to {int(classes.max())}: expected 0 to {count - 1}.")
    each = tail - math.log(count - values.shape[1])
    return each[:, None].repeat(1, count).scatter(1, classes, values)
