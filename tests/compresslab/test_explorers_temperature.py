"""The temperature explorer: bars are the softened probabilities, and both sliders redraw."""

import math

import numpy as np
import pytest
import torch

from compresslab.errors import InputError
from compresslab.explorers import temperature_chart, temperature_explorer

LOGITS, IMAGE, CLASSES = torch.tensor([8.0, 1.0, 1.0]).log(), torch.rand(1, 8, 8), ["cat", "dog", "fox"]


def widths(temperature: float) -> list[list[float]]:
    bars = temperature_chart(LOGITS, IMAGE, temperature=temperature, classes=CLASSES).figure.axes[1]
    return [[bar.get_width() for bar in group] for group in bars.containers]


def test_the_bars_are_the_probabilities_at_the_temperature_and_at_1() -> None:
    assert widths(3.0) == [pytest.approx([0.5, 0.25, 0.25]), pytest.approx([0.8, 0.1, 0.1])]
    assert widths(0.5)[0] == pytest.approx([64 / 66, 1 / 66, 1 / 66])


def test_the_description_has_the_classes_and_the_entropy() -> None:
    alt = temperature_chart(LOGITS, IMAGE, temperature=3.0, classes=CLASSES, label=1).alt
    assert "cat 50%, dog 25%, fox 25%; 1.50 bits of 1.58 possible" in alt
    assert f"cat 80%, dog 10%, fox 10%; {0.8 * math.log2(1.25) + 0.2 * math.log2(10):.2f} bits" in alt
    assert "; 0.00 bits" in temperature_chart(200 * LOGITS, IMAGE, temperature=1, classes=CLASSES).alt


def test_an_image_is_scaled_to_what_is_there_in_grey_and_in_colour() -> None:
    for channels in (1, 3):
        image = torch.linspace(-5, 9, 64 * channels).view(channels, 8, 8)
        shown = temperature_chart(LOGITS, image, temperature=1, classes=CLASSES).figure.axes[0].images[0].get_array()
        assert (np.min(shown), np.max(shown)) == (0, 1)
    flat = temperature_chart(LOGITS, torch.ones(1, 2, 2), temperature=1, classes=CLASSES).figure.axes[0].images[0]
    assert np.isfinite(flat.get_array()).all()


def test_both_sliders_redraw() -> None:
    logits = torch.stack([LOGITS, LOGITS.flip(0)])
    box = temperature_explorer(logits, torch.rand(2, 1, 8, 8), classes=CLASSES, labels=torch.tensor([0, 2]))
    temperature, image, picture = box.children
    assert "At temperature 4.0: cat" in picture.value
    temperature.value = 1.0
    assert "At temperature 1.0: cat 80%" in picture.value
    image.value = 1
    assert "At temperature 1.0: fox 80%" in picture.value


def test_bad_input_is_refused() -> None:
    for logits, image, temperature in (
        (LOGITS[:2], IMAGE, 1.0),
        (LOGITS * torch.inf, IMAGE, 1.0),
        (LOGITS, IMAGE[0], 1.0),
        (LOGITS, torch.rand(2, 8, 8), 1.0),
        (LOGITS, IMAGE, 0.0),
    ):
        with pytest.raises(InputError):
            temperature_chart(logits, image, temperature=temperature, classes=CLASSES)
    for logits, images, labels in (
        (LOGITS[None], IMAGE[None].repeat(2, 1, 1, 1), None),
        (LOGITS[None][:0], IMAGE[None][:0], None),
        (LOGITS[None], IMAGE[None], torch.tensor([0, 1])),
    ):
        with pytest.raises(InputError):
            temperature_explorer(logits, images, classes=CLASSES, labels=labels)
