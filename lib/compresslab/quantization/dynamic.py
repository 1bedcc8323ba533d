"""Dynamic quantization: weights as integers in the file, activations quantized anew at every call.

No calibration is needed, since each call takes its range from the values that it is given. That costs a pass over them,
and makes an answer depend on the other samples of its batch. It is used where the weights are most of the work: linear
and recurrent layers at small batches.
"""

import copy
from collections.abc import Collection

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters
from compresslab.quantization.affine import fake_quantize, scale_and_zero_point
from compresslab.quantization.formats import activation_format, weight_format
from compresslab.quantization.graph import WEIGHTED
from compresslab.quantization.prepare import BitWidths
from compresslab.quantization.quantizers import QuantizedLayer, WeightQuantizer


class DynamicLayer(nn.Module):
    """A layer with a fake-quantized weight, whose input is fake-quantized by the range that it has in this call.

    Args:
        quantized: the layer.
        bits: of its input, one scale and zero point for all of it.

    >>> layer = QuantizedLayer(nn.Linear(2, 1), WeightQuantizer(weight_format(8)))
    >>> DynamicLayer(layer, bits=8)(torch.ones(5, 2)).shape
    torch.Size([5, 1])
    """

    def __init__(self, quantized: QuantizedLayer, bits: int) -> None:
        super().__init__()
        self.quantized, self.format = quantized, activation_format(bits)

    def forward(self, x: Tensor) -> Tensor:
        low, high = x.detach().aminmax() if x.numel() else (torch.zeros(()), torch.zeros(()))
        scale, zero_point = scale_and_zero_point(low, high, self.format, name="the input of a dynamic layer")
        return self.quantized(fake_quantize(x, scale, zero_point, format=self.format))


def quantize_dynamic(
    model: nn.Module,
    *,
    bits: BitWidths = BitWidths(),  # noqa: B008  frozen
    types: tuple[type[nn.Module], ...] = (nn.Linear,),
    keep: Collection[str] = (),
    per_channel: bool = True,
) -> nn.Module:
    """A copy of the model, in evaluation mode, whose layers of these types are quantized dynamically.

    Args:
        model: not modified.
        bits: of weights and activations, both as numbers.
        types: of layers to quantize: linear layers, convolutions.
        keep: names of such layers to leave in floating point.
        per_channel: a weight scale for each output channel, or one a layer.

    Raises:
        InputError: the model has no such layer, `keep` names none of them, `bits` leaves something in floating point,
            a type is no convolution or linear layer, or a weight is computed from others (masks).

    >>> from compresslab.models import mlp
    >>> model, images = mlp(inputs=4), torch.rand(32, 1, 2, 2)
    >>> bool((quantize_dynamic(model)(images) - model(images)).abs().max() < 0.05)
    True
    """
    require_plain_parameters(model, purpose="quantizing its weights")
    if bits.weights is None or bits.activations is None:
        raise InputError(f"bits={bits}: give both as numbers, or use quantize_weights for weights alone.")
    for kind in types:
        if not issubclass(kind, WEIGHTED):
            raise InputError(f"types names {kind.__name__}, which is no convolution or linear layer.")
    quantized = copy.deepcopy(model).eval()
    chosen = {name: module for name, module in quantized.named_modules() if isinstance(module, types)}
    for name in keep:
        if name not in chosen:
            raise InputError(f"keep names {name!r}, which is no layer here: {', '.join(chosen) or 'there is none'}.")
    if not chosen:
        raise InputError(f"the model has no {' or '.join(kind.__name__ for kind in types)} to quantize.")
    for name, layer in chosen.items():
        if name in keep:
            continue
        by_channel = per_channel and not isinstance(layer, nn.modules.conv._ConvTransposeNd)
        weight = WeightQuantizer(weight_format(bits.weights), by_channel=by_channel, name=f"{name}.weight")
        dynamic = DynamicLayer(QuantizedLayer(layer, weight), bits.activations)
        if name == "":
            return dynamic.eval()
        quantized.set_submodule(name, dynamic)
    return quantized.eval()
