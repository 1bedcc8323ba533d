"""Whether a model notices images that are of no class it knows, and still does so after compression.

References:
    Hendrycks and Gimpel 2017, "A Baseline for Detecting Misclassified and Out-of-Distribution Examples in Neural
    Networks".
    Liu et al. 2020, "Energy-based Out-of-distribution Detection".
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from torch import Tensor

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.evaluation.inputs import check_logits

Score = Literal["max_softmax", "energy", "entropy"]
SCORES: tuple[Score, ...] = ("max_softmax", "energy", "entropy")


def outlier_score(logits: Tensor, score: Score = "max_softmax") -> Tensor:
    """How strange each image is to a model; higher is stranger, whichever the score.

    Args:
        logits: (n, classes); not probabilities: the energy needs their size.
        score: "max_softmax", one less the largest probability; "energy", less the log of the summed exponentials; or
            "entropy" of the probabilities, in nats.

    Returns:
        (n,) float64.

    Raises:
        InputError: the logits are not (n, classes) or not finite, or there is no such score.

    >>> import torch
    >>> outlier_score(torch.tensor([[0.0, 0.0], [9.0, 0.0]]), "entropy") > 0.5
    tensor([ True, False])
    """
    one_of(SCORES, score=score)
    check_logits(logits, logits)
    z = logits.double()
    if score == "energy":
        return -z.logsumexp(1)
    if score == "entropy":
        log_p = z.log_softmax(1)
        return -(log_p.exp() * log_p).sum(1)
    return 1 - z.softmax(1).amax(1)


def auroc(known: ArrayLike | Tensor, unknown: ArrayLike | Tensor) -> float:
    """Probability that an unknown image scores higher than a known one; ties count half.

    Args:
        known: (n,) scores of images of the classes that the model was trained on.
        unknown: (m,) of others.

    Returns:
        Area under the receiver operating characteristic, 0 to 1; 0.5 is guessing.

    Raises:
        InputError: there are no scores, or some are NaN.

    Reference:
        Hanley and McNeil 1982, "The Meaning and Use of the Area under a Receiver Operating Characteristic Curve".

    >>> auroc(known=[0.1, 0.2, 0.3], unknown=[0.3, 0.9])
    0.9166666666666666
    """
    inside, outside = (np.asarray(scores, dtype=np.float64) for scores in (known, unknown))
    for name, scores in (("known", inside), ("unknown", outside)):
        if scores.ndim != 1 or scores.size == 0 or np.isnan(scores).any():
            raise InputError(f"{name} has shape {scores.shape}, or holds NaN: expected (n,) scores, n at least 1.")
    ordered = np.sort(inside)
    below, not_above = (np.searchsorted(ordered, outside, side=side) for side in ("left", "right"))
    return float((below + not_above).mean() / 2 / len(inside))
