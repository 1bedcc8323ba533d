"""QDQ files: what they hold, what ONNX Runtime makes of them, and that they answer as the fake-quantized model does."""

import copy
import functools

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import nn

from compresslab.data import Batches, load
from compresslab.deploy import OnnxModel, Share, export_onnx, export_qdq, integer_operators, optimized_ops, parity
from compresslab.errors import InputError
from compresslab.models import load_baseline, mlp, mobilenet, resnet18, small_cnn, tiny_vit
from compresslab.quantization import (
    ActivationQuantizer,
    BitWidths,
    QuantizedLayer,
    freeze_batch_norm,
    insert_quantizers,
    prepare_for_training,
    quantize_post_training,
    quantize_weights,
)
from compresslab.training import Recipe, fit

RECIPE = Recipe(epochs=1, learning_rate=0.02, precision="fp32")


def images(count: int, shape: tuple[int, ...] = (3, 32, 32), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


def warmed(model: nn.Module, shape: tuple[int, ...] = (3, 32, 32)) -> nn.Module:
    with torch.no_grad():
        model.train()(images(64, shape, seed=9))
    return model.eval()


@functools.cache
def digits_cnn() -> nn.Module:
    torch.manual_seed(0)
    return fit(small_cnn(), load("digits"), Recipe(epochs=5, precision="fp32"), progress=False).model


@functools.cache
def digits_images() -> dict[str, torch.Tensor]:
    digits = load("digits")
    return {name: digits.normalize(getattr(digits, name).images) for name in ("train", "test")}


def initializers(path) -> dict[str, np.ndarray]:
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer}


@pytest.mark.parametrize(
    ("make", "convolutions", "additions"),
    [(resnet18, 20, 8), (mobilenet, 25, 5), (functools.partial(mobilenet, activation="hardswish"), 25, 5)],
    ids=["resnet", "relu6", "hardswish"],
)
def test_every_convolution_and_addition_runs_in_integers(make, convolutions, additions, tmp_path) -> None:
    torch.manual_seed(0)
    model = warmed(make(width=8))
    quantized = quantize_post_training(model, images(64).split(32))
    path = export_qdq(quantized, images(1), tmp_path / "int8.onnx", notes={"data": "noise"})
    found = integer_operators(path)
    assert found.convolutions == Share(convolutions, 0)
    assert found.additions == Share(additions, 0)
    assert found.linear == Share(1, 0)
    test = images(64, seed=1)
    with torch.no_grad():
        expected = quantized(test)
    answered = OnnxModel(path)(test)
    assert (answered - expected).norm() < 0.05 * expected.norm()
    assert OnnxModel(path).notes == {"data": "noise"}
    assert not integer_operators(export_onnx(model, images(1), tmp_path / "fp32.onnx")).convolutions.integer


def test_a_resnet_that_was_trained_with_learned_scales_runs_in_integers_too(tmp_path) -> None:
    torch.manual_seed(0)
    aware = prepare_for_training(warmed(resnet18(width=4)), [images(32)], scales="learned").train()
    optimizer = torch.optim.SGD(aware.parameters(), lr=0.01)
    aware(images(16)).square().mean().backward()
    optimizer.step()
    trained = aware.eval()
    path = export_qdq(trained, images(1), tmp_path / "int8.onnx")
    found = integer_operators(path)
    assert (found.convolutions, found.additions, found.linear) == (Share(20, 0), Share(8, 0), Share(1, 0))
    with torch.no_grad():
        expected = trained(images(64, seed=1))
    assert (OnnxModel(path)(images(64, seed=1)) - expected).norm() < 0.05 * expected.norm()


def test_a_transformers_layers_and_additions_run_in_integers(tmp_path) -> None:
    shape = (1, 8, 8)
    quantized = quantize_post_training(tiny_vit(depth=1), [images(32, shape)])
    path = export_qdq(quantized, images(1, shape), tmp_path / "int8.onnx")
    found = integer_operators(path)
    assert (found.convolutions, found.linear.integer) == (Share(1, 0), 7)
    assert optimized_ops(path)["QLinearAdd"] == 3  # the position, and two residuals


@pytest.mark.parametrize("scales", ["follow", "fixed", "learned"])
@pytest.mark.parametrize("batch_norm", ["fold", "train"])
def test_a_trained_model_keeps_its_scales_and_its_answers(scales, batch_norm, tmp_path) -> None:
    x = digits_images()
    aware = prepare_for_training(digits_cnn(), [x["train"][:100]], scales=scales, batch_norm=batch_norm)
    trained = fit(aware, load("digits"), RECIPE, progress=False).model
    before = copy.deepcopy(trained.state_dict())
    path = export_qdq(trained, x["test"][:1], tmp_path / "int8.onnx")
    assert all(torch.equal(tensor, before[name]) for name, tensor in trained.state_dict().items())
    with torch.no_grad():
        expected = trained(x["test"])
    assert parity(expected, OnnxModel(path)(x["test"])).top1_agreement >= 0.99
    assert integer_operators(path).convolutions == Share(3, 0)

    stored = {float(value) for value in initializers(path).values() if value.dtype == np.float32 and not value.ndim}
    wanted = {module.current_scale.item() for module in trained.modules() if isinstance(module, ActivationQuantizer)}
    assert stored == wanted


