"""Corruptions against SciPy and Pillow, attacks against what they promise and a linear model's exact worst case."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter
from torch import nn

from compresslab.errors import InputError
from compresslab.evaluation import CORRUPTIONS, STRENGTHS, Normalized, check_gradients, corrupt, fgsm, pgd, sign_noise
from compresslab.evaluation.corruptions import BLUR_SIGMA, CONTRAST_KEPT, JPEG_QUALITY, NOISE_STD


def pictures(n: int = 6, channels: int = 3, side: int = 32, seed: int = 0) -> torch.Tensor:
    rng = np.random.default_rng(seed)
    smooth = gaussian_filter(rng.normal(size=(n, channels, side, side)), (0, 0, 2, 2))
    return torch.from_numpy(np.clip(0.5 + 1.2 * smooth, 0, 1)).float()


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_every_strength_harms_more_than_the_one_before(corruption) -> None:
    images = pictures()
    if corruption == "jpeg":  # which a smooth picture survives
        images = corrupt(images, "noise", 1)
    harm = [float((corrupt(images, corruption, s) - images).square().mean()) for s in STRENGTHS]
    assert harm == sorted(harm)
    assert harm[0] > 0
    for strength in STRENGTHS:
        found = corrupt(images, corruption, strength)
        assert found.shape == images.shape and found.dtype == images.dtype
        assert found.min() >= 0 and found.max() <= 1


@pytest.mark.parametrize("strength", STRENGTHS)
def test_blur_is_scipys(strength) -> None:
    images = pictures().double()
    sigma = BLUR_SIGMA[strength - 1]
    expected = gaussian_filter(images.numpy(), (0, 0, sigma, sigma), mode="nearest")
    assert corrupt(images, "blur", strength).numpy() == pytest.approx(expected, abs=1e-12)


def test_blur_grows_with_the_image_and_works_on_tiny_ones() -> None:
    large = pictures(1, side=64).double()
    expected = gaussian_filter(large.numpy(), (0, 0, 2, 2), mode="nearest")
    assert corrupt(large, "blur", 5).numpy() == pytest.approx(expected, abs=1e-12)
    assert corrupt(pictures(1, side=2), "blur", 5).shape == (1, 3, 2, 2)


def test_jpeg_is_pillows() -> None:
    images = pictures(2)
    for image, found in zip(images, corrupt(images, "jpeg", 3), strict=True):
        buffer = io.BytesIO()
        pixels = (255 * image).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=JPEG_QUALITY[2])
        expected = np.asarray(Image.open(buffer)).transpose(2, 0, 1) / 255
        assert found.numpy() == pytest.approx(expected, abs=1e-6)
    grey = pictures(2, channels=1)
    assert corrupt(grey, "jpeg", 3).shape == grey.shape


def test_contrast_keeps_the_mean_of_each_channel() -> None:
    images = pictures()
    found = corrupt(images, "contrast", 4)
    assert torch.allclose(found.mean((2, 3)), images.mean((2, 3)), atol=1e-6)
    ratio = found.std((2, 3)) / images.std((2, 3))
    assert torch.allclose(ratio, torch.full_like(ratio, CONTRAST_KEPT[3]), atol=1e-4)


def test_noise_has_its_size_repeats_and_does_not_depend_on_what_follows() -> None:
    grey = torch.full((20, 3, 32, 32), 0.5)
    found = corrupt(grey, "noise", 3, seed=1)
    assert float((found - grey).std()) == pytest.approx(NOISE_STD[2], rel=0.02)
    assert torch.equal(found[:7], corrupt(grey[:7], "noise", 3, seed=1))
    assert not torch.equal(found, corrupt(grey, "noise", 3, seed=2))


@pytest.mark.parametrize(
    ("images", "corruption", "strength", "message"),
    [
        (torch.zeros(1, 3, 8, 8, dtype=torch.uint8), "noise", 1, "torch.uint8"),
        (torch.full((1, 3, 8, 8), 200.0), "blur", 1, "from 200 to 200"),
        (torch.full((1, 3, 8, 8), torch.nan), "blur", 1, "from nan"),
        (torch.zeros(3, 8, 8), "blur", 1, "floating point"),
        (torch.zeros(1, 3, 8, 8), "fog", 1, "corruption='fog'"),
        (torch.zeros(1, 3, 8, 8), "blur", 6, "strength=6"),
        (torch.zeros(1, 4, 8, 8), "jpeg", 1, "4 channels"),
    ],
)
def test_corrupt_refuses(images, corruption, strength, message) -> None:
    with pytest.raises(InputError, match=message):
        corrupt(images, corruption, strength)


def linear(inputs: int = 12, classes: int = 2, seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, classes)).double()


@pytest.mark.parametrize("attack", [fgsm, pgd])
def test_two_linear_classes_are_attacked_by_the_exact_worst_case(attack) -> None:
    model = linear()
    images, labels = torch.rand(40, 3, 2, 2).double(), torch.randint(0, 2, (40,))
    weight = model[1].weight.detach()
    away = (weight[1 - labels] - weight[labels]).sign().view(-1, 3, 2, 2)
    worst = (images + 0.05 * away).clamp(0, 1)
    assert torch.allclose(attack(model, images, labels, 0.05), worst)


def net(seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 64), nn.ReLU(), nn.Dropout(), nn.Linear(64, 5))


def test_attacks_stay_within_epsilon_and_the_range_of_pixels() -> None:
    images, labels = torch.rand(20, 3, 4, 4), torch.randint(0, 5, (20,))
    model = net()
    for moved in (fgsm(model, images, labels, 0.1), pgd(model, images, labels, 0.1), sign_noise(images, 0.1)):
        assert (moved - images).abs().max() <= 0.1 + 1e-6
        assert moved.min() >= 0 and moved.max() <= 1
        assert not torch.equal(moved, images)


def test_many_steps_do_more_than_one_and_one_more_than_noise() -> None:
    images, labels = torch.rand(64, 3, 4, 4), torch.randint(0, 5, (64,))
    model = net().eval()
    losses = [
        float(nn.functional.cross_entropy(model(x), labels).detach())
        for x in (images, sign_noise(images, 0.2), fgsm(model, images, labels, 0.2), pgd(model, images, labels, 0.2))
    ]
    assert losses[2] > losses[1]
    assert losses[3] >= losses[2]
    assert losses[2] > losses[0]


def test_an_attack_leaves_the_model_as_it_was() -> None:
    model = net().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    images, labels = torch.rand(8, 3, 4, 4, requires_grad=True), torch.randint(0, 5, (8,))
    moved = pgd(model, images.detach(), labels, 0.1, steps=3)
    fgsm(model, images, labels, 0.1)
    assert model.training and model[3].training
    assert all(p.grad is None for p in model.parameters()) and images.grad is None
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not moved.requires_grad
    assert torch.equal(moved, pgd(model, images.detach(), labels, 0.1, steps=3))  # seeded, and without dropout


def test_a_model_without_gradient_is_refused() -> None:
    rounded = Normalized(lambda x: x.flatten(1).detach(), [0.0] * 3, [1.0] * 3)
    with pytest.raises(InputError, match="fake-quantized twin"):
        fgsm(rounded, torch.rand(2, 3, 4, 4), torch.zeros(2, dtype=torch.int64), 0.1)


def test_normalized_images_are_those_of_the_data_set() -> None:
    from compresslab.data import load

    digits = load("digits")
    images = digits.test.images[:9]
    model = Normalized(nn.Flatten(), digits.mean, digits.std)
    assert torch.allclose(model(images / 255), digits.normalize(images).flatten(1), atol=1e-5)


class Louder(nn.Module):
    """The same answers with logits so large that the loss of a right one, and its gradient, are 0 in float32."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return 1e6 * self.model(images)


