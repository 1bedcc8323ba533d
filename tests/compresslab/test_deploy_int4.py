from collections import Counter
from pathlib import Path

import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from compresslab.deploy import optimized_ops
from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model, pack_blocks
from compresslab.errors import InputError
from compresslab.models.language import LanguageModel, language_model
from compresslab.quantization.awq import awq
from compresslab.quantization.channel_scales import language_folds
from compresslab.quantization.gptq import gptq
from compresslab.quantization.groups import quantize_groups, replace_layer, round_to_nearest


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    torch.manual_seed(0)
    model = language_model(vocabulary=80, context=40, dim=64, depth=2, heads=2, hidden=96)
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return model.eval()


@pytest.fixture(scope="module")
def calibration() -> list[Tensor]:
    return [torch.randint(80, (16, 40), generator=torch.Generator().manual_seed(1))]


def logits(model: LanguageModel, tokens: Tensor) -> Tensor:
    with torch.no_grad():
        return model(tokens)


@pytest.mark.parametrize("method", ["nearest", "symmetric", "gptq", "awq"])
def test_onnx_runtime_computes_with_the_integers_that_were_chosen(
    method: str, model: LanguageModel, calibration: list[Tensor], tmp_path: Path
) -> None:
    if method == "gptq":
        quantized = gptq(model, calibration=calibration, bits=4, group_size=32)
    elif method == "awq":
        quantized = awq(model, calibration=calibration, folds=language_folds(model), bits=4, group_size=16)
    else:
        quantized = quantize_groups(model, bits=4, group_size=32, symmetric=method == "symmetric")
    assert isinstance(quantized, LanguageModel)
    exported = OnnxLanguageModel(export_language_model(quantized, tmp_path / "int4.onnx"))
    for shape in ((1, 1), (1, 40), (3, 7)):
        tokens = torch.randint(80, shape)
        expected = logits(quantized, tokens)
        torch.testing.assert_close(exported(tokens), expected, atol=1e-4, rtol=1e-4)
        assert (expected - logits(model, tokens)).abs().max() > 0.01  # which is not the unquantized model's


def test_every_linear_layer_runs_in_the_operator(model: LanguageModel, tmp_path: Path) -> None:
    path = export_language_model(quantize_groups(model, bits=4), tmp_path / "int4.onnx")
    operators = optimized_ops(path)
    assert operators["MatMulNBits"] == 2 * 7 + 1
    assert operators["MatMul"] + operators["FusedMatMul"] == 2 * 2  # scores and mixing of attention
    assert operators["Gemm"] == 0


