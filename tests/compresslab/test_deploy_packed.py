"""Weights of four bits at two in a byte: the same answers, half the file, and what the runtime makes of each way."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from compresslab.deploy import OnnxModel, export_onnx, export_qdq, optimized_ops
from compresslab.deploy.packed import store_as_int4
from compresslab.errors import InputError
from compresslab.models import small_cnn
from compresslab.quantization import BitWidths, quantize_post_training


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torch.Tensor]:
    torch.manual_seed(0)
    images = torch.rand(32, 1, 8, 8)
    model = quantize_post_training(small_cnn(width=16), [images], bits=BitWidths(weights=4))
    return export_qdq(model, images, tmp_path_factory.mktemp("files") / "wide.onnx", notes={"data": "noise"}), images


@pytest.mark.parametrize("widen", [True, False])
def test_the_values_are_the_same_and_take_half_the_bytes(widen: bool, wide, tmp_path: Path) -> None:
    path, images = wide
    packed = store_as_int4(path, tmp_path / "packed.onnx", widen=widen)
    before = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}
    after = {tensor.name: tensor for tensor in onnx.load(packed).graph.initializer}
    narrow = [name for name, tensor in after.items() if tensor.data_type == onnx.TensorProto.INT4]
    assert len(narrow) == 4  # three convolutions and the classifier
    for name in narrow:
        np.testing.assert_array_equal(onnx.numpy_helper.to_array(after[name]).astype(np.int8), before[name])
        assert len(after[name].raw_data) == (before[name].size + 1) // 2
    torch.testing.assert_close(OnnxModel(packed)(images), OnnxModel(path)(images), atol=0.02, rtol=0.02)
    assert OnnxModel(packed).notes == {"data": "noise"}


def test_only_the_wide_way_is_run_in_integers(wide, tmp_path: Path) -> None:
    path, _ = wide
    ops = {w: optimized_ops(store_as_int4(path, tmp_path / f"{w}.onnx", widen=w)) for w in (True, False)}
    assert ops[True]["QLinearConv"] == 3 and ops[True]["Conv"] == 0
    assert ops[False]["QLinearConv"] == 0 and ops[False]["Conv"] == 3
    assert ops[False]["DequantizeLinear"] > ops[True]["DequantizeLinear"]


def test_files_without_such_weights_are_refused(tmp_path: Path) -> None:
    images = torch.rand(8, 1, 8, 8)
    torch.manual_seed(0)
    floating = export_onnx(small_cnn(), images, tmp_path / "fp32.onnx")
    eight = export_qdq(quantize_post_training(small_cnn(), [images]), images, tmp_path / "int8.onnx")
    for path in (floating, eight):
        with pytest.raises(InputError, match="no int8 weights that fit into 4 bits"):
            store_as_int4(path, tmp_path / "packed.onnx", widen=True)
