"""The explorer of bits by layer says what the library's own functions give."""

import re

import pytest
import torch

from compresslab.errors import InputError
from compresslab.explorers import mixed_precision_chart, mixed_precision_explorer
from compresslab.models import small_cnn
from compresslab.quantization import BitWidths, quantize_post_training


@pytest.fixture
def model() -> torch.nn.Module:
    torch.manual_seed(0)
    return small_cnn(width=4).eval()


def test_bytes_and_accuracy_are_those_of_the_bits_chosen(model: torch.nn.Module) -> None:
    images = torch.randn(64, 1, 8, 8)
    labels = model(images).argmax(1)
    alt = mixed_precision_chart(model, [images], images, labels)(activations=4, **{"0": 2, "6": 3}).alt
    weights = {name: model.get_submodule(name).weight.numel() for name in ("0", "3", "6", "11")}
    size = (2 * weights["0"] + 8 * weights["3"] + 3 * weights["6"] + 8 * weights["11"]) / 8
    assert f"weights {size:,.0f} bytes, {4 * sum(weights.values()) / size:.1f} times smaller" in alt
    widths = {"0": BitWidths(2, 4), "6": BitWidths(3, 4)}
    quantized = quantize_post_training(model, [images], bits=BitWidths(8, 4), by_layer=widths)
    right = (quantized(images).argmax(1) == labels).double().mean().item()
    assert f"accuracy {right:.1%} of 64 images" in alt and right < 1


def test_a_slider_moves_its_own_layer(model: torch.nn.Module) -> None:
    images = torch.randn(16, 1, 8, 8)
    explorer = mixed_precision_explorer(model, [images], images, model(images).argmax(1))
    *sliders, picture = explorer.children
    sliders[2].value = 2
    (bits,) = re.findall(r"Layer: bits, bytes\. (.*?)\.\"", picture.value)
    assert [part.split(", ")[0] for part in bits.split("; ")] == ["0: 8", "3: 8", "6: 2", "11: 8"]


@pytest.mark.parametrize(("count", "labels"), [(0, 0), (4, 3)])
def test_images_without_labels_are_refused(model: torch.nn.Module, count: int, labels: int) -> None:
    with pytest.raises(InputError, match=f"images has {count} samples and labels {labels}"):
        mixed_precision_chart(model, [], torch.zeros(count, 1, 8, 8), torch.zeros(labels))
