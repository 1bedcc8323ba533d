"""What changed between two models of nearly equal accuracy: answers that were fixed, and answers that broke."""

from dataclasses import dataclass

from torch import Tensor

from compresslab.evaluation.inputs import check_labels, check_logits


@dataclass(frozen=True)
class Churn:
    """How many samples each of two models gets right, and on how many they answer differently.

    Attributes:
        both_right, both_wrong: samples that both models get right, or wrong.
        fixed: that only the compressed model gets right.
        broken: that only the original gets right.
        changed: whose class differs; fixed, broken, and those that are wrong in another way.

    >>> Churn(both_right=90, both_wrong=4, fixed=3, broken=3, changed=7).wrong_otherwise
    1
    """

    both_right: int
    both_wrong: int
    fixed: int
    broken: int
    changed: int

    @property
    def n(self) -> int:
        """Number of samples."""
        return self.both_right + self.both_wrong + self.fixed + self.broken

    @property
    def rate(self) -> float:
        """Share of samples whose class differs, 0 to 1: one less the top-1 agreement."""
        return self.changed / self.n

    @property
    def wrong_otherwise(self) -> int:
        """Samples that both models get wrong, with different classes."""
        return self.changed - self.fixed - self.broken

    @property
    def negative_flip_rate(self) -> float:
        """Share of samples that broke, 0 to 1."""
        return self.broken / self.n


def churn(original_logits: Tensor, compressed_logits: Tensor, labels: Tensor) -> Churn:
    """Count what changed. Accuracy alone shows fixed less broken: ten of each look like nothing at all.

    Args:
        original_logits, compressed_logits: (n, classes), same samples in the same order.
        labels: (n,) int64.

    Raises:
        InputError: the shapes don't fit, there is no sample, a value is not finite, or a label is no class.

    Reference:
        Milani Fard et al. 2016, "Launch and Iterate: Reducing Prediction Churn"; Yan et al. 2021,
        "Positive-Congruent Training" (negative flips).

    >>> import torch
    >>> original, compressed = torch.eye(4)[[0, 1, 2, 3]], torch.eye(4)[[0, 0, 1, 2]]
    >>> churn(original, compressed, labels=torch.tensor([0, 1, 1, 0]))
    Churn(both_right=1, both_wrong=1, fixed=1, broken=1, changed=3)
    """
    check_logits(original_logits, compressed_logits)
    check_labels(original_logits, labels)
    before, after = original_logits.argmax(1), compressed_logits.argmax(1)
    was, is_now = before == labels, after == labels
    return Churn(
        both_right=int((was & is_now).sum()),
        both_wrong=int((~was & ~is_now).sum()),
        fixed=int((~was & is_now).sum()),
        broken=int((was & ~is_now).sum()),
        changed=int((before != after).sum()),
    )