def honest() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    model = net().eval()
    images = torch.rand(300, 3, 4, 4, generator=torch.Generator().manual_seed(0))
    return model, images, model(images).argmax(1)


def test_true_gradients_show_no_sign_of_masking() -> None:
    model, images, labels = honest()
    found = check_gradients(model, images, labels, 0.05, source=model, deployed=lambda x: model(x).detach())
    assert found.signs == ()
    assert not found.masked
    assert found.right["clean"] == found.n == 300
    assert found.right["pgd"] <= found.right["fgsm"] < found.right["noise"]
    assert found.right["large"] == 0
    assert found.deployed_right == found.right
    assert found.right["transfer"] == found.right["pgd"]


def test_a_model_that_hides_its_gradient_is_not_called_robust() -> None:
    model, images, labels = honest()
    found = check_gradients(Louder(model).eval(), images, labels, 0.05, source=model)
    assert found.masked
    assert any("noise of the same size" in sign for sign in found.signs)
    assert any("made on the source" in sign for sign in found.signs)
    assert found.right["transfer"] < found.right["pgd"]


@pytest.mark.parametrize("epsilon", [0, 1, -0.1, float("nan")])
def test_check_gradients_refuses_sizes_without_meaning(epsilon) -> None:
    model, images, labels = honest()
    with pytest.raises(InputError, match="epsilon"):
        check_gradients(model, images[:2], labels[:2], epsilon)
