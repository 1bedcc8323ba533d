"""The maintained ways to integers beside our own: torchao's pt2e and `quantize_`, and ONNX Runtime's dynamic LSTM."""

import copy
import functools
import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from onnxruntime.quantization import QuantType
from onnxruntime.quantization import quantize_dynamic as quantize_file
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, fx, nn
from torchao.quantization import Int8WeightOnlyConfig, quantize_
from torchao.quantization.pt2e.lowering import lower_pt2e_quantized_to_x86
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
    X86InductorQuantizer,
    get_default_x86_inductor_quantization_config,
)

from compresslab.data import load
from compresslab.deploy import OnnxModel, export_onnx, optimized_ops
from compresslab.evaluation import agreement
from compresslab.models import resnet18, small_cnn, tiny_vit
from compresslab.quantization import (
    dequantize,
    quantize,
    quantize_post_training,
    quantize_weights,
    symmetric_scale,
    weight_format,
)
from compresslab.training import Recipe, fit

# What torch.export and torchao say to each other is not for those who call them.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")


class RowReader(nn.Module):
    """An LSTM that reads an image row by row: (N, 1, H, W) to (N, classes)."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 64, batch_first=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, images: Tensor) -> Tensor:
        _, (last, _) = self.lstm(images.flatten(1, 2))
        return self.fc(last[-1])


@functools.cache
def trained(make, epochs: int, rate: float) -> nn.Module:
    torch.manual_seed(0)
    recipe = Recipe(epochs=epochs, batch_size=64, learning_rate=rate, precision="fp32", channels_last=False)
    return fit(make(), load("digits"), recipe, progress=False).model


@functools.cache
def digits(split: str) -> Tensor:
    dataset = load("digits")
    return dataset.normalize(getattr(dataset, split).images)


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def converted(model: nn.Module, calibration: Tensor) -> fx.GraphModule:
    """PyTorch's route: the exported graph, observed on the calibration images, with quantizers for x86."""
    batch = {0: torch.export.Dim("batch")}
    exported = torch.export.export(model, (calibration[:2],), dynamic_shapes=(batch,)).module()
    quantizer = X86InductorQuantizer().set_global(get_default_x86_inductor_quantization_config())
    prepared = prepare_pt2e(exported, quantizer)
    prepared(calibration)
    return convert_pt2e(prepared)


def called(model: fx.GraphModule) -> Counter[str]:
    return Counter(str(node.target).split(".")[1] for node in model.graph.nodes if node.op == "call_function")


def test_pt2e_answers_as_our_own_quantizers_do() -> None:
    with torch.enable_grad():
        model = trained(small_cnn, 5, 0.1)
    images = digits("test")
    theirs = converted(model, digits("train")[:256])(images)
    ours = quantize_post_training(model, [digits("train")[:256]])(images)
    exact = model(images)
    assert agreement(theirs, exact) > 0.99 and agreement(theirs, ours) > 0.99
    # Each is off by about as much as the other: 8 bits cost so much, however ranges and steps are chosen.
    theirs_off, ours_off = ((logits - exact).square().mean().sqrt() for logits in (theirs, ours))
    assert 0.5 < theirs_off / ours_off < 2


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="lowering is for x86")
def test_pt2e_lowered_to_x86_leaves_no_convolution_of_a_residual_network_in_floating_point() -> None:
    torch.manual_seed(0)
    model = resnet18(width=8)
    images = torch.randn(32, 3, 32, 32)
    model.train()(images)
    theirs = converted(model.eval(), images)
    lowered = lower_pt2e_quantized_to_x86(theirs, (images[:1],))
    count = called(lowered)
    # Additions and what follows are within the second kind.
    assert count["qconv_pointwise"] + count["qconv2d_pointwise"] == 20 and count["qconv2d_pointwise"] == 8
    assert not {"conv2d", "convolution", "add"} & set(count)
    assert agreement(lowered(images[:1]), theirs(images[:1])) == 1


