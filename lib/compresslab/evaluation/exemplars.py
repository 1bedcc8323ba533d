"""The images that compression hurts: by one pair of models, and by many of each.

Reference:
    Hooker et al. 2019, "What Do Compressed Deep Neural Networks Forget?" (exemplars that pruning identifies).
"""

import torch
from torch import Tensor

from compresslab.errors import InputError
from compresslab.evaluation.inputs import check_labels, check_logits


def lost_log_probability(original_logits: Tensor, compressed_logits: Tensor, labels: Tensor) -> Tensor:
    """How much less likely the right class has become, sample by sample: order by it to see who is hurt most.

    Args:
        original_logits, compressed_logits: (n, classes), same samples in the same order.
        labels: (n,) int64.

    Returns:
        (n,) float64 in nats: the original's log-probability of the label less the compressed model's.

    Raises:
        InputError: the shapes don't fit, there is no sample, a value is not finite, or a label is no class.

    >>> sure, unsure = torch.tensor([[0.0, 3.0]]).log1p(), torch.zeros(1, 2)
    >>> lost_log_probability(sure, unsure, torch.tensor([1]))  # log(0.8 / 0.5)
    tensor([0.4700], dtype=torch.float64)
    """
    check_logits(original_logits, compressed_logits)
    check_labels(original_logits, labels)
    before, after = (
        logits.double().log_softmax(1).gather(1, labels.long()[:, None])[:, 0]
        for logits in (original_logits, compressed_logits)
    )
    return before - after


def exemplars(original_answers: Tensor, compressed_answers: Tensor) -> Tensor:
    """Compression-identified exemplars: images on which most compressed models answer otherwise than most originals.

    Models that were trained alike but for the seed disagree on many images. What is left when each side answers by its
    commonest class is due to compression. Of equally common classes the smaller number counts.

    Args:
        original_answers: (models, n) int64, the class that each of the uncompressed models gives.
        compressed_answers: (models, n) int64, the same images in the same order; as many models or not.

    Returns:
        (n,) bool.

    Raises:
        InputError: the shapes don't fit, or the answers are no classes.

    >>> original = torch.tensor([[3, 3], [3, 5], [3, 3]])
    >>> compressed = torch.tensor([[3, 5], [8, 5], [3, 3]])
    >>> exemplars(original, compressed)
    tensor([False,  True])
    """
    for name, answers in (("original_answers", original_answers), ("compressed_answers", compressed_answers)):
        if answers.ndim != 2 or answers.numel() == 0 or answers.is_floating_point():
            kind = f"{answers.dtype} {tuple(answers.shape)}"
            raise InputError(f"{name} is {kind}: expected classes (models, n), int64, at least one of each.")
        if answers.min() < 0:
            raise InputError(f"{name} holds {int(answers.min())}: classes are 0 or more.")
    if original_answers.shape[1] != compressed_answers.shape[1]:
        counts = f"{original_answers.shape[1]} images and the compressed ones {compressed_answers.shape[1]}"
        raise InputError(f"the original models answer {counts}: give both the same.")
    classes = int(max(original_answers.max(), compressed_answers.max())) + 1
    before, after = (_commonest(answers, classes) for answers in (original_answers, compressed_answers))
    return before != after


def _commonest(answers: Tensor, classes: int) -> Tensor:
    votes = torch.zeros(answers.shape[1], classes, dtype=torch.int64, device=answers.device)
    votes.scatter_add_(1, answers.T.long(), torch.ones_like(answers.T, dtype=torch.int64))
    return votes.argmax(1)
