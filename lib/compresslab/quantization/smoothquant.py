"""SmoothQuant: outliers of the activations are moved into the weights, so that both fit into 8 bits.

Integer kernels need integers on both sides. Weights are easy: each output channel has a scale of its own. Activations
have one for a whole tensor, or for each token; a scale for each of their channels can't be taken out of the sum over
channels. In large language models a few channels are a hundred times larger than the others, always the same ones:
they set the scale, and nothing is left of the rest. Divide channel c by s_c in the layer before, multiply column c of
the weight by it, and the model is the same; with
s_c = max|x_c|^alpha / max|w_c|^(1 - alpha) the difficulty is shared.

Reference: Xiao, Lin, Seznec, Wu, Demouth and Han 2022, "SmoothQuant: Accurate and Efficient Post-Training Quantization
for Large Language Models".
"""

import copy
from collections.abc import Collection, Iterable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.arguments import share
from compresslab.quantization.affine import fake_quantize, symmetric_scale
from compresslab.quantization.channel_scales import Fold, check_folds, fold_scale, fold_targets
from compresslab.quantization.formats import IntegerFormat, weight_format
from compresslab.quantization.groups import linear_layers, replace_layer
from compresslab.quantization.inputs import see_inputs


def smooth(model: nn.Module, *, calibration: Iterable[Tensor], folds: Sequence[Fold], alpha: float = 0.5) -> nn.Module:
    """A copy of the model that computes the same, with the ranges of activations evened out.

    Args:
        model: is not modified.
        calibration: batches as the model takes them, such as tokens (N, T); never of the test set.
        folds: where scales can be moved, such as `language_folds` says.
        alpha: how much of the activations' ranges the weights take over: 0 makes the columns of the weight alike, 1
            the channels of the activations.

    Raises:
        InputError: see `see_inputs`; a fold doesn't fit the model, or `alpha` is not between 0 and 1.

    >>> model = nn.Sequential(nn.LayerNorm(2), nn.Linear(2, 2))
    >>> model[0].weight.data[1] = 100.0
    >>> _ = torch.manual_seed(0)
    >>> smoothed = smooth(model, calibration=[torch.randn(64, 2)], folds=[Fold("0", ("1",))], alpha=1.0)
    >>> smoothed[0].weight  # both channels reach 1 at most
    Parameter containing:
    tensor([1.0000, 1.0000], requires_grad=True)
    """
    share(alpha=alpha)
    smoothed = copy.deepcopy(model)
    check_folds(smoothed, folds)
    largest = _largest_inputs(smoothed, [name for fold in folds for name in fold.targets[:1]], calibration)
    for fold in folds:
        reads = largest[fold.targets[0]]
        weights = torch.stack([target.weight.detach().abs().amax(0) for target in fold_targets(smoothed, fold)]).amax(0)
        scale = reads.pow(alpha) / weights.pow(1 - alpha)
        # A channel that is always zero, on either side, is easy as it is.
        scale = torch.where((reads > 0) & (weights > 0), scale, torch.ones_like(scale))
        fold_scale(smoothed, fold, scale)
    return smoothed


def smoothquant(
    model: nn.Module,
    *,
    calibration: Iterable[Tensor],
    folds: Sequence[Fold],
    alpha: float | None = 0.5,
    bits: int = 8,
    per_token: bool = False,
    skip: Collection[str] = (),
) -> nn.Module:
    """A copy of the model whose linear layers have quantized weights and inputs (W8A8), after smoothing.

    Args:
        model: is not modified.
        calibration: batches as the model takes them; never of the test set.
        folds: where scales can be moved.
        alpha: as in `smooth`; None does not smooth, for comparison.
        bits: of weights and activations.
        per_token: a scale for each token, taken when it comes, instead of one a layer from the calibration.
        skip: names of linear layers to leave as they are.

    Returns:
        A model with `ActivationLinear` in place of each `nn.Linear`. Its integers are simulated.

    Raises:
        InputError: see `smooth`; there is no linear layer, `skip` names none, or `bits` is out of its range.

    >>> model = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 2))
    >>> smoothquant(model, calibration=[torch.randn(64, 8)], folds=[Fold("0", ("1",))])[1]
    ActivationLinear(in_features=8, out_features=2, bits=8, per_token=False)
    """
    batches = tuple(calibration)
    smoothed = copy.deepcopy(model)
    if alpha is not None:
        smoothed = smooth(smoothed, calibration=batches, folds=folds, alpha=alpha)
    layers = linear_layers(smoothed, skip=skip)
    largest = _largest_inputs(smoothed, list(layers), batches)
    for name, layer in layers.items():
        most = None if per_token else largest[name].max()
        smoothed = replace_layer(smoothed, name, ActivationLinear(layer, bits=bits, largest_input=most))
    return smoothed


class ActivationLinear(nn.Module):
    """A linear layer with fake-quantized weights (a scale for each output channel) and inputs.

    Both are symmetric. Products and sums of the integers are exact, so real numbers give the same as an integer kernel.

    Args:
        layer: with the weights.
        bits: of weights and inputs.
        largest_input: magnitude that the largest integer stands for; None takes that of each token.

    >>> layer = ActivationLinear(nn.Linear(4, 2), bits=8, largest_input=torch.tensor(3.0))
    >>> layer(torch.zeros(5, 4)).shape
    torch.Size([5, 2])
    """

    weight: Tensor
    scale: Tensor | None

    def __init__(self, layer: nn.Linear, *, bits: int, largest_input: Tensor | None) -> None:
        super().__init__()
        self.in_features, self.out_features, self.bits = layer.in_features, layer.out_features, bits
        self.format: IntegerFormat = weight_format(bits)
        weight = layer.weight.detach()
        self.register_buffer("weight", fake_quantize(weight, symmetric_scale(weight, bits=bits), format=self.format))
        self.bias = None if layer.bias is None else nn.Parameter(layer.bias.detach().clone())
        self.register_buffer("scale", None if largest_input is None else self._scale(largest_input))

    def _scale(self, largest: Tensor) -> Tensor:
        return (largest / self.format.highest).clamp_min(torch.finfo(largest.dtype).tiny)

    def forward(self, x: Tensor) -> Tensor:
        if self.scale is None:
            rows = x.reshape(-1, x.shape[-1])
            x = fake_quantize(rows, self._scale(rows.abs().amax(1, keepdim=True)), format=self.format).reshape(x.shape)
        else:
            x = fake_quantize(x, self.scale, format=self.format)
        return F.linear(x, self.weight, self.bias)

    def extra_repr(self) -> str:
        """What `print` shows."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bits={self.bits}, "
            f"per_token={self.scale is None}"
        )


def _largest_inputs(model: nn.Module, names: Sequence[str], calibration: Iterable[Tensor]) -> dict[str, Tensor]:
    """The largest |x| of each channel that each layer reads."""
    largest: dict[str, Tensor] = {}

    def look(name: str, x: Tensor) -> None:
        most = x.abs().amax(0)
        largest[name] = torch.maximum(largest[name], most) if name in largest else most

    see_inputs(model, names, calibration, look)
    return largest
