"""From a fake-quantized PyTorch model to an ONNX file that computes in integers, with the scales that it was given.

In the file (QDQ form), QuantizeLinear and DequantizeLinear stand where the quantizers stood; weights are int8 and
biases int32 initializers. A runtime fuses each operator that stands between them into one that takes and gives
integers: `integer_operators` counts what ONNX Runtime makes of it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, fx, nn

from compresslab.deploy.onnx import export_onnx, optimized_ops
from compresslab.errors import InputError
from compresslab.quantization import ActivationQuantizer, QuantizedLayer
from compresslab.quantization.affine import quantize
from compresslab.quantization.aware import fold_after_training
from compresslab.quantization.quantizers import apply_layer

_LARGEST_BIAS = 2**31 - 1

_INTEGER = {
    "convolutions": ("QLinearConv", "ConvInteger"),
    "linear": ("QGemm", "QLinearMatMul", "MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul"),
    "additions": ("QLinearAdd",),
    "pools": ("QLinearAveragePool", "QLinearGlobalAveragePool", "QLinearReduceMean"),
}
_FLOATING = {
    "convolutions": ("Conv", "FusedConv", "NhwcFusedConv"),
    "linear": ("Gemm", "FusedGemm", "MatMul", "FusedMatMul"),
    "additions": ("Add",),
    "pools": ("AveragePool", "GlobalAveragePool", "ReduceMean"),
}


def export_qdq(
    model: nn.Module, example: Tensor, path: str | os.PathLike[str], *, notes: Mapping[str, str] | None = None
) -> Path:
    """Write a quantized model as ONNX in QDQ form: input "images" (batch, C, H, W), output "logits".

    Args:
        model: from `quantize_post_training` or `prepare_for_training`, trained or not; not modified. Batch-norm is
            folded, scales are frozen as they are, learned or not. Weights of fewer bits are stored as int8, of which
            they use a part. For x86 CPUs without VNNI (`hardware.machine().int8_saturates`), whose kernels sum pairs of
            products in 16 bits, give the weights 7 bits.
        example, path, notes: as in `export_onnx`.

    Returns:
        `path`.

    Raises:
        InputError: the model has no quantized layer; an activation has no range, or other than 8 bits, or a weight
            more than 8 (integer kernels take no others); or as `export_onnx`.

    >>> from tempfile import TemporaryDirectory
    >>> from compresslab.models import small_cnn
    >>> from compresslab.quantization import quantize_post_training
    >>> images = torch.rand(16, 1, 8, 8)
    >>> with TemporaryDirectory() as folder:
    ...     path = export_qdq(quantize_post_training(small_cnn(), [images]), images, Path(folder, "int8.onnx"))
    ...     integer_operators(path).convolutions
    Share(integer=3, floating=0)
    """
    if not any(isinstance(module, QuantizedLayer) for module in model.modules()):
        raise InputError("the model has no quantized layer: quantize_post_training makes them; export_onnx needs none.")
    written = fold_after_training(model)
    pairs = {name: _Pair(module) for name, module in written.named_modules() if isinstance(module, ActivationQuantizer)}
    scales = _input_scales(written)
    layers = {
        name: _IntegerLayer(module, scales.get(name), name)
        for name, module in written.named_modules()
        if isinstance(module, QuantizedLayer)
    }
    for name, module in (pairs | layers).items():
        written.set_submodule(name, module)
    return export_onnx(written, example, path, notes=notes)


@dataclass(frozen=True)
class Share:
    """How many operators of a kind run in integers, and how many in floating point.

    >>> Share(integer=3, floating=1)
    Share(integer=3, floating=1)
    """

    integer: int
    floating: int


@dataclass(frozen=True)
class IntegerOperators:
    """What ONNX Runtime runs in integers on this machine, after its fusions.

    Attributes:
        convolutions, linear, additions, pools: of each kind. The additions of biases are within their layers.

    >>> none = Share(0, 0)
    >>> IntegerOperators(Share(20, 0), Share(1, 0), Share(8, 0), none).additions.integer
    8
    """

    convolutions: Share
    linear: Share
    additions: Share
    pools: Share


def integer_operators(path: str | os.PathLike[str]) -> IntegerOperators:
    """Count the operators of the graph that ONNX Runtime makes of a file, instead of trusting what the file asks for.

    Raises:
        InputError: the file is missing or invalid.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = export_onnx(nn.Sequential(nn.Conv2d(1, 2, 1)), torch.zeros(1, 1, 2, 2), Path(folder, "fp32.onnx"))
    ...     integer_operators(path).convolutions
    Share(integer=0, floating=1)
    """
    found = optimized_ops(path)
    shares = {
        kind: Share(sum(found[op] for op in _INTEGER[kind]), sum(found[op] for op in _FLOATING[kind]))
        for kind in _INTEGER
    }
    return IntegerOperators(**shares)


class _Pair(nn.Module):
    """Quantizes and dequantizes an activation, by ONNX operators."""

    scale: Tensor
    zero_point: Tensor

    def __init__(self, quantizer: ActivationQuantizer) -> None:
        super().__init__()
        scale = quantizer.current_scale.detach()
        if quantizer.format.bits != 8:
            raise InputError(
                f"the activation {quantizer.name} has {quantizer.format.bits} bits: integer kernels take 8."
            )
        if not scale > 0:
            raise InputError(f"the activation {quantizer.name} has no range yet: calibrate the model first.")
        self.register_buffer("scale", scale.clone())
        self.register_buffer("zero_point", quantizer.zero_point.to(quantizer.format.storage))

    def forward(self, x: Tensor) -> Tensor:
        q = _onnx("QuantizeLinear", (x, self.scale, self.zero_point), {}, self.zero_point.dtype, x)
        return _onnx("DequantizeLinear", (q, self.scale, self.zero_point), {}, x.dtype, x)


class _IntegerLayer(nn.Module):
    """A layer with its weight as int8 and, where its input's scale is known, its bias as int32, by ONNX operators."""

    weight: Tensor
    scale: Tensor
    zero_point: Tensor
    bias: Tensor | None
    bias_scale: Tensor | None

    def __init__(self, quantized: QuantizedLayer, input_scale: Tensor | None, name: str) -> None:
        super().__init__()
        weight, bias = (None if part is None else part.detach() for part in quantized.folded())
        assert weight is not None
        quantizer = quantized.weight_quantizer
        if quantizer.format.bits > 8:
            raise InputError(f"{name}.weight has {quantizer.format.bits} bits: integer kernels take 8 at most.")
        scale = quantizer.scale_of(weight).detach()
        self.register_buffer("bias_scale", None)
        if bias is not None and input_scale is not None:
            scale = _with_room(scale, bias, input_scale)
            step = (input_scale.double() * scale.flatten().double()).expand(len(bias))
            bias, self.bias_scale = torch.round(bias.double() / step).to(torch.int32), step.float().contiguous()
        self.register_buffer("bias", bias)
        self.layer: Any = quantized.layer
        self.register_buffer("weight", quantize(weight, scale, format=quantizer.format, name=f"{name}.weight"))
        self.register_buffer("scale", scale.flatten() if quantizer.by_channel else scale.reshape(()))
        self.register_buffer("zero_point", torch.zeros_like(self.scale, dtype=torch.int8))

    def forward(self, x: Tensor) -> Tensor:
        axis = {"axis": 0} if self.scale.ndim else {}
        weight = _onnx("DequantizeLinear", (self.weight, self.scale, self.zero_point), axis, x.dtype, self.weight)
        bias = self.bias
        if bias is not None and self.bias_scale is not None:
            bias = _onnx("DequantizeLinear", (bias, self.bias_scale), {"axis": 0}, x.dtype, bias)
        return apply_layer(self.layer, x, weight, bias)


