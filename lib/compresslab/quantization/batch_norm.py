"""Batch-norm folding: in evaluation a batch-norm is a scale and a shift for each channel, which the layer before takes.

    W' = W gamma / sqrt(var + eps)        b' = (b - mean) gamma / sqrt(var + eps) + beta

Integer engines have no batch-norm: what is quantized must be the weight that the engine multiplies by.

Reference:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference", section 3.2.
"""

import copy

import torch
from torch import Tensor, fx, nn

from compresslab.errors import InputError
from compresslab.quantization.graph import BATCH_NORMS, WEIGHTED, calls, layer_of, traced


def fold_batch_norm(model: nn.Module) -> nn.Module:
    """A copy of the model in evaluation mode, with each batch-norm that follows a layer folded into it.

    In its place stands an `nn.Identity`, so that names and structure stay. Folded is where a convolution or linear
    layer is followed by nothing else, and both are called once; other batch-norms are left as they are. Transposed
    convolutions are left too. The arithmetic is done in float64.

    Args:
        model: not modified. Its linear layers get inputs (N, in) where a batch-norm follows them.

    Raises:
        InputError: the model can't be traced, or a batch-norm keeps no running statistics.

    >>> from compresslab.models import small_cnn
    >>> fold_batch_norm(small_cnn())[:3]
    Sequential(
      (0): Conv2d(1, 16, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
      (1): Identity()
      (2): ReLU()
    )
    """
    pairs = batch_norm_pairs(traced(model, purpose="folding batch-norm"))
    folded = copy.deepcopy(model).eval()
    for layer_name, norm_name in pairs:
        fold_into(folded.get_submodule(layer_name), folded.get_submodule(norm_name), name=norm_name)
        folded.set_submodule(norm_name, nn.Identity())
    return folded


def batch_norm_pairs(graph_module: fx.GraphModule) -> list[tuple[str, str]]:
    """The names of each layer and the batch-norm that alone follows it, both called once.

    >>> from compresslab.models import small_cnn
    >>> batch_norm_pairs(traced(small_cnn(), purpose="an example"))
    [('0', '1'), ('3', '4'), ('6', '7')]
    """
    called = calls(graph_module)
    pairs = []
    for node in graph_module.graph.nodes:
        before = node.args[0] if node.args else None
        if not isinstance(layer_of(graph_module, node), BATCH_NORMS) or not isinstance(before, fx.Node):
            continue
        layer = layer_of(graph_module, before)
        transposed = isinstance(layer, nn.modules.conv._ConvTransposeNd)
        once = called[str(node.target)] == called[str(before.target)] == 1
        if isinstance(layer, WEIGHTED) and not transposed and once and len(before.users) == 1:
            pairs.append((str(before.target), str(node.target)))
    return pairs


def fold_into(layer: nn.Module, norm: nn.Module, *, name: str = "batch-norm") -> None:
    """Fold a batch-norm into the convolution or linear layer before it, which is changed.

    Raises:
        InputError: the batch-norm keeps no running statistics.

    >>> layer, norm = nn.Linear(2, 3, bias=False), nn.BatchNorm1d(3).eval()
    >>> fold_into(layer, norm)
    >>> layer.bias
    Parameter containing:
    tensor([0., 0., 0.], requires_grad=True)
    """
    factor, shift = scale_and_shift(norm, name=name)
    weight, bias = layer.weight, layer.bias
    assert isinstance(weight, nn.Parameter)
    assert bias is None or isinstance(bias, nn.Parameter)
    factor, shift = factor.detach(), shift.detach()
    folded = weight.detach().double() * factor.reshape(-1, *[1] * (weight.ndim - 1))
    shifted = shift if bias is None else bias.detach().double() * factor + shift
    # New ones: another layer may share the old.
    layer.weight = nn.Parameter(folded.to(weight.dtype), requires_grad=weight.requires_grad)
    layer.bias = nn.Parameter(shifted.to(weight.dtype), requires_grad=weight.requires_grad)


def scale_and_shift(norm: nn.Module, *, name: str = "batch-norm") -> tuple[Tensor, Tensor]:
    """What a batch-norm multiplies each channel by in evaluation, and what it adds then, (C,) in float64.

    Raises:
        InputError: the batch-norm keeps no running statistics: what it does in evaluation depends on the batch.

    >>> scale, shift = scale_and_shift(nn.BatchNorm1d(2, eps=0.0))
    >>> scale.tolist(), shift.abs().tolist()
    ([1.0, 1.0], [0.0, 0.0])
    """
    assert isinstance(norm, BATCH_NORMS)
    if norm.running_mean is None or norm.running_var is None:
        raise InputError(f"{name} keeps no running statistics, so that it can't be folded: track them, and train.")
    factor = torch.rsqrt(norm.running_var.double() + norm.eps)
    shift = -norm.running_mean.double() * factor
    if norm.weight is not None:
        factor, shift = factor * norm.weight.double(), shift * norm.weight.double()
    return factor, (shift if norm.bias is None else shift + norm.bias.double())
