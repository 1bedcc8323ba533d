"""A temperature on one prediction: what a network knows besides its answer."""

import math
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
import torch
from torch import Tensor

from compresslab.arguments import positive
from compresslab.distillation import soft_targets
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, blank, heading, style


def temperature_chart(
    logits: Tensor, image: Tensor, *, temperature: float, classes: Sequence[str], label: int | None = None
) -> Chart:
    """An image and its classes' probabilities, at a temperature and, in outline, at 1.

    Args:
        logits: (classes,), a network's answer to the image, finite.
        image: (C, H, W), 1 or 3 channels, of any range: it is scaled to what is there.
        temperature: above 0.
        classes: their names.
        label: the right class; None if it isn't known.

    Raises:
        InputError: shapes don't fit, a logit isn't finite, or the temperature isn't above 0.

    >>> logits, image = torch.tensor([4.0, 1.0]).log(), torch.rand(1, 8, 8)
    >>> print(temperature_chart(logits, image, temperature=2, classes=["cat", "dog"]).alt)
    At temperature 2.0: cat 67%, dog 33%; 0.92 bits of 1.00 possible. At temperature 1: cat 80%, dog 20%; 0.72 bits.
    """
    positive(temperature=temperature)
    if logits.shape != (len(classes),) or not logits.isfinite().all():
        raise InputError(f"logits of shape {tuple(logits.shape)}: expected {len(classes)} finite ones, one a class.")
    if image.ndim != 3 or image.shape[0] not in (1, 3):
        raise InputError(f"an image of shape {tuple(image.shape)}: expected (C, H, W) with 1 or 3 channels.")
    logits = logits.detach().double()
    soft, plain = (soft_targets(logits[None], at)[0] for at in (temperature, 1.0))
    with style():
        figure = blank(4.2)
        picture, bars = figure.subplots(1, 2, width_ratios=(1, 2.2))
        pixels = image.detach().double().permute(1, 2, 0).numpy()
        low, high = pixels.min(), pixels.max()
        pixels = (pixels - low) / max(high - low, 1e-12)
        picture.imshow(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels, cmap="gray", vmin=0, vmax=1)
        picture.set_axis_off()
        picture.set_title("" if label is None else f"labelled {classes[label]}", fontsize=11)
        places = np.arange(len(classes))
        bars.barh(places, soft.numpy(), color=BETTER, height=0.8, label=f"temperature {temperature:.1f}")
        bars.barh(
            places, plain.numpy(), facecolor="none", edgecolor="black", linestyle="--", height=0.8,
            label="temperature 1",
        )  # fmt: skip
        bars.set_yticks(places, classes)
        if label is not None:
            bars.get_yticklabels()[label].set_fontweight("bold")
        bars.invert_yaxis()
        bars.set_xlim(0, 1)
        bars.set_xlabel("probability")
        bars.set_ylabel("class")
        bars.grid(visible=False, axis="y")
        figure.legend(loc="outside lower right", ncols=2)
        most = math.log2(len(classes))
        heading(
            figure,
            f"At temperature {temperature:.1f}: {_bits(soft):.2f} bits of {most:.2f} possible",
            f"dashed: at temperature 1, {_bits(plain):.2f} bits",
        )
    return Chart(
        figure,
        f"At temperature {temperature:.1f}: {_top(soft, classes)}; {_bits(soft):.2f} bits of {most:.2f} possible. "
        f"At temperature 1: {_top(plain, classes)}; {_bits(plain):.2f} bits.",
    )


def temperature_explorer(
    logits: Tensor, images: Tensor, *, classes: Sequence[str], labels: Tensor | None = None
) -> widgets.VBox:
    """The chart with a slider for the temperature, on a logarithmic scale, and one for the image.

    Args:
        logits: (N, classes), of N images.
        images: (N, C, H, W).
        classes: their names.
        labels: (N,), the right classes; None if they aren't known.

    Raises:
        InputError: there is no image, or not as many images or labels as logits.

    >>> explorer = temperature_explorer(torch.zeros(3, 2), torch.rand(3, 1, 8, 8), classes=["cat", "dog"])
    >>> [control.description for control in explorer.children[:-1]]
    ['temperature', 'image']
    """
    if not len(logits) or len(images) != len(logits) or (labels is not None and len(labels) != len(logits)):
        raise InputError(f"{len(logits)} logits and {len(images)} images: expected as many of each, at least one.")

    def draw(temperature: float, image: int) -> Chart:
        label = None if labels is None else int(labels[image])
        return temperature_chart(logits[image], images[image], temperature=temperature, classes=classes, label=label)

    wide = {"style": {"description_width": "8em"}, "layout": {"width": "36em"}, "continuous_update": False}
    return explore(
        draw,
        {
            "temperature": widgets.FloatLogSlider(
                value=4.0, base=10, min=-0.5, max=2, step=0.05, description="temperature", readout_format=".1f", **wide
            ),
            "image": widgets.IntSlider(value=0, min=0, max=len(logits) - 1, description="image", **wide),
        },
    )


def _bits(probabilities: Tensor) -> float:
    """Entropy."""
    return max(float(-torch.xlogy(probabilities, probabilities).sum()) / math.log(2), 0.0)


def _top(probabilities: Tensor, classes: Sequence[str]) -> str:
    order = probabilities.argsort(descending=True)[:3].tolist()
    return ", ".join(f"{classes[place]} {probabilities[place]:.0%}" for place in order)
