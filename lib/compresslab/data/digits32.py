"""digits32: real handwritten digits in made-up scenes, 32x32 pixels in colour, ten classes, no download.

Each image shows one of scikit-learn's digits, coloured, turned, scaled and moved, on a background of colour
gradients, smooth noise and stripes, among fragments of smaller digits. A handwritten digit, as label or as
fragment, appears in one split only. How hard the images are is measured in `reference/digits32_acceptance.json`.

The images are the same on every machine: random numbers come from PCG64, and pixels from element-wise
IEEE operations, which neither the number of threads nor the width of a vector unit can reorder.
"""

import inspect
import sys
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from compresslab.data import digits
from compresslab.data.cache import Arrays, cached
from compresslab.data.sets import Dataset, Split, assemble

SIZES = (12_000, 2_000, 4_000)  # train, validation, test
SIDE = 32

# What a scene is drawn from: each range is uniform. Lengths are shares of the frame, colours run from 0 to 1.
SCALE = (0.5, 0.86)  # height of the 8x8 box that holds the digit
ASPECT = (0.85, 1.15)  # width of the box over its height
ROTATION = (-24.0, 24.0)  # degrees
CONTRAST = (0.15, 0.5)  # between ink and background, before each channel is tinted
TINT = (0.4, 1.6)  # share of the contrast that a channel gets
WEIGHT = (-0.1, 0.35)  # stroke weight, in shares of the ink's range
CLUTTER = (0, 1, 2, 3, 4)  # fragments in a scene
FRAGMENT_SCALE = (0.35, 0.6)  # of the whole digit, of which a corner is shown: too little to pass for a digit
FRAGMENT_PLACE = (0.8, 1.25)  # distance from the middle of the frame, whose corners are at 1.4
GRADIENT = 0.25  # largest change from the middle to an edge, per channel
BLOTCHES = 0.13  # largest amplitude of the smooth noise, once in colour and once in grey
STRIPES = 0.08  # largest amplitude
NOISE = 0.055  # largest amplitude of the noise of a pixel

_SEED = 32
_CHUNK = 250  # images painted at a time: small enough for their float32 pixels to stay in a core's cache
Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]
_Y, _X = ((np.indices((SIDE, SIDE)) + 0.5) / (SIDE / 2) - 1).astype(np.float32)  # pixel centres, -1 to 1


def load() -> Dataset:
    """The data set, painted on first use (a few seconds) and cached.

    `groups` is the position of the digit in scikit-learn's arrays. Attributes: `contrast` (mean distance of ink
    and background over the channels, 0 to 1), `clutter` (fragments), `rotation` (degrees), `scale` (of the frame).

    >>> import os, tempfile
    >>> from unittest.mock import patch
    >>> with tempfile.TemporaryDirectory() as cache, patch.dict(os.environ, COMPRESSLAB_CACHE=cache):
    ...     with patch(f"{__name__}.SIZES", (20, 10, 10)):  # in place of 18,000, to be quick here
    ...         dataset = load()
    >>> dataset.image_size, dataset.channels, sorted(dataset.train.attributes)
    (32, 3, ['clutter', 'contrast', 'rotation', 'scale'])
    """
    # The code is the key: an edited generator must never serve the images of the old one.
    key = [inspect.getsource(module) for module in (sys.modules[__name__], digits)]
    arrays = cached("digits32", key, generate)
    columns = {name: torch.from_numpy(array) for name, array in arrays.items()}
    images, labels, groups = (columns.pop(name) for name in ("images", "labels", "groups"))
    everything = Split(images, labels, torch.arange(len(labels)), groups, columns)
    splits = [everything.select(part) for part in everything.ids.split(SIZES)]
    return assemble("digits32", digits.CLASSES, splits, ("crop",))