def test_the_file_holds_bytes_for_weights_and_32_bits_for_biases(tmp_path) -> None:
    x = digits_images()
    quantized = quantize_post_training(digits_cnn(), [x["train"][:100]], bits=BitWidths(4, 8))
    path = export_qdq(quantized, x["test"][:1], tmp_path / "int4.onnx")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    stored = initializers(path)
    weights = [value for value in stored.values() if value.dtype == np.int8 and value.ndim > 1]
    layers = [module for module in quantized.modules() if isinstance(module, QuantizedLayer)]
    assert sum(value.size for value in weights) == sum(layer.layer.weight.numel() for layer in layers)
    assert all(np.abs(value.astype(int)).max() == 7 for value in weights)  # four bits
    biases = [value for value in stored.values() if value.dtype == np.int32]
    assert sorted(value.size for value in biases) == sorted(len(layer.layer.bias) for layer in layers)
    assert not [value for value in stored.values() if value.dtype == np.float32 and value.ndim > 1]
    assert all(value.dtype == np.uint8 for value in stored.values() if value.ndim == 0 and value.dtype.kind == "u")
    assert parity(quantized(x["test"]).detach(), OnnxModel(path)(x["test"])).top1_agreement >= 0.99


def test_a_dead_channel_with_a_bias_keeps_its_bias(tmp_path) -> None:
    model, x = small_cnn().eval(), images(32, (1, 8, 8))
    with torch.no_grad():
        model[3].weight[:5] = 0
        model[4].bias.uniform_(1, 3)
    quantized = quantize_post_training(model, [x])
    path = export_qdq(quantized, x, tmp_path / "int8.onnx")
    with torch.no_grad():
        torch.testing.assert_close(OnnxModel(path)(x), quantized(x), atol=0.02, rtol=0)
    assert integer_operators(path).convolutions == Share(3, 0)


def test_a_transposed_convolution_is_written_with_one_scale(tmp_path) -> None:
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.ConvTranspose2d(4, 6, 3), nn.Flatten(), nn.Linear(384, 3))
    x = images(16, (3, 8, 8))
    quantized = quantize_post_training(layers, [x])
    path = export_qdq(quantized, x, tmp_path / "int8.onnx")
    with torch.no_grad():
        torch.testing.assert_close(OnnxModel(path)(x), quantized(x), atol=0.02, rtol=0)


def test_a_frozen_batch_norm_and_layers_in_floating_point_are_written_too(tmp_path) -> None:
    x = digits_images()
    aware = freeze_batch_norm(prepare_for_training(digits_cnn(), [x["train"][:100]], keep=["0"]))
    path = export_qdq(aware.eval(), x["test"][:1], tmp_path / "mixed.onnx")
    with torch.no_grad():
        assert parity(aware(x["test"]), OnnxModel(path)(x["test"])).top1_agreement >= 0.99
    assert integer_operators(path).convolutions == Share(2, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: quantize_weights(mlp(), bits=8), "no quantized layer"),
        (lambda x: insert_quantizers(mlp()), "input_1 has no range yet"),
        (lambda x: quantize_post_training(mlp(), [x], bits=BitWidths(8, 4)), "has 4 bits: integer kernels take 8"),
        (lambda x: quantize_post_training(mlp(), [x], bits=BitWidths(16, 8)), "1.weight has 16 bits"),
    ],
    ids=["float", "uncalibrated", "activations", "weights"],
)
def test_what_no_integer_kernel_takes_is_refused(make, message, tmp_path) -> None:
    x = images(4, (1, 8, 8))
    with pytest.raises(InputError, match=message):
        export_qdq(make(x), x, tmp_path / "int8.onnx")
    assert not list(tmp_path.iterdir())


@pytest.mark.photographs
def test_the_shipped_network_answers_alike_on_photographs(photographs, tmp_path) -> None:
    baseline = load_baseline(width=20)
    data = load(f"imagefolder:{photographs}")
    # The archive is sorted by class.
    some, others = (
        split.select(torch.randperm(len(split), generator=torch.Generator().manual_seed(0))[:count])
        for split, count in ((data.train, 256), (data.test, 1000))
    )
    calibration = [batch.images for batch in Batches(data, some, 64)]
    quantized = quantize_post_training(baseline.model, calibration)
    path = export_qdq(quantized, calibration[0], tmp_path / "int8.onnx")
    found = integer_operators(path)
    assert (found.convolutions, found.additions) == (Share(20, 0), Share(8, 0))
    test = next(iter(Batches(data, others, 1000)))
    with torch.no_grad():
        fake, exact = quantized(test.images), baseline.model(test.images)
    assert parity(fake, OnnxModel(path)(test.images)).top1_agreement >= 0.99
    right = [float((logits.argmax(1) == test.labels).double().mean()) for logits in (exact, fake)]
    assert right[1] > right[0] - 0.01