def test_the_file_is_as_small_as_its_integers(model: LanguageModel, tmp_path: Path) -> None:
    full = OnnxLanguageModel(export_language_model(model, tmp_path / "fp32.onnx"))
    int4 = OnnxLanguageModel(export_language_model(quantize_groups(model, bits=4), tmp_path / "int4.onnx"))
    weights = 2 * (4 * 64 * 64 + 3 * 64 * 96) + 64 * 80
    saved = weights * 4 - weights * (4 + (32 + 4) / 32) / 8
    assert full.size_bytes - int4.size_bytes == pytest.approx(saved, rel=0.1)
    tokens = torch.randint(80, (2, 9))
    torch.testing.assert_close(full(tokens), logits(model, tokens), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("bits", [2, 8])
def test_other_bits_run_too(bits: int, model: LanguageModel, tmp_path: Path) -> None:
    quantized = quantize_groups(model, bits=bits, group_size=16)
    assert isinstance(quantized, LanguageModel)
    tokens = torch.randint(80, (2, 9))
    exported = OnnxLanguageModel(export_language_model(quantized, tmp_path / "model.onnx"))
    torch.testing.assert_close(exported(tokens), logits(quantized, tokens), atol=1e-4, rtol=1e-4)


def test_integer_activations_are_near_but_not_the_same(model: LanguageModel, tmp_path: Path) -> None:
    quantized = quantize_groups(model, bits=4)
    assert isinstance(quantized, LanguageModel)
    path = export_language_model(quantized, tmp_path / "model.onnx", activations="int8")
    tokens = torch.randint(80, (2, 9))
    off = (OnnxLanguageModel(path)(tokens) - logits(quantized, tokens)).abs().max()
    assert off < 0.25 * (logits(quantized, tokens) - logits(model, tokens)).abs().max()
    levels = Counter(
        onnx.helper.get_attribute_value(attribute)
        for node in onnx.load(path).graph.node
        for attribute in node.attribute
        if attribute.name == "accuracy_level"
    )
    assert levels == {4: 15}


def test_a_bias_is_added(model: LanguageModel, tmp_path: Path) -> None:
    biased = quantize_groups(model, bits=4)
    head = nn.Linear(64, 80)
    replace_layer(biased, "head", quantize_groups(head, bits=4))
    assert isinstance(biased, LanguageModel)
    tokens = torch.randint(80, (2, 9))
    exported = OnnxLanguageModel(export_language_model(biased, tmp_path / "model.onnx"))
    torch.testing.assert_close(exported(tokens), logits(biased, tokens), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("bits", [2, 4, 8])
@pytest.mark.parametrize("symmetric", [True, False])
def test_packed_integers_are_read_back_by_hand(bits: int, symmetric: bool) -> None:
    torch.manual_seed(bits)
    integers = round_to_nearest(torch.randn(3, 48), bits=bits, group_size=16, symmetric=symmetric)
    packed, scales, zero_points = pack_blocks(integers)
    assert packed.shape == (3, 3, 16 * bits // 8) and zero_points.shape == (3, -(-3 * bits // 8))
    for row in range(3):
        # All bits of a row as one number, the first byte in the lowest bits.
        blob = int.from_bytes(bytes(packed[row].flatten().tolist()), "little")
        zeros = int.from_bytes(bytes(zero_points[row].tolist()), "little")
        for column in range(48):
            q = (blob >> (bits * column)) % 2**bits
            zero = (zeros >> (bits * (column // 16))) % 2**bits
            value = float(scales[row, column // 16]) * (q - zero)
            assert value == pytest.approx(float(integers.dequantize()[row, column]), abs=1e-6)


def test_the_exported_model_is_not_changed_and_notes_are_kept(model: LanguageModel, tmp_path: Path) -> None:
    quantized = quantize_groups(model, bits=4).train()
    before = {name: tensor.clone() for name, tensor in quantized.state_dict().items()}
    assert isinstance(quantized, LanguageModel)
    path = export_language_model(quantized, tmp_path / "model.onnx", notes={"data": "made up"})
    assert quantized.training and all(torch.equal(before[n], t) for n, t in quantized.state_dict().items())
    stored = onnx.load(path)
    assert [(note.key, note.value) for note in stored.metadata_props] == [("data", "made up")]
    assert {numpy_helper.to_array(t).dtype.name for t in stored.graph.initializer} >= {"uint8", "float32"}


def test_bad_input_is_named(model: LanguageModel, tmp_path: Path) -> None:
    three = quantize_groups(model, bits=3)
    odd = quantize_groups(model, bits=4, group_size=8)
    assert isinstance(three, LanguageModel) and isinstance(odd, LanguageModel)
    with pytest.raises(InputError, match=r"layers\.0\.attention\.q: 3 bits: MatMulNBits takes 2, 4, 8"):
        export_language_model(three, tmp_path / "model.onnx")
    with pytest.raises(InputError, match="groups of 8: MatMulNBits takes powers of two from 16"):
        export_language_model(odd, tmp_path / "model.onnx")
    with pytest.raises(InputError, match="groups of 96"):
        pack_blocks(round_to_nearest(torch.randn(2, 96), bits=4))
    with pytest.raises(InputError, match="activations='fp16'"):
        export_language_model(model, tmp_path / "model.onnx", activations="fp16")
    assert not list(tmp_path.iterdir())
    exported = OnnxLanguageModel(export_language_model(model, tmp_path / "model.onnx"))
    for tokens in (torch.zeros(2), torch.zeros(2, 3), torch.zeros(0, 3, dtype=torch.int64)):
        with pytest.raises(InputError, match="expected int64"):
            exported(tokens)
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(InputError, match=r"cannot run .*broken"):
        OnnxLanguageModel(tmp_path / "broken.onnx")
