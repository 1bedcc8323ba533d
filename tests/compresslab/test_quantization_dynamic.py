"""Dynamic quantization against ONNX's operator of that name."""

import copy

import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from onnx import helper
from torch import nn

from compresslab.errors import InputError
from compresslab.models import mlp, small_cnn, tiny_vit
from compresslab.quantization import BitWidths, fake_quantize, quantize_dynamic, symmetric_scale, weight_format


def images(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, 1, 8, 8, generator=torch.Generator().manual_seed(seed))


def dynamically(x: torch.Tensor) -> torch.Tensor:
    """By ONNX Runtime's DynamicQuantizeLinear, dequantized."""
    value = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in ("x", "y")]
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "s", "z"]),
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["y"]),
    ]
    graph = helper.make_graph(nodes, "dynamic", value[:1], value[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {"x": x.detach().numpy()})[0])


@pytest.mark.parametrize("shift", [-5.0, 0.0, 5.0])
def test_a_linear_layer_computes_with_onnxs_dynamic_quantization(shift) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(20, 7))
    x = torch.randn(9, 20) + shift
    weight = fake_quantize(model[0].weight, symmetric_scale(model[0].weight, bits=8), format=weight_format(8))
    expected = F.linear(dynamically(x), weight, model[0].bias)
    torch.testing.assert_close(quantize_dynamic(model)(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("make", [mlp, small_cnn, tiny_vit])
def test_the_network_is_near_and_the_input_is_left_alone(make) -> None:
    torch.manual_seed(0)
    model, x = make().train(), images(16)
    before = copy.deepcopy(model.state_dict())
    quantized = quantize_dynamic(model, types=(nn.Linear, nn.Conv2d))
    assert not quantized.training
    with torch.no_grad():
        expected = copy.deepcopy(model).eval()(x)
        assert (quantized(x) - expected).norm() < 0.1 * expected.norm()
    assert model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_an_answer_depends_on_its_batch_and_nothing_on_none() -> None:
    quantized, x = quantize_dynamic(mlp()), images(8)
    alone, together = quantized(x[:1]), quantized(torch.cat([x[:1], 50 * x[1:]]))[:1]
    assert (alone - together).abs().max() > 1e-3
    assert quantized(x[:0]).shape == (0, 10)
    assert torch.isfinite(quantized(torch.zeros(2, 1, 8, 8))).all()


def test_a_single_layer_and_layers_to_keep() -> None:
    assert quantize_dynamic(nn.Linear(3, 2))(torch.ones(1, 3)).shape == (1, 2)
    quantized = quantize_dynamic(mlp(), keep=["5"])
    assert type(quantized[5]) is nn.Linear
    assert type(quantized[1]) is not nn.Linear


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (nn.Sequential(nn.ReLU()), {}, "no Linear to quantize"),
        (mlp(), {"keep": ["2"]}, "keep names '2', which is no layer here: 1, 3, 5"),
        (mlp(), {"bits": BitWidths(8, None)}, "use quantize_weights"),
        (mlp(), {"types": (nn.ReLU,)}, "types names ReLU"),
    ],
    ids=["nothing", "keep", "bits", "types"],
)
def test_what_cannot_be_quantized_is_refused(model, settings, message) -> None:
    with pytest.raises(InputError, match=message):
        quantize_dynamic(model, **settings)


def test_nan_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="the input of a dynamic layer holds NaN"):
        quantize_dynamic(mlp())(images(2) / 0)
