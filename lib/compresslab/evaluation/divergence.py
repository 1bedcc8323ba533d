"""How far a compressed model's probabilities have moved from the original's, whatever the labels are."""

from torch import Tensor

from compresslab.evaluation.inputs import check_logits


def kl_divergence(original_logits: Tensor, compressed_logits: Tensor) -> Tensor:
    """KL(original || compressed) of the class probabilities, sample by sample.

    It sees what top-1 agreement does not: a model that still answers the same, but is no longer sure of it. Its mean is
    moved by few samples; look at the largest too.

    Args:
        original_logits, compressed_logits: (n, classes), same samples in the same order.

    Returns:
        (n,) float64, in nats, at least 0.

    Raises:
        InputError: the shapes differ or are not (n, classes), there is no sample, or a value is not finite.

    Reference:
        Kullback and Leibler 1951, "On Information and Sufficiency".

    >>> import torch
    >>> kl_divergence(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 3.0]]).log1p())  # a half each, then 1/5 and 4/5
    tensor([0.2231], dtype=torch.float64)
    """
    check_logits(original_logits, compressed_logits)
    before, after = (logits.double().log_softmax(1) for logits in (original_logits, compressed_logits))
    return (before.exp() * (before - after)).sum(1).clamp_min(0)  # rounding could leave -1e-17
