"""Whole networks in integers: against the fake-quantized model, and against ONNX Runtime on a test set."""

import functools
import hashlib
from pathlib import Path

import pytest
import torch
from torch import nn

from compresslab.data import load
from compresslab.deploy import OnnxModel, export_qdq, parity
from compresslab.errors import InputError
from compresslab.models import mlp, mobilenet, resnet18, small_cnn
from compresslab.quantization import BitWidths, integer_logits, prepare_for_training, quantize_post_training
from compresslab.recorded import load_recorded
from compresslab.training import Recipe, fit


def images(count: int, shape: tuple[int, ...] = (3, 32, 32), seed: int = 0) -> torch.Tensor:
    return torch.randn(count, *shape, generator=torch.Generator().manual_seed(seed))


@functools.cache
def digits_cnn() -> nn.Module:
    torch.manual_seed(0)
    return fit(small_cnn(), load("digits"), Recipe(epochs=5, precision="fp32"), progress=False).model


def test_on_photographs_they_did_so_as_recorded(repository: Path) -> None:
    record = load_recorded("quantization/integers_photographs")
    script = repository / "reference/quantization/integers_photographs.py"
    assert record["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert record["integer_operators"]["convolutions"] == {"integer": 20, "floating": 0}
    assert record["same_first_choice"]["integers, ONNX Runtime"]["interval"]["low"] > 0.99


@pytest.mark.parametrize("bits", [7, 4])
def test_integers_answer_as_onnx_runtime_does_on_the_test_set(bits, tmp_path) -> None:
    digits = load("digits")
    train, test = (digits.normalize(split.images) for split in (digits.train, digits.test))
    quantized = quantize_post_training(digits_cnn(), [train[:200]], bits=BitWidths(bits, 8))
    path = export_qdq(quantized, test[:1], tmp_path / "int8.onnx")
    in_integers = integer_logits(quantized, test)
    with torch.no_grad():
        assert parity(quantized(test), in_integers).top1_agreement >= 0.99
    assert parity(OnnxModel(path)(test), in_integers).top1_agreement >= 0.99


def test_a_trained_resnet_with_learned_scales_in_integers() -> None:
    torch.manual_seed(0)
    model = resnet18(width=4)
    x = images(16)
    with torch.no_grad():
        model.train()(images(64, seed=9))
    aware = prepare_for_training(model.eval(), [x], scales="learned").eval()
    with torch.no_grad():
        expected = aware(x[:4])
    assert (integer_logits(aware, x[:4]) - expected).norm() < 0.05 * expected.norm()


class Pooled(nn.Sequential):
    def __init__(self, *last: nn.Module) -> None:
        super().__init__(
            nn.Conv2d(3, 4, 3, stride=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(),
            nn.Flatten(),
            nn.Linear(16, 5),
            *last,
        )


def test_pooling_and_flattening_pass_integers_on() -> None:
    torch.manual_seed(0)
    quantized, x = quantize_post_training(Pooled(), [images(32, (3, 9, 9))]), images(8, (3, 9, 9), seed=1)
    with torch.no_grad():
        torch.testing.assert_close(integer_logits(quantized, x), quantized(x), atol=0.02, rtol=0)


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        (mobilenet(width=4), {}, "ReLU6"),
        (Pooled(nn.Softmax(1)), {}, "ends in _6"),
        (small_cnn(channels=3), {"keep": ["3"]}, r"3 \(Conv2d\) is not quantized"),
        (small_cnn(channels=3), {"bits": BitWidths(8, None)}, "is not quantized"),
    ],
    ids=["relu6", "softmax", "kept", "weights"],
)
def test_what_is_not_in_integers_is_named(model, settings, message) -> None:
    x = images(4)
    if isinstance(model, Pooled):
        x = images(4, (3, 9, 9))
    quantized = quantize_post_training(model, [x], **settings)
    with pytest.raises(InputError, match=message):
        integer_logits(quantized, x)


def test_a_model_without_quantizers_is_refused() -> None:
    with pytest.raises(InputError, match="no quantized layer"):
        integer_logits(mlp(), images(1, (1, 8, 8)))
