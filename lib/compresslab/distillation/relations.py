"""Distillation of relations: not where a sample lies in feature space, but how samples lie to each other.

Such losses compare two square tables over the samples of a batch. The features may have different sizes, and a
rotation or a mirror image of the student's changes nothing, so no projector is needed.

References:
    Park et al. 2019, "Relational Knowledge Distillation" (distances and angles).
    Tung and Mori 2019, "Similarity-Preserving Knowledge Distillation".
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from compresslab.distillation.hinton import widen
from compresslab.errors import InputError


def distances(features: Tensor) -> Tensor:
    """Euclidean distances between all samples of a batch, in units of their mean.

    Args:
        features: (N, ...), flattened to (N, D); N at least 2.

    Returns:
        (N, N), symmetric, 0 on the diagonal; the mean of the others is 1. All 0 where all samples are equal.

    Raises:
        InputError: there are fewer than two samples.

    >>> distances(torch.tensor([[0.0], [1.0], [3.0]]))  # 1, 2 and 3, divided by 2
    tensor([[0.0000, 0.5000, 1.5000],
            [0.5000, 0.0000, 1.0000],
            [1.5000, 1.0000, 0.0000]])
    """
    x = _rows(features, least=2)
    # Differences, not |x|^2 + |y|^2 - 2 xy, which loses its digits where samples are near each other; and of the root,
    # whose slope is infinite where two samples are equal, cdist gives the gradient 0 there.
    apart = torch.cdist(x, x, compute_mode="donot_use_mm_for_euclid_dist")
    mean = apart.sum() / (len(x) * (len(x) - 1))
    return apart / torch.where(mean > 0, mean, 1.0)


def angles(features: Tensor) -> Tensor:
    """Cosines of the angles that pairs of samples make, seen from a third one.

    Args:
        features: (N, ...), flattened to (N, D); N at least 3. N^2 D numbers are held.

    Returns:
        (N, N, N): [i, j, k] is the cosine at sample i between the directions to j and k. 0 where i is j or k, or
        two of them are equal.

    Raises:
        InputError: there are fewer than three samples.

    >>> angles(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]]))[0]  # a right angle at the first
    tensor([[0., 0., 0.],
            [0., 1., 0.],
            [0., 0., 1.]])
    """
    x = _rows(features, least=3)
    towards = F.normalize(x[None] - x[:, None], dim=2)  # [i, j]: from i to j
    return towards @ towards.transpose(1, 2)


def similarities(features: Tensor) -> Tensor:
    """Inner products of all samples of a batch, each row of length 1.

    Args:
        features: (N, ...), flattened to (N, D).

    Returns:
        (N, N). Its rows' lengths don't depend on D or on the layer's scale; unnormalised products would.

    Raises:
        InputError: there is no sample.

    >>> similarities(torch.tensor([[3.0, 0.0], [0.0, 5.0]]))
    tensor([[1., 0.],
            [0., 1.]])
    """
    x = _rows(features, least=1)
    return F.normalize(x @ x.T, dim=1)


def distance_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Huber loss between the two tables of `distances`: the mean over all pairs.

    Args:
        student, teacher: (N, ...) of the same samples; no gradient flows into the teacher's.

    Raises:
        InputError: they have different numbers of samples, or fewer than two.

    >>> points = torch.randn(4, 8)
    >>> round(distance_loss(3 * points, points).item(), 6)  # scale doesn't count
    0.0
    """
    _same_samples(student, teacher)
    return F.smooth_l1_loss(distances(student), distances(teacher.detach()))


def angle_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Huber loss between the two tables of `angles`: the mean over all triples.

    Args:
        student, teacher: (N, ...) of the same samples; no gradient flows into the teacher's.

    Raises:
        InputError: they have different numbers of samples, or fewer than three.

    >>> points = torch.randn(4, 8)
    >>> round(angle_loss(3 * points + 1, points).item(), 6)  # neither scale nor place counts
    0.0
    """
    _same_samples(student, teacher)
    return F.smooth_l1_loss(angles(student), angles(teacher.detach()))


def similarity_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of the two tables of `similarities`, over all N^2 entries.

    Args:
        student, teacher: (N, ...) of the same samples; no gradient flows into the teacher's.

    Raises:
        InputError: they have different numbers of samples, or none.

    >>> loss = similarity_loss(torch.eye(2), torch.ones(2, 1))  # rows (1, 0) against (0.71, 0.71)
    >>> round(loss.item(), 4)
    0.2929
    """
    _same_samples(student, teacher)
    return F.mse_loss(similarities(student), similarities(teacher.detach()))


def _rows(features: Tensor, *, least: int) -> Tensor:
    if features.ndim < 2 or len(features) < least:
        raise InputError(f"features have shape {tuple(features.shape)}: expected (N, ...) with N at least {least}.")
    return widen(features).flatten(1)


def _same_samples(student: Tensor, teacher: Tensor) -> None:
    if len(student) != len(teacher):
        raise InputError(
            f"{len(student)} samples of the student and {len(teacher)} of the teacher: give the same ones."
        )