def _with_room(scale: Tensor, bias: Tensor, input_scale: Tensor) -> Tensor:
    """The scale of a weight, or one so much larger that the bias, in steps of both scales' product, fits into 32 bits.

    That of a channel of almost nothing is tiny; its weights are rounded to zeros, beside a bias that isn't.
    """
    least = bias.double().abs() / (input_scale.double() * _LARGEST_BIAS) * 1.0001  # float32 may round it down
    least = least.reshape(scale.shape) if scale.numel() > 1 else least.amax()
    return torch.maximum(scale.double(), least).to(scale.dtype)


def _onnx(
    operator: str, inputs: tuple[Tensor, ...], attributes: dict[str, Any], dtype: torch.dtype, like: Tensor
) -> Tensor:
    return torch.onnx.ops.symbolic(operator, inputs, attributes, dtype=dtype, shape=like.shape)


def _input_scales(model: nn.Module) -> dict[str, Tensor]:
    """The scale of what goes into each layer that is called once, on a quantized activation."""
    assert isinstance(model, fx.GraphModule)
    scales: dict[str, list[Tensor]] = {}
    for node in model.graph.nodes:
        if node.op != "call_module" or not isinstance(model.get_submodule(str(node.target)), QuantizedLayer):
            continue
        source = node.args[0]
        while isinstance(source, fx.Node) and source.op != "placeholder":
            module = model.get_submodule(str(source.target)) if source.op == "call_module" else None
            if isinstance(module, ActivationQuantizer):
                scales.setdefault(str(node.target), []).append(module.current_scale.detach())
                break
            source = source.args[0] if source.args else None
    return {name: found[0] for name, found in scales.items() if len(found) == 1}
