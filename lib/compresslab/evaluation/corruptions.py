"""Images as they come in use: noisy, blurred, pale, or saved as small JPEGs; five strengths of each.

The strengths are those of CIFAR-10-C. A compressed model that keeps its accuracy on clean images may have lost it here.

Reference:
    Hendrycks and Dietterich 2019, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations".
"""

import io
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from compresslab.arguments import one_of, whole
from compresslab.errors import InputError

Corruption = Literal["noise", "blur", "contrast", "jpeg"]
CORRUPTIONS: tuple[Corruption, ...] = ("noise", "blur", "contrast", "jpeg")
STRENGTHS = (1, 2, 3, 4, 5)

NOISE_STD = (0.04, 0.06, 0.08, 0.09, 0.10)  # of pixels from 0 to 1
BLUR_SIGMA = (0.4, 0.6, 0.7, 0.8, 1.0)  # pixels of an image of 32, and in proportion of a larger one
CONTRAST_KEPT = (0.75, 0.5, 0.4, 0.3, 0.15)  # share of each pixel's distance from its channel's mean
JPEG_QUALITY = (80, 65, 58, 50, 40)  # percent, as libjpeg counts it
_SIDE = 32


def corrupt(images: Tensor, corruption: Corruption, strength: int, *, seed: int = 0) -> Tensor:
    """Corrupted copies of images: give both models the same ones.

    Args:
        images: (N, C, H, W) floating point from 0 to 1, before normalisation. For "jpeg", C is 1 or 3.
        corruption: "noise", "blur", "contrast" or "jpeg".
        strength: 1 to 5.
        seed: of the noise. The noise of the first images doesn't depend on how many follow.

    Returns:
        (N, C, H, W) of the same dtype, from 0 to 1.

    Raises:
        InputError: the images are none or leave 0 to 1, or there is no such corruption or strength.

    >>> pale = corrupt(torch.tensor([[[[0.0, 1.0]]]]), "contrast", strength=2)
    >>> pale.flatten()
    tensor([0.2500, 0.7500])
    """
    one_of(CORRUPTIONS, corruption=corruption)
    whole(1, len(STRENGTHS), strength=strength)
    whole(0, seed=seed)
    check_images(images)
    if corruption == "noise":
        return _noisy(images, NOISE_STD[strength - 1], seed)
    if corruption == "blur":
        return _blurred(images, BLUR_SIGMA[strength - 1] * min(images.shape[2:]) / _SIDE)
    if corruption == "contrast":
        mean = images.mean((2, 3), keepdim=True)
        return (mean + CONTRAST_KEPT[strength - 1] * (images - mean)).clamp(0, 1)
    return _through_jpeg(images, JPEG_QUALITY[strength - 1])


def check_images(images: Tensor) -> None:
    """Refuse what is no batch of images (N, C, H, W) in floating point from 0 to 1.

    Raises:
        InputError: it is none.

    >>> check_images(torch.full((1, 1, 2, 2), -0.5))
    Traceback (most recent call last):
    compresslab.errors.InputError: images run from -0.5 to -0.5: give them from 0 to 1, before normalisation.
    """
    if images.ndim != 4 or images.numel() == 0 or not images.is_floating_point():
        raise InputError(f"images are {images.dtype} {tuple(images.shape)}: expected floating point (N, C, H, W).")
    low, high = float(images.detach().min()), float(images.detach().max())
    if not (low >= 0 and high <= 1):
        raise InputError(f"images run from {low:g} to {high:g}: give them from 0 to 1, before normalisation.")


def _noisy(images: Tensor, std: float, seed: int) -> Tensor:
    noise = np.random.default_rng(seed).standard_normal(tuple(images.shape), dtype=np.float32)
    return (images + std * torch.from_numpy(noise).to(images)).clamp(0, 1)


def _blurred(images: Tensor, sigma: float) -> Tensor:
    """By a Gaussian, cut off at four sigma; beyond the edge its pixels go on."""
    radius = int(4 * sigma + 0.5)
    at = torch.arange(-radius, radius + 1, dtype=torch.float64)
    kernel = torch.exp(-((at / sigma) ** 2) / 2)
    kernel = (kernel / kernel.sum()).to(images)
    channels = images.shape[1]
    padded = F.pad(images, [radius] * 4, mode="replicate")
    rows = F.conv2d(padded, kernel.view(1, 1, -1, 1).expand(channels, 1, -1, 1), groups=channels)
    return F.conv2d(rows, kernel.view(1, 1, 1, -1).expand(channels, 1, 1, -1), groups=channels).clamp(0, 1)


def _through_jpeg(images: Tensor, quality: int) -> Tensor:
    channels = images.shape[1]
    if channels not in (1, 3):
        raise InputError(f"images have {channels} channels: a JPEG has 1 or 3; leave this corruption out.")
    pixels = (images * 255).round().to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    decoded = []
    for image in pixels.squeeze(3) if channels == 1 else pixels:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "JPEG", quality=quality)
        decoded.append(np.asarray(Image.open(buffer)).reshape(*image.shape[:2], channels))
    return torch.from_numpy(np.stack(decoded)).permute(0, 3, 1, 2).to(images) / 255
