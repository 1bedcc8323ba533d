"""Bias correction: rounding weights shifts the mean of a layer's outputs, and the bias can take the shift back.

The error of a weight is no noise with mean zero once it is multiplied by inputs whose mean isn't zero, as after a ReLU:
E[y'] - E[y] = E[(W' - W) x]. It is the same for all images, and so it adds up through the layers. What is corrected is
the mean alone: where quantization has shrunk the outputs, as clipped weights of few bits do, the right mean of too
narrow a distribution can leave less of it above the next ReLU than there was before.

Reference:
    Nagel et al. 2019, "Data-Free Quantization through Weight Equalization and Bias Correction", section 4.2 and
    appendix D (the empirical form).
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.quantization.aware import fold_after_training
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.quantizers import QuantizedLayer


def correct_biases(quantized: nn.Module, model: nn.Module, calibration: Iterable[Tensor]) -> nn.Module:
    """A copy of a quantized model whose layers have, channel by channel, the mean outputs of the original's layers.

    Layers are corrected in the order of execution, each with those before it corrected.

    Args:
        quantized: from `quantize_post_training`; not modified.
        model: what it was made from.
        calibration: batches of inputs; gone through once for each layer, and so kept in memory.

    Raises:
        InputError: there is no batch, or the models' layers don't have the same names.

    >>> from compresslab.models import mlp
    >>> from compresslab.quantization.post_training import quantize_post_training
    >>> from compresslab.quantization.prepare import BitWidths
    >>> model, images = mlp(inputs=4), torch.rand(64, 1, 2, 2)
    >>> quantized = quantize_post_training(model, [images], bits=BitWidths(3, None))
    >>> corrected = correct_biases(quantized, model, [images])
    >>> bool((corrected(images) - model(images)).mean(0).abs().max() < 1e-5)
    True
    """
    batches = list(calibration)
    if not batches:
        raise InputError("calibration is empty: give at least one batch of inputs.")
    corrected, exact = fold_after_training(quantized), fold_batch_norm(model)
    layers = {name: module for name, module in corrected.named_modules() if isinstance(module, QuantizedLayer)}
    originals = dict(exact.named_modules())
    for name in layers:
        if name not in originals:
            raise InputError(f"the quantized layer {name!r} is none of model: give the model that it was made from.")
    wanted = _channel_means(exact, {name: originals[name] for name in layers}, batches)
    for name in wanted:  # in the order of execution
        layer = layers[name].layer
        found = _channel_means(corrected, {name: layers[name]}, batches)[name]
        missing = wanted[name] - found
        bias = missing if layer.bias is None else layer.bias.detach() + missing
        layer.bias = nn.Parameter(bias.to(layer.weight.dtype))
    return corrected


def _channel_means(model: nn.Module, layers: dict[str, nn.Module], batches: Sequence[Tensor]) -> dict[str, Tensor]:
    """The mean output of each channel of these layers, float64, in the order in which they are first called."""
    sums: dict[str, Tensor] = {}
    counts: dict[str, int] = {}

    def note(name: str, layer: nn.Module, y: Tensor) -> None:
        own = getattr(layer, "layer", layer)
        by_channel = (y if isinstance(own, nn.Linear) else y.movedim(1, -1)).double().flatten(0, -2)
        sums[name] = sums.get(name, torch.zeros((), dtype=torch.float64)) + by_channel.sum(0)
        counts[name] = counts.get(name, 0) + len(by_channel)

    hooks = [
        layer.register_forward_hook(lambda module, _, y, name=name: note(name, module, y))
        for name, layer in layers.items()
    ]
    try:
        with evaluating(model), torch.no_grad():
            for batch in batches:
                model(batch)
    finally:
        for hook in hooks:
            hook.remove()
    return {name: total / counts[name] for name, total in sums.items()}
