"""Bits for each layer's weights by hand: what they cost in bytes, and what is left of the accuracy."""

from collections.abc import Callable, Iterable

import ipywidgets as widgets
import torch
from torch import Tensor, nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.explorers.explore import explore
from compresslab.modes import evaluating
from compresslab.plots import Chart
from compresslab.plots.chart import BETTER, FAINT, blank, heading, style
from compresslab.quantization import BitWidths, quantize_post_training


def mixed_precision_chart(
    model: nn.Module, calibration: Iterable[Tensor], images: Tensor, labels: Tensor
) -> Callable[..., Chart]:
    """A function that quantizes the model with the bits given for each layer, and draws the bytes of its weights.

    Args:
        model: trained; not modified.
        calibration: batches of inputs, as in `quantize_post_training`.
        images, labels: (N, ...) and (N,), on which the accuracy is measured. To choose bits by it, take validation
            images.

    Returns:
        Draws from the bits of the weights by the layers' names, and `activations`, the bits of all activations.

    Raises:
        InputError: there is no image, or not a label for each.

    >>> from compresslab.models import mlp
    >>> model, images = mlp(inputs=4, hidden=[8]), torch.rand(32, 1, 2, 2)
    >>> draw = mixed_precision_chart(model, [images], images, model(images).argmax(1))
    >>> print(draw(**{"1": 8, "3": 8}).alt)
    weights 112 bytes, 4.0 times smaller than in fp32; accuracy ... of 32 images. Layer: bits, bytes. 1: 8, ...
    """
    if not len(images) or len(images) != len(labels):
        raise InputError(f"images has {len(images)} samples and labels {len(labels)}: give as many of both, not none.")
    weights = {name.removesuffix(".weight"): weight.numel() for name, weight in prunable_weights(model)}
    batches = list(calibration)

    def draw(activations: int = 8, **bits: int) -> Chart:
        by_layer = {name: BitWidths(width, activations) for name, width in bits.items()}
        quantized = quantize_post_training(model, batches, bits=BitWidths(8, activations), by_layer=by_layer)
        with evaluating(quantized), torch.no_grad():
            right = (quantized(images).argmax(1) == labels).double().mean().item()
        size = {name: count * bits.get(name, 8) / 8 for name, count in weights.items()}
        smaller = 4 * sum(weights.values()) / sum(size.values())
        told = f"weights {sum(size.values()):,.0f} bytes, {smaller:.1f} times smaller than in fp32"
        accuracy = f"accuracy {right:.1%} of {len(images)} images"
        with style():
            figure = blank(1.4 + 0.45 * len(weights))
            axis = figure.subplots()
            rows = range(len(weights))
            axis.barh(rows, [float(count) for count in weights.values()], color="#E8E8E8", label="in 8 bits")
            axis.barh(rows, list(size.values()), color=BETTER, height=0.5, label="as chosen")
            for row, (name, of_layer) in enumerate(size.items()):
                axis.annotate(f" {bits.get(name, 8)} bits", (of_layer, row), va="center", fontsize=9, color=FAINT)
            axis.set_yticks(rows, [f"layer {name}" for name in weights])
            axis.invert_yaxis()
            axis.grid(visible=False, axis="y")
            axis.set_xlabel("weights (bytes)")
            axis.legend(loc="lower right", fontsize=9)
            heading(figure, accuracy, f"{told}; activations in {activations} bits")
        listed = "; ".join(f"{name}: {bits.get(name, 8)}, {of_layer:,.0f}" for name, of_layer in size.items())
        return Chart(figure, f"{told}; {accuracy}. Layer: bits, bytes. {listed}.")

    return draw


def mixed_precision_explorer(
    model: nn.Module, calibration: Iterable[Tensor], images: Tensor, labels: Tensor
) -> widgets.VBox:
    """The chart with a slider for each layer's bits, and one for those of the activations.

    >>> from compresslab.models import mlp
    >>> images = torch.rand(8, 1, 2, 2)
    >>> explorer = mixed_precision_explorer(mlp(inputs=4, hidden=[3]), [images], images, torch.zeros(8))
    >>> len(explorer.children)  # two layers, the activations, and the picture
    4
    """
    wide = {"style": {"description_width": "14em"}, "layout": {"width": "40em"}, "continuous_update": False}
    names = [name.removesuffix(".weight") for name, _ in prunable_weights(model)]
    controls = {
        name: widgets.IntSlider(value=8, min=2, max=8, description=f"layer {name}: weight bits", **wide)
        for name in names
    }
    controls["activations"] = widgets.IntSlider(value=8, min=2, max=8, description="activation bits", **wide)
    return explore(mixed_precision_chart(model, calibration, images, labels), controls)
