"""What a pipeline must know of quantized networks: their bytes, and the way back to floating point.

In floating point a network can lose channels, and then be quantized again.
"""

import copy
import math

from torch import fx, nn

from compresslab.cost import prunable_weights
from compresslab.errors import InputError
from compresslab.quantization import ActivationQuantizer, QuantizedLayer, WeightQuantizer


def is_quantized(model: nn.Module) -> bool:
    """Whether a layer of the model computes with quantized weights.

    >>> is_quantized(nn.Linear(2, 3))
    False
    """
    return any(isinstance(module, QuantizedLayer) for module in model.modules())


def without_quantizers(model: nn.Module) -> nn.Module:
    """A copy in floating point: the layers with the weights that training left them, each before its batch-norm.

    Ranges and learned steps are lost. A layer whose batch-norm trains along becomes the pair of both; the rest of the
    names stay.

    Args:
        model: from `prepare_for_training`, trained or not; not modified.

    Raises:
        InputError: the model has no quantized layer.

    >>> import torch
    >>> from compresslab.models import small_cnn
    >>> from compresslab.quantization import prepare_for_training
    >>> model, images = small_cnn().eval(), torch.rand(8, 1, 8, 8)
    >>> back = without_quantizers(prepare_for_training(model, [images]))
    >>> torch.allclose(back.eval()(images), model(images), atol=1e-5)
    True
    """
    if not isinstance(model, fx.GraphModule) or not is_quantized(model):
        raise InputError(f"this {type(model).__name__} has no quantized layer: it is in floating point already.")
    back = copy.deepcopy(model)
    for node in list(back.graph.nodes):
        if node.op == "call_module" and isinstance(back.get_submodule(str(node.target)), ActivationQuantizer):
            node.replace_all_uses_with(node.args[0])
            back.graph.erase_node(node)
            back.delete_submodule(str(node.target))
    for name, module in list(back.named_modules()):
        if isinstance(module, QuantizedLayer):
            norm = None if module.batch_norm is None else module.norm
            back.set_submodule(name, module.layer if norm is None else nn.Sequential(module.layer, norm))
    back.recompile()
    return fx.symbolic_trace(back)  # the layer and the batch-norm of each pair are calls of their own again


def weight_bytes(model: nn.Module) -> int:
    """Bytes of the weights of convolutions and linear layers at their bits, zeros included: the least a file can have.

    A file adds biases, scales, norms and its graph, and may store few bits in a byte each: measure what is shipped.

    >>> weight_bytes(nn.Linear(2, 3))
    24
    """
    bits = {
        f"{name}.layer.weight": module.weight_quantizer.format.bits
        for name, module in model.named_modules()
        if isinstance(module, QuantizedLayer) and isinstance(module.weight_quantizer, WeightQuantizer)
    }
    total = sum(w.numel() * bits.get(name, 8 * w.element_size()) for name, w in prunable_weights(model))
    return math.ceil(total / 8)
