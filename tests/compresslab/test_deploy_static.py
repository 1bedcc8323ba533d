"""INT8 files: what is stored, against the formulas; what runs, from ONNX Runtime's own graph; what it answers."""

import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import nn

from compresslab.data import Batch
from compresslab.deploy import OnnxModel, export_onnx, optimized_ops, parity, quantize_static
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn, tiny_vit


def images(count: int, shape: tuple[int, int, int] = (3, 32, 32), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


def initializers(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


@pytest.fixture(scope="module")
def fp32(tmp_path_factory) -> Path:
    torch.manual_seed(0)
    model = resnet18(width=16)
    with torch.no_grad():
        model(images(64))  # batch-norm statistics that fit
    path = tmp_path_factory.mktemp("fp32") / "model.onnx"
    return export_onnx(model, images(1), path, notes={"data": "noise"})


@pytest.fixture(scope="module")
def int8(fp32, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("int8") / "model.onnx"
    return quantize_static(fp32, path, images(200, seed=1).split(50))


def test_every_convolution_and_addition_runs_in_integers(int8) -> None:
    ops = optimized_ops(int8)
    assert (ops["QLinearConv"], ops["Conv"]) == (20, 0)
    assert (ops["QLinearAdd"], ops["Add"]) == (8, 0)
    assert (ops["QGemm"], ops["Gemm"]) == (1, 0)


def test_answers_are_close_for_any_batch(fp32, int8) -> None:
    for batch in (1, 64, 500):
        test = images(batch, seed=2)
        expected, found = OnnxModel(fp32)(test), OnnxModel(int8)(test)
        assert (found - expected).norm() < 0.05 * expected.norm()
    assert parity(expected, found).top1_agreement > 0.95


def test_file_has_a_byte_a_weight_and_nothing_else_to_speak_of(fp32, int8) -> None:
    weights = sum(array.size for array in initializers(fp32).values())
    assert weights < int8.stat().st_size < 1.1 * weights
    model = onnx.load(int8)
    onnx.checker.check_model(model, full_check=True)
    assert not model.graph.value_info
    assert {opset.domain for opset in model.opset_import} == {""}
    assert list(int8.parent.iterdir()) == [int8]
    assert OnnxModel(int8).notes == {"data": "noise"}


@pytest.mark.parametrize(("reduce_range", "qmax"), [(False, 127), (True, 64)])
def test_weights_are_symmetric_with_a_scale_for_each_channel(fp32, tmp_path, reduce_range, qmax) -> None:
    path = quantize_static(fp32, tmp_path / "model.onnx", [images(8)], reduce_range=reduce_range)
    exact, stored = initializers(fp32), initializers(path)
    kernels = [name for name, array in exact.items() if array.ndim == 4]
    assert len(kernels) == 20
    for name in kernels:
        w, q = exact[name], stored[f"{name}_quantized"]
        s, z = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
        assert (q.dtype, s.shape) == (np.int8, (len(w),))
        assert not z.any()
        assert np.abs(q.astype(int)).max() <= qmax
        step = s.reshape(-1, 1, 1, 1)
        assert (np.abs(w - step * q) <= 0.5001 * step).all()


def test_one_scale_a_layer_on_request(fp32, tmp_path) -> None:
    path = quantize_static(fp32, tmp_path / "model.onnx", [images(8)], per_channel=False)
    assert all(array.size == 1 for name, array in initializers(path).items() if name.endswith("weight_scale"))
    assert optimized_ops(path)["QLinearConv"] == 20


def test_ranges_are_the_least_and_greatest_value_of_all_batches(fp32, tmp_path) -> None:
    batches = [images(10), 3 * images(10, seed=1), images(3, seed=2)]
    stored = initializers(quantize_static(fp32, tmp_path / "model.onnx", iter(batches)))
    low, high = torch.cat(batches).min().item(), torch.cat(batches).max().item()
    assert stored["images_scale"] == pytest.approx((high - low) / 255, rel=1e-5)
    assert stored["images_zero_point"].dtype == np.uint8
    assert stored["images_zero_point"] == pytest.approx(-low / stored["images_scale"], abs=0.51)


def test_the_same_calibration_gives_the_same_bytes(fp32, tmp_path) -> None:
    first, again = (quantize_static(fp32, tmp_path / name, [images(8)]).read_bytes() for name in "ab")
    assert first == again


def test_attention_is_quantized_and_nothing_is_printed_or_left_behind(tmp_path, monkeypatch, capfd, caplog) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    model, shape = tiny_vit(depth=1).eval(), (1, 8, 8)
    fp32 = export_onnx(model, images(1, shape), tmp_path / "fp32.onnx")
    int8 = quantize_static(fp32, tmp_path / "int8.onnx", [images(50, shape)])
    test = images(50, shape, seed=1)
    expected, found = OnnxModel(fp32)(test), OnnxModel(int8)(test)
    assert (found - expected).norm() < 0.2 * expected.norm()
    assert optimized_ops(int8)["QLinearMatMul"] >= 6  # q, k, v, out and the two of the MLP
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not list(scratch.iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fp32.onnx", "int8.onnx", "scratch"]


@pytest.mark.parametrize(
    ("calibration", "message"),
    [
        ([], "calibration is empty"),
        ([images(2) * 0, images(1) * 0], "calibration holds the value -?0 only"),
        ([images(2) * 0 + 3], "calibration holds the value 3 only"),
        ([torch.full((2, 3, 32, 32), float("nan"))], "batch 0 holds NaN"),
        ([images(2), images(2) / 0], "batch 1 holds NaN"),
        ([images(2)[0]], r"batch 0 is torch\.float32 \(3, 32, 32\)"),
        ([images(0)], r"batch 0 is torch\.float32 \(0, 3"),
        ([images(2).double()], r"batch 0 is torch\.float64"),
        ([images(2, (1, 32, 32))], r"batch 0 is .* takes .* 3, 32, 32"),
        ([Batch(images(2), torch.zeros(2), torch.zeros(2))], "batch 0 is a Batch: give its images"),
    ],
)
def test_useless_calibration_is_refused_and_the_old_file_kept(fp32, tmp_path, calibration, message) -> None:
    path = tmp_path / "model.onnx"
    path.write_text("the old one")
    with pytest.raises(InputError, match=message):
        quantize_static(fp32, path, calibration)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["the old one"]


def test_a_missing_or_damaged_model_is_refused(fp32, tmp_path) -> None:
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(fp32.read_bytes()[:5000])
    for path in (damaged, tmp_path / "missing.onnx"):
        with pytest.raises(InputError, match=path.name):
            quantize_static(path, tmp_path / "int8.onnx", [images(2)])
    assert list(tmp_path.iterdir()) == [damaged]


def test_batch_norm_that_the_exporter_left_is_folded(tmp_path) -> None:
    torch.manual_seed(0)
    model: nn.Module = small_cnn(width=4).eval()
    unfolded = torch.onnx.export(
        model, (images(2, (1, 8, 8)),), dynamo=True, optimize=False, verbose=False, external_data=False,
        input_names=["images"], output_names=["logits"], dynamic_shapes=({0: torch.export.Dim("batch")},),
    )  # fmt: skip
    unfolded.save(tmp_path / "fp32.onnx")
    assert "BatchNormalization" in {node.op_type for node in onnx.load(tmp_path / "fp32.onnx").graph.node}
    int8 = quantize_static(tmp_path / "fp32.onnx", tmp_path / "int8.onnx", [images(50, (1, 8, 8))])
    assert {op: count for op, count in optimized_ops(int8).items() if "Conv" in op} == {"QLinearConv": 3}