def generate() -> Arrays:
    """Paint all splits, one after the other, each from its own handwritten digits.

    Returns:
        The arrays of `paint`, of all splits in a row.

    >>> from unittest.mock import patch
    >>> with patch(f"{__name__}.SIZES", (10, 10, 10)):  # in place of 18,000
    ...     generate()["images"].shape
    (30, 3, 32, 32)
    """
    sources = zip(digits.splits(), SIZES, strict=True)
    parts = [paint(source, size, stream) for stream, (source, size) in enumerate(sources)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def paint(source: Split, size: int, stream: int) -> Arrays:
    """Paint `size` scenes with the digits of `source`, each used equally often within its class (to within one).

    Args:
        source: 8x8 digits, one channel.
        size: a multiple of ten.
        stream: number of the random stream.

    Returns:
        By name: `images` (size, 3, 32, 32) uint8, `labels` and `groups` (size,) int64, and the attributes (size,).

    >>> train, _, _ = digits.splits()
    >>> sorted(paint(train, 20, stream=0)["labels"].tolist())
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9]
    """
    rng = np.random.default_rng((_SEED, stream))
    labels = source.labels.numpy()
    classes = [rng.permutation(np.flatnonzero(labels == label)) for label in range(10)]
    chosen = rng.permutation(np.concatenate([np.resize(members, size // 10) for members in classes]))
    ink = _enlarge(source.images[:, 0].numpy())
    chunks = [_scenes(rng, ink, chosen[at : at + _CHUNK]) for at in range(0, size, _CHUNK)]
    arrays = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    return {"labels": labels[chosen], "groups": source.groups.numpy()[chosen], **arrays}


def _enlarge(images: npt.NDArray[np.uint8]) -> Floats:
    """Digits (N, 8, 8) at four times the resolution, with 4 empty pixels around: (N, 40, 40), 0 to 1.

    Interpolated by Catmull-Rom splines, which keep strokes smooth where bilinear ones would show the old pixels.
    """
    fine = np.pad(images.astype(np.float32) / 255, ((0, 0), (3, 3), (3, 3)))
    at = (np.arange(40) + 0.5) / 4 + 1.5  # in pixels of the padded image, whose ink begins at 3
    first = at.astype(np.int64)
    t = (at - first).astype(np.float32)
    for axis in (1, 2):
        a, b, c, d = (np.moveaxis(fine.take(first + k, axis), axis, -1) for k in (-1, 0, 1, 2))
        curve = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
        fine = np.moveaxis(curve, -1, axis)
    return np.ascontiguousarray(fine.clip(0, 1))


def _scenes(rng: np.random.Generator, ink: Floats, chosen: Integers) -> dict[str, npt.NDArray[Any]]:
    """Scenes (n, 3, 32, 32) uint8 of the digits ink[chosen], with their attributes."""
    n = len(chosen)
    image, base = _background(rng, n)
    contrast = _uniform(rng, CONTRAST, n)
    weight = _uniform(rng, WEIGHT, n, 1, 1)
    clutter = rng.integers(len(CLUTTER), size=n)
    for k in range(1, len(CLUTTER)):
        some = np.flatnonzero(clutter >= k)
        colour, _ = _ink_colour(rng, base[some], contrast[some])
        _blend(image, some, _fragment(rng, ink, rng.choice(chosen, len(some)), weight[some]), colour)
    scale, rotation = _uniform(rng, SCALE, n), _uniform(rng, ROTATION, n)
    x, y = _uniform(rng, (-1, 1), 2, n) * (1 - 0.95 * scale)
    shape, _, _ = _place(ink, chosen, x, y, scale, _uniform(rng, ASPECT, n), rotation)
    colour, contrast = _ink_colour(rng, base, contrast)
    _blend(image, np.arange(n), _stroke(shape, weight), colour)
    image += _uniform(rng, (-1, 1), *image.shape) * _uniform(rng, (0, NOISE), n, 1, 1, 1)
    return {
        "images": (image.clip(0, 1) * 255 + 0.5).astype(np.uint8),
        "contrast": contrast,
        "clutter": clutter,
        "rotation": rotation,
        "scale": scale,
    }


def _background(rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """Backgrounds (n, 3, 32, 32), which may leave 0 to 1 a little, and their middle colours (n, 3)."""
    base = _uniform(rng, (0.12, 0.88), n, 3)
    cos, sin = _direction(_uniform(rng, (0, 360), n))
    image = base[:, :, None, None] + (_X * cos + _Y * sin)[:, None] * _uniform(rng, (-GRADIENT, GRADIENT), n, 3, 1, 1)
    for channels, cells in ((3, 4), (1, 8)):
        noise = _smooth(_uniform(rng, (-1, 1), n, channels, cells, cells))
        image += noise * _uniform(rng, (0, BLOTCHES), n, 1, 1, 1)
    cos, sin = _direction(_uniform(rng, (0, 360), n))
    phase = (_X * cos + _Y * sin) * _uniform(rng, (1.5, 5), n, 1, 1) + _uniform(rng, (0, 1), n, 1, 1)
    wave = 4 * np.abs(phase - np.floor(phase) - np.float32(0.5)) - 1
    image += wave[:, None] * _uniform(rng, (0, STRIPES), n, 1, 1, 1)
    return image, base


def _fragment(rng: np.random.Generator, ink: Floats, chosen: Integers, weight: Floats) -> Floats:
    """Coverage (n, 32, 32) by a corner each of small digits, turned anyhow, near the edge of the frame."""
    n = len(chosen)
    cos, sin = _direction(_uniform(rng, (0, 360), n))
    away = _uniform(rng, FRAGMENT_PLACE, n)
    x, y = ((away * side[:, 0, 0]).clip(-0.95, 0.95) for side in (cos, sin))
    scale, rotation = _uniform(rng, FRAGMENT_SCALE, n), _uniform(rng, (0, 360), n)
    shape, across, down = _place(ink, chosen, x, y, scale, np.ones(n, np.float32), rotation)
    corner = (down > 0) & (across > -0.3)  # a loop cut open: a whole one beside a stroke would read as 6 or 9
    return _stroke(shape, weight) * corner * _uniform(rng, (0.6, 1), n, 1, 1)


def _place(
    ink: Floats, chosen: Integers, x: Floats, y: Floats, scale: Floats, aspect: Floats, rotation: Floats
) -> tuple[Floats, Floats, Floats]:
    """The digits ink[chosen] as seen in the frame (n, 32, 32), sampled bilinearly.

    Args:
        ink: (N, 40, 40) as `_enlarge` gives it.
        chosen, x, y, scale, aspect, rotation: (n,), the place in frame coordinates (-1 to 1).

    Returns:
        The ink, and each pixel's coordinates across and down the digit's own box (-1 to 1 within it).
    """
    side = ink.shape[1]
    cos, sin = _direction(rotation)
    dx, dy = _X - x[:, None, None], _Y - y[:, None, None]
    across = (cos * dx + sin * dy) / (scale * aspect)[:, None, None]
    down = (cos * dy - sin * dx) / scale[:, None, None]
    u, v = ((part * 16 + (side - 1) / 2).clip(0, side - 1.001) for part in (across, down))
    column, row = u.astype(np.int64), v.astype(np.int64)
    u, v = u - column.astype(np.float32), v - row.astype(np.float32)
    pixels, at = ink.reshape(-1), (chosen[:, None, None] * side + row) * side + column
    upper, lower = (pixels[k] + (pixels[k + 1] - pixels[k]) * u for k in (at, at + side))
    return upper + (lower - upper) * v, across, down


def _stroke(shape: Floats, weight: Floats) -> Floats:
    """Coverage 0 to 1 by a stroke with firm edges, thicker for a larger weight."""
    return ((shape - 0.5) * 2.5 + 0.5 + weight).clip(0, 1)


def _ink_colour(rng: np.random.Generator, base: Floats, contrast: Floats) -> tuple[Floats, Floats]:
    """Ink (n, 3) lighter or darker than `base`, where there is room, and the contrast (n,) that it came to."""
    n = len(base)
    dark = base.mean(axis=1, keepdims=True) + _uniform(rng, (-0.2, 0.2), n, 1) < 0.5
    step = contrast[:, None] * _uniform(rng, TINT, n, 3)
    colour = (base + np.where(dark, step, -step)).clip(0, 1)
    return colour, np.abs(colour - base).mean(axis=1)


def _blend(image: Floats, some: Integers, coverage: Floats, colour: Floats) -> None:
    """Paint `colour` (n, 3) over image[some] as far as `coverage` (n, 32, 32) says."""
    under = image[some]
    image[some] = under + coverage[:, None] * (colour[:, :, None, None] - under)


def _smooth(cells: Floats) -> Floats:
    """Random cells (n, C, k, k) as a smooth field (n, C, 32, 32), bilinear."""
    k = cells.shape[-1]
    at = ((np.arange(SIDE) + 0.5) * k / SIDE - 0.5).clip(0, k - 1.001)
    first = at.astype(np.int64)
    t = (at - first).astype(np.float32)
    rows = cells[:, :, first] + (cells[:, :, first + 1] - cells[:, :, first]) * t[:, None]
    return rows[..., first] + (rows[..., first + 1] - rows[..., first]) * t


def _direction(degrees: Floats) -> tuple[Floats, Floats]:
    """Cosine and sine (n, 1, 1), rounded so that the last bit of a machine's library does not matter."""
    radians = np.deg2rad(degrees.astype(np.float64))[:, None, None]
    return np.cos(radians).round(6).astype(np.float32), np.sin(radians).round(6).astype(np.float32)


def _uniform(rng: np.random.Generator, bounds: tuple[float, float], *shape: int) -> Floats:
    low, high = bounds
    return rng.random(shape, dtype=np.float32) * np.float32(high - low) + np.float32(low)