def test_quantize_takes_the_linear_layers_of_a_transformer_to_the_integers_that_we_take_them_to() -> None:
    with torch.enable_grad():
        model = trained(tiny_vit, 5, 0.05)
    theirs = copy.deepcopy(model)
    quantize_(theirs, Int8WeightOnlyConfig())
    linear = {name: layer for name, layer in theirs.named_modules() if isinstance(layer, nn.Linear)}
    assert len(linear) == sum(isinstance(layer, nn.Linear) for layer in model.modules())
    for name, layer in linear.items():
        weight = model.get_submodule(name).weight
        step = symmetric_scale(weight, bits=8)
        assert layer.weight.qdata.dtype == torch.int8
        # Theirs go down to -128, so that their step is that of 255 intervals, ours that of 254.
        torch.testing.assert_close(layer.weight.scale, step * (127 / 127.5), rtol=1e-4, atol=0)
        integers = quantize(weight, step, format=weight_format(8))
        assert (layer.weight.qdata - integers).abs().max() <= 1
        assert ((layer.weight.dequantize() - weight).abs() <= 1.01 * layer.weight.scale).all()
    images = digits("test")
    assert agreement(theirs(images), model(images)) > 0.99
    assert agreement(theirs(images), quantize_weights(model, bits=8)(images)) > 0.99


def test_an_lstm_runs_in_integers_once_its_file_is_folded_and_not_before(tmp_path: Path) -> None:
    with torch.enable_grad():
        model = trained(RowReader, 10, 0.1)
    images = digits("test")
    plain, folded, integers = (tmp_path / f"{name}.onnx" for name in ("plain", "folded", "int8"))
    export_onnx(model, images[:2], plain)
    quantize_file(plain, integers, weight_type=QuantType.QInt8)
    # The trap: recurrent weights that an operator reshapes are no constants to it, and stay as they are.
    assert "DynamicQuantizeLSTM" not in optimized_ops(integers)
    assert integers.stat().st_size > 0.9 * plain.stat().st_size

    quant_pre_process(plain, folded, skip_symbolic_shape=True)
    quantize_file(folded, integers, weight_type=QuantType.QInt8, per_channel=True)
    assert optimized_ops(integers)["DynamicQuantizeLSTM"] == 1
    assert integers.stat().st_size < 0.35 * plain.stat().st_size
    exact, found = OnnxModel(plain)(images), OnnxModel(integers)(images)
    assert agreement(exact, model(images)) == 1
    assert agreement(found, exact) > 0.99 and not torch.equal(found, exact)


def test_the_integers_of_the_lstm_are_ours_for_the_same_weights(tmp_path: Path) -> None:
    torch.manual_seed(1)
    plain, folded, integers = (tmp_path / f"{name}.onnx" for name in ("plain", "folded", "int8"))
    export_onnx(RowReader(), torch.zeros(2, 1, 8, 8), plain)
    quant_pre_process(plain, folded, skip_symbolic_shape=True)
    quantize_file(folded, integers, weight_type=QuantType.QInt8, per_channel=True)
    (lstm,) = (node for node in onnx.load(folded).graph.node if node.op_type == "LSTM")
    floating, whole = (
        {tensor.name: np.array(numpy_helper.to_array(tensor)) for tensor in onnx.load(path).graph.initializer}
        for path in (folded, integers)
    )
    for name in lstm.input[1:3]:  # W and R
        weight = torch.from_numpy(floating[name][0])
        scale = torch.from_numpy(whole[f"{name}_scale"]).reshape(-1, 1)
        theirs = torch.from_numpy(whole[f"{name}_quantized"][0]).T
        torch.testing.assert_close(scale, symmetric_scale(weight, bits=8), rtol=1e-5, atol=0)
        assert torch.equal(theirs, quantize(weight, scale, format=weight_format(8)))
        assert ((dequantize(theirs, scale) - weight).abs() <= 0.501 * scale).all()
