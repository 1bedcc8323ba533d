"""The smallest changes that do the most harm: one step along the gradient's sign, and many small ones.

Attacks work on pixels from 0 to 1, before normalisation, so that `epsilon` is a share of the range: wrap a model that
takes normalised images in `Normalized`.

References:
    Goodfellow, Shlens and Szegedy 2015, "Explaining and Harnessing Adversarial Examples" (FGSM).
    Madry et al. 2018, "Towards Deep Learning Models Resistant to Adversarial Attacks" (PGD).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import positive, share, whole
from compresslab.errors import InputError
from compresslab.evaluation.corruptions import check_images
from compresslab.modes import evaluating


class Normalized(nn.Module):
    """A model that takes pixels from 0 to 1, made of one that takes normalised images.

    Args:
        model: from images (N, C, H, W) to logits; a module, or any callable such as an `OnnxModel`.
        mean, std: per channel, of pixels from 0 to 1, such as a data set's.

    >>> model = Normalized(nn.Flatten(), mean=[0.5], std=[0.25])
    >>> model(torch.ones(1, 1, 1, 1))
    tensor([[2.]])
    """

    mean: Tensor
    std: Tensor

    def __init__(self, model: object, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.model = model
        for name, values in (("mean", mean), ("std", std)):
            self.register_buffer(name, torch.tensor(list(values)).view(-1, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        return self.model((images - self.mean) / self.std)  # type: ignore[operator]  # a module or a callable


def fgsm(model: nn.Module, images: Tensor, labels: Tensor, epsilon: float) -> Tensor:
    """The fast gradient sign method: every pixel moves by epsilon in the direction that raises the loss.

    Args:
        model: differentiable, from pixels from 0 to 1 to logits; used in evaluation mode.
        images: (N, C, H, W) floating point from 0 to 1.
        labels: (N,) int64.
        epsilon: largest change of a pixel, 0 to 1; 8/255 is common for photographs of 32 pixels.

    Returns:
        (N, C, H, W), from 0 to 1.

    Raises:
        InputError: the images are none, a setting is out of its range, or the model gives no gradient.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(1, 2))
    >>> model[1].weight.data = torch.tensor([[1.0], [-1.0]])
    >>> fgsm(model, torch.full((1, 1, 1, 1), 0.5), torch.tensor([0]), epsilon=0.1).item()  # darker is less of class 0
    0.4000000059604645
    """
    check_images(images)
    share(epsilon=epsilon)
    images = images.detach()
    return (images + epsilon * _losses_and_gradient(model, images, labels)[1].sign()).clamp(0, 1)


def pgd(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    epsilon: float,
    *,
    steps: int = 20,
    step_size: float | None = None,
    random_start: bool = True,
    seed: int = 0,
) -> Tensor:
    """Projected gradient descent: small steps along the gradient's sign, kept within epsilon of the image.

    Args:
        model, images, labels, epsilon: as in `fgsm`.
        steps: how many.
        step_size: of each, above 0; None takes 2.5 epsilon / steps, by which the far side can be reached.
        random_start: begin somewhere within epsilon, where the gradient may be another than at the image.
        seed: of the start.

    Returns:
        (N, C, H, W), from 0 to 1: of all steps the one with the largest loss, image by image.

    Raises:
        InputError: as `fgsm`.

    >>> model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    >>> images, labels = torch.rand(8, 1, 2, 2), torch.zeros(8, dtype=torch.int64)
    >>> attacked = pgd(model, images, labels, epsilon=0.1)
    >>> bool((attacked - images).abs().max() <= 0.1 + 1e-6)
    True
    """
    check_images(images)
    share(epsilon=epsilon)
    whole(steps=steps)
    whole(0, seed=seed)
    if step_size is not None:
        positive(step_size=step_size)
    images = images.detach()
    size = 2.5 * epsilon / steps if step_size is None else step_size
    low, high = (images - epsilon).clamp_min(0), (images + epsilon).clamp_max(1)
    x = images
    if random_start:
        x = sign_noise(images, epsilon, seed=seed)
    best, most = images, _losses(model, images, labels).detach()
    for _ in range(steps):
        losses, gradient = _losses_and_gradient(model, x, labels)
        best, most = _larger(best, most, x, losses)
        x = torch.clamp(x + size * gradient.sign(), low, high)
    return _larger(best, most, x, _losses(model, x, labels).detach())[0]


def sign_noise(images: Tensor, epsilon: float, *, seed: int = 0) -> Tensor:
    """Images with every pixel moved by epsilon, up or down at random: as much as an attack moves it, without an aim.

    An attack that does no more harm than this has no gradient to follow.

    Args:
        images: (N, C, H, W) floating point from 0 to 1.
        epsilon: change of a pixel, 0 to 1.
        seed: of the signs.

    Raises:
        InputError: the images are none, or a setting is out of its range.

    >>> sign_noise(torch.full((1, 1, 1, 2), 0.5), epsilon=0.25).sub(0.5).abs().flatten()
    tensor([0.2500, 0.2500])
    """
    check_images(images)
    share(epsilon=epsilon)
    whole(0, seed=seed)
    signs = torch.randint(0, 2, images.shape, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    return (images + epsilon * signs.to(images)).clamp(0, 1)


def _losses(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of each image."""
    with evaluating(model), torch.set_grad_enabled(images.requires_grad):
        return F.cross_entropy(model(images), labels, reduction="none")


def _losses_and_gradient(model: nn.Module, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Also the gradient of each loss by its image's pixels. The model's own gradients are left alone."""
    moved = images.detach().clone().requires_grad_()
    losses = _losses(model, moved, labels)
    if not losses.requires_grad:
        raise InputError("the model gives no gradient: attack its fake-quantized twin, and try the images on it.")
    (gradient,) = torch.autograd.grad(losses.sum(), moved)
    return losses.detach(), gradient


def _larger(best: Tensor, most: Tensor, x: Tensor, losses: Tensor) -> tuple[Tensor, Tensor]:
    """Of each image the version with the larger loss, and that loss."""
    better = losses > most
    return torch.where(better[:, None, None, None], x, best), torch.where(better, losses, most)
