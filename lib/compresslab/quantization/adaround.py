"""Adaptive rounding (AdaRound): each weight may go up or down, whichever keeps the layer's outputs.

To the nearest is best for each weight by itself, but not for their sum. With h between 0 and 1 for each weight,

    W' = s clamp(floor(W / s) + h, qmin, qmax),        h = clamp(1.2 sigmoid(V) - 0.1, 0, 1),

V is trained so that W' x comes near W x, layer by layer, on a few hundred images without labels. A penalty that grows
during training, sum(1 - |2 h - 1|^beta) with beta falling from 20 to 2, drives each h to 0 or 1.

Reference:
    Nagel et al. 2020, "Up or Down? Adaptive Rounding for Post-Training Quantization".
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, fx, nn

from compresslab.arguments import at_least, positive, whole
from compresslab.errors import InputError
from compresslab.modes import evaluating
from compresslab.quantization.affine import dequantize, quantize
from compresslab.quantization.aware import fold_after_training
from compresslab.quantization.batch_norm import fold_batch_norm
from compresslab.quantization.graph import calls, rectified_layers
from compresslab.quantization.quantizers import QuantizedLayer, apply_layer

_STRETCH, _OFFSET = 1.2, -0.1  # so that 0 and 1 are reached, and not only approached
_WARM_UP = 0.2  # share of the steps without the penalty
_BETAS = (20.0, 2.0)


def round_adaptively(
    quantized: nn.Module,
    model: nn.Module,
    calibration: Iterable[Tensor],
    *,
    steps: int = 1000,
    batch_size: int = 32,
    learning_rate: float = 0.01,
    penalty: float = 0.01,
    seed: int = 0,
) -> nn.Module:
    """A copy of a quantized model whose weights are rounded up or down as AdaRound chooses.

    The layers are gone through in the order of execution. Each sees the inputs that it gets in the quantized model,
    those before it rounded already, and is to give the outputs of the original, after the ReLU if one follows.
    Scales stay as they are: with few bits, those of least squared error do better (`weight_ranges="mse"`).

    Args:
        quantized: from `quantize_post_training`; not modified.
        model: what it was made from.
        calibration: batches of inputs; all of them, and a layer's inputs and outputs, are kept in memory.
        steps: of Adam, for each layer.
        batch_size: samples a step.
        learning_rate: of V.
        penalty: factor of the penalty.
        seed: of the choice of samples.

    Raises:
        InputError: a setting is out of its range, there is no batch, or the models' layers don't have the same names.

    >>> from compresslab.models import mlp
    >>> from compresslab.quantization.post_training import quantize_post_training
    >>> from compresslab.quantization.prepare import BitWidths
    >>> model, images = mlp(inputs=4, hidden=[16]), torch.rand(64, 1, 2, 2)
    >>> nearest = quantize_post_training(model, [images], bits=BitWidths(3, None))
    >>> adapted = round_adaptively(nearest, model, [images], steps=200)
    >>> error = lambda network: (network(images) - model(images)).square().mean().item()
    >>> error(adapted) < error(nearest)
    True
    """
    whole(steps=steps, batch_size=batch_size)
    whole(0, seed=seed)
    positive(learning_rate=learning_rate)
    at_least(0, penalty=penalty)
    batches = list(calibration)
    if not batches:
        raise InputError("calibration is empty: give at least one batch of inputs.")
    rounded, exact = fold_after_training(quantized), fold_batch_norm(model)
    assert isinstance(rounded, fx.GraphModule)
    rectified = rectified_layers(rounded)
    random = torch.Generator().manual_seed(seed)
    originals = dict(exact.named_modules())
    for name in calls(rounded):  # in the order of execution
        module = rounded.get_submodule(name)
        if not isinstance(module, QuantizedLayer):
            continue
        if name not in originals:
            raise InputError(f"the quantized layer {name!r} is none of model: give the model that it was made from.")
        inputs, _ = _seen(rounded, module, batches)
        _, outputs = _seen(exact, originals[name], batches)
        choice = _Rounding(module)
        optimizer = torch.optim.Adam([choice.v], lr=learning_rate)
        for step in range(steps):
            chosen = torch.randint(len(inputs), (min(batch_size, len(inputs)),), generator=random)
            loss = choice.loss(inputs[chosen], outputs[chosen], relu=name in rectified)
            if step >= _WARM_UP * steps:
                progress = (step / steps - _WARM_UP) / (1 - _WARM_UP)
                loss = loss + penalty * choice.indecision(_BETAS[0] + (_BETAS[1] - _BETAS[0]) * progress)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        choice.settle()
    return rounded


class _Rounding(nn.Module):
    """The rounding of one layer's weight while it is being chosen."""

    def __init__(self, quantized: QuantizedLayer) -> None:
        super().__init__()
        self.quantized = [quantized]  # in a list: its weight is no parameter of this module
        weight = quantized.layer.weight.detach()
        self.scale, self.format = quantized.weight_quantizer.scale_of(weight), quantized.weight_quantizer.format
        steps = weight / self.scale
        self.below = torch.floor(steps)
        share = ((steps - self.below).clamp(1e-4, 1 - 1e-4) - _OFFSET) / _STRETCH
        self.v = nn.Parameter(torch.logit(share))  # h begins as the rest itself, so that W' begins as W

    def h(self) -> Tensor:
        return (torch.sigmoid(self.v) * _STRETCH + _OFFSET).clamp(0, 1)

    def forward(self, x: Tensor) -> Tensor:
        steps = (self.below + self.h()).clamp(self.format.lowest, self.format.highest)
        layer = self.quantized[0].layer
        return apply_layer(layer, x, steps * self.scale, layer.bias)

    def loss(self, inputs: Tensor, outputs: Tensor, *, relu: bool) -> Tensor:
        """The squared error of the outputs, summed over channels, as the mean over samples and places."""
        found = self(inputs)
        error = found.relu() - outputs.relu() if relu else found - outputs
        return error.square().sum(-1 if isinstance(self.quantized[0].layer, nn.Linear) else 1).mean()

    def indecision(self, beta: float) -> Tensor:
        """How far the h are from 0 and 1: about their number where all are near 0.5, none where all have chosen."""
        return (1 - (2 * self.h() - 1).abs() ** beta).sum()

    def settle(self) -> None:
        """Put the chosen values into the layer, and fix its scale, so that its quantizer changes them no more."""
        with torch.no_grad():
            steps = (self.below + (self.h() > 0.5)) * self.scale
            layer, quantizer = self.quantized[0].layer, self.quantized[0].weight_quantizer
            integers = quantize(steps, self.scale, format=self.format)
            layer.weight = nn.Parameter(dequantize(integers, self.scale))  # another layer may share the old one
            quantizer.step, quantizer.scale = None, self.scale.clone()


def _seen(model: nn.Module, layer: nn.Module, batches: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """All inputs and outputs of a layer."""
    inputs: list[Tensor] = []
    outputs: list[Tensor] = []

    def note(_: nn.Module, given: tuple[Tensor, ...], y: Tensor) -> None:
        inputs.append(given[0])
        outputs.append(y)

    hook = layer.register_forward_hook(note)
    try:
        with evaluating(model), torch.no_grad():
            for batch in batches:
                model(batch)
    finally:
        hook.remove()
    return torch.cat(inputs), torch.cat(outputs)
