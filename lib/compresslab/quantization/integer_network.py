"""A whole network in integers: a fake-quantized model's graph, run by the operators of `integer`."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, fx, nn

from compresslab.errors import InputError
from compresslab.quantization.affine import quantize
from compresslab.quantization.aware import fold_after_training
from compresslab.quantization.graph import is_addition, is_relu, layer_of
from compresslab.quantization.integer import (
    Grid,
    integer_add,
    integer_average,
    integer_bias,
    integer_conv2d,
    integer_linear,
    integer_relu,
    integer_sums,
)
from compresslab.quantization.quantizers import ActivationQuantizer, QuantizedLayer

Integers = tuple[Tensor, Grid]


def integer_logits(model: nn.Module, images: Tensor) -> Tensor:
    """What a quantized model answers if everything from its first quantizer to its last layer is done in integers.

    Slow: it shows what an engine computes, and is what to compare one with. Only the images are quantized and the last
    sums scaled in floating point.

    Args:
        model: from `quantize_post_training` or `prepare_for_training`, all of it quantized: convolutions in two
            dimensions, linear layers, additions, ReLU, global average pooling, max-pooling and flattening. The last
            layer is linear, and its output is the model's.
        images: (N, C, H, W) float32.

    Returns:
        Logits (N, classes), float32.

    Raises:
        InputError: something in the model isn't quantized, or is done by another operator, which it names.

    >>> from compresslab.models import small_cnn
    >>> from compresslab.quantization.post_training import quantize_post_training
    >>> images = torch.rand(8, 1, 8, 8)
    >>> quantized = quantize_post_training(small_cnn(), [images])
    >>> bool((integer_logits(quantized, images) - quantized(images)).abs().max() < 0.05)
    True
    """
    if not any(isinstance(module, QuantizedLayer) for module in model.modules()):
        raise InputError("the model has no quantized layer: quantize_post_training makes them.")
    folded = fold_after_training(model)
    assert isinstance(folded, fx.GraphModule)
    with torch.no_grad():
        return _Run(folded, images).logits()


class _Run:
    """One forward pass: the integers that each node of the graph stands for, each computed once."""

    def __init__(self, model: fx.GraphModule, images: Tensor) -> None:
        self.model, self.images = model, images
        self.known: dict[fx.Node, Integers] = {}

    def logits(self) -> Tensor:
        last = next(node for node in self.model.graph.nodes if node.op == "output").args[0]
        layer = layer_of(self.model, last)
        if not isinstance(layer, QuantizedLayer) or not isinstance(layer.layer, nn.Linear):
            raise InputError(f"the model ends in {last}, which is no quantized linear layer.")
        q, grid = self.integers(last.args[0])
        weight, scale, bias = _integer_weights(layer, grid)
        sums = integer_sums(q, grid, weight, bias=bias)
        return (sums.double() * grid.scale * scale.double()).float()

    def integers(self, node: Any) -> Integers:
        if node not in self.known:
            quantizer = layer_of(self.model, node)
            if isinstance(quantizer, ActivationQuantizer):
                zero_point = int(quantizer.zero_point)
                grid = Grid(quantizer.current_scale.item(), zero_point, quantizer.format)
                self.known[node] = self._on_grid(node.args[0], grid), grid
            else:
                pass_on = self._passed_on(node)
                q, grid = self.integers(node.args[0])
                self.known[node] = pass_on(q), grid
        return self.known[node]

    def _on_grid(self, node: fx.Node, grid: Grid) -> Tensor:
        """What the operator of a node computes, on the grid of the quantizer that follows."""
        if node.op == "placeholder":
            return grid.quantize(self.images)
        layer = layer_of(self.model, node)
        if is_relu(self.model, node):
            return integer_relu(self._on_grid(node.args[0], grid), grid)  # type: ignore[arg-type]
        if isinstance(layer, QuantizedLayer):
            q, x = self.integers(node.args[0])
            weight, scale, bias = _integer_weights(layer, x)
            own = layer.layer
            if isinstance(own, nn.Linear):
                return integer_linear(q, x, weight, scale, grid, bias=bias)
            if isinstance(own, nn.Conv2d) and _is_plain(own):
                stride, padding = own.stride[0], int(own.padding[0])
                return integer_conv2d(
                    q, x, weight, scale, grid, bias=bias, stride=stride, padding=padding, groups=own.groups
                )
        if is_addition(node):
            return integer_add(*self.integers(node.args[0]), *self.integers(node.args[1]), grid)
        if isinstance(layer, nn.AdaptiveAvgPool2d) and layer.output_size in (1, (1, 1)):
            return integer_average(*self.integers(node.args[0]), grid)
        raise self._unknown(node)

    def _passed_on(self, node: fx.Node) -> Callable[[Tensor], Tensor]:
        """An operator that moves integers without computing."""
        layer = layer_of(self.model, node)
        if isinstance(layer, nn.Flatten | nn.Identity | nn.Dropout):
            return layer
        if isinstance(layer, nn.MaxPool2d):
            return lambda q: layer(q.float()).to(q.dtype)  # exact: PyTorch pools no integers
        if node.target is torch.flatten:
            return lambda q: torch.flatten(q, *node.args[1:], **node.kwargs)  # type: ignore[arg-type]
        raise self._unknown(node)

    def _unknown(self, node: fx.Node) -> InputError:
        layer = layer_of(self.model, node)
        kind = f" ({type(layer).__name__})" if layer is not None else ""
        return InputError(f"{node.target!s}{kind} is not quantized, or not among the operators that are known here.")


def _integer_weights(quantized: QuantizedLayer, x: Grid) -> tuple[Tensor, Tensor, Tensor | None]:
    """The weight as integers, its scales, (out,) or (1,), and the bias in steps of the sums."""
    weight, bias = quantized.folded()
    quantizer = quantized.weight_quantizer
    scale = quantizer.scale_of(weight)
    integers = quantize(weight, scale, format=quantizer.format, name=quantizer.name)
    return integers, scale.flatten(), None if bias is None else integer_bias(bias, x, scale.flatten())


def _is_plain(layer: nn.Conv2d) -> bool:
    """Whether a convolution is square in its settings, without dilation, and padded by a number of zeros."""
    square = all(isinstance(setting, tuple) and len(set(setting)) == 1 for setting in (layer.stride, layer.padding))
    return square and set(layer.dilation) == {1} and layer.padding_mode == "zeros"
