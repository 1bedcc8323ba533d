"""Answering only when sure: how much is answered, how well, and how often both models say the same.

Reference:
    Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural Networks".
"""

from dataclasses import dataclass

from torch import Tensor

from compresslab.arguments import share
from compresslab.evaluation.inputs import check_labels, check_logits


@dataclass(frozen=True)
class Selective:
    """What a pair of models does where the compressed one is sure.

    Attributes:
        threshold: confidence from which it answers, 0 to 1.
        answered: samples that it answers.
        n: all samples.
        right: of the answered ones, those that it gets right.
        agreeing: of the answered ones, those of which the original says the same.

    >>> found = Selective(threshold=0.9, answered=80, n=100, right=76, agreeing=78)
    >>> found.coverage, found.accuracy
    (0.8, 0.95)
    """

    threshold: float
    answered: int
    n: int
    right: int
    agreeing: int

    @property
    def coverage(self) -> float:
        """Share of samples that are answered."""
        return self.answered / self.n

    @property
    def accuracy(self) -> float | None:
        """Share of right answers among them; None where nothing is answered."""
        return self.right / self.answered if self.answered else None

    @property
    def agreement(self) -> float | None:
        """Share among them on which the original says the same; None where nothing is answered."""
        return self.agreeing / self.answered if self.answered else None


def answer_when_sure(original_logits: Tensor, compressed_logits: Tensor, labels: Tensor, threshold: float) -> Selective:
    """Let the compressed model answer only where its confidence reaches a threshold.

    Args:
        original_logits, compressed_logits: (n, classes), same samples in the same order.
        labels: (n,) int64.
        threshold: 0 to 1; 0 answers everything.

    Raises:
        InputError: the shapes don't fit, there is no sample, a value is not finite, a label is no class, or `threshold`
            is out of its range.

    >>> import torch
    >>> logits = torch.tensor([[3.0, 0.0], [0.1, 0.0]])
    >>> answer_when_sure(logits, logits, torch.tensor([0, 1]), threshold=0.9).coverage
    0.5
    """
    share(threshold=threshold)
    check_logits(original_logits, compressed_logits)
    check_labels(original_logits, labels)
    answer = compressed_logits.argmax(1)
    answered = compressed_logits.double().softmax(1).amax(1) >= threshold
    return Selective(
        threshold=threshold,
        answered=int(answered.sum()),
        n=len(labels),
        right=int((answered & (answer == labels)).sum()),
        agreeing=int((answered & (answer == original_logits.argmax(1))).sum()),
    )
