"""Decoupled, feature and relation losses against NumPy, SciPy and finite differences; what must not change them."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from scipy.special import log_softmax, softmax
from torch import Tensor, nn

from compresslab.distillation import (
    angle_loss,
    angles,
    as_alpha,
    attention_loss,
    attention_map,
    captured,
    decoupled_loss,
    decoupled_parts,
    distance_loss,
    distances,
    distillation_loss,
    hint_loss,
    similarities,
    similarity_loss,
)
from compresslab.errors import InputError


def logits(seed: int, n: int = 5, classes: int = 7, scale: float = 3.0) -> Tensor:
    return torch.tensor(np.random.default_rng(seed).normal(0, scale, (n, classes)))


LABELS = torch.tensor([0, 6, 3, 3, 1])


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_the_two_parts_make_up_hintons_loss(temperature: float) -> None:
    student, teacher = logits(0), logits(1)
    label, others = decoupled_parts(student, teacher, LABELS, temperature=temperature)
    p = softmax(teacher.numpy() / temperature, axis=1)
    log_q = log_softmax(student.numpy() / temperature, axis=1)
    whole = (p * (np.log(p) - log_q)).sum(axis=1)
    of_label = p[np.arange(5), LABELS]
    np.testing.assert_allclose(label.numpy() + (1 - of_label) * others.numpy(), whole, rtol=1e-10)


def test_each_part_is_a_divergence_of_its_own_distributions() -> None:
    student, teacher = logits(2), logits(3)
    label, others = decoupled_parts(student, teacher, LABELS, temperature=2.0)
    for i, at in enumerate(LABELS.tolist()):
        p, q = (softmax(x[i].numpy() / 2.0) for x in (teacher, student))
        pair = [(p[at], q[at]), (1 - p[at], 1 - q[at])]
        assert float(label[i]) == pytest.approx(sum(a * np.log(a / b) for a, b in pair), rel=1e-9)
        p, q = np.delete(p, at) / (1 - p[at]), np.delete(q, at) / (1 - q[at])
        assert float(others[i]) == pytest.approx(float((p * np.log(p / q)).sum()), rel=1e-9)
    weighted = decoupled_loss(student, teacher, LABELS, temperature=2.0, label_weight=0.5, others_weight=3.0)
    assert float(weighted) == pytest.approx(float(4 * (0.5 * label + 3 * others).mean()), rel=1e-12)


def test_a_sure_teacher_still_says_something_of_the_others() -> None:
    """In float32, 1 - p is 0 for such a teacher; the others' probabilities among themselves are 0.73 and 0.27."""
    teacher, student = torch.tensor([[60.0, 1.0, 0.0]]), torch.tensor([[60.0, 0.0, 1.0]], requires_grad=True)
    _, others = decoupled_parts(student, teacher, torch.tensor([0]), temperature=1.0)
    assert others.item() == pytest.approx(0.4621, rel=1e-3)
    others.sum().backward()
    assert student.grad is not None and float(student.grad.abs().max()) > 0.4


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_extreme_logits_stay_finite(dtype: torch.dtype) -> None:
    student = torch.tensor([[1e4, -1e4, 0.0]], dtype=dtype, requires_grad=True)
    for loss in (
        decoupled_loss(student, -student.detach(), torch.tensor([1]), temperature=1.0),
        distillation_loss(student, -student.detach(), torch.tensor([1]), temperature=1.0),
    ):
        (gradient,) = torch.autograd.grad(loss, student)
        assert torch.isfinite(loss) and torch.isfinite(gradient).all()


def test_at_a_high_temperature_the_soft_loss_matches_centred_logits() -> None:
    student, teacher = logits(4).requires_grad_(), logits(5)
    loss = distillation_loss(student, teacher, LABELS, temperature=1e5, alpha=1.0)
    (gradient,) = torch.autograd.grad(loss, student)
    centred = [x - x.mean(dim=1, keepdim=True) for x in (student.detach(), teacher)]
    torch.testing.assert_close(gradient, (centred[0] - centred[1]) / student.numel(), rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(("value", "convention"), [(0.3, "teacher"), (0.3, "labels"), (4.0, "added"), (0.0, "added")])
def test_a_papers_weight_gives_its_loss(value: float, convention: str) -> None:
    student, teacher = logits(6), logits(7)
    soft, hard = (distillation_loss(student, teacher, LABELS, temperature=3.0, alpha=a) for a in (1.0, 0.0))
    paper = {
        "teacher": value * soft + (1 - value) * hard,
        "labels": value * hard + (1 - value) * soft,
        "added": hard + value * soft,
    }
    alpha, factor = as_alpha(value, convention=convention)
    ours = distillation_loss(student, teacher, LABELS, temperature=3.0, alpha=alpha)
    assert float(factor * ours) == pytest.approx(float(paper[convention]), rel=1e-12)


LOSSES = {
    "hint": hint_loss,
    "attention": attention_loss,
    "distance": distance_loss,
    "angle": angle_loss,
    "similarity": similarity_loss,
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("shape", [(4, 3, 5), (4, 3, 2, 2)])
def test_gradients_are_those_of_finite_differences(loss: Callable[..., Tensor], shape: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    student, teacher = (torch.randn(shape, dtype=torch.float64, requires_grad=True) for _ in range(2))
    assert torch.autograd.gradcheck(lambda s: loss(s, teacher), student)
    loss(student, teacher).backward()
    assert teacher.grad is None, "a gradient reached the teacher"


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_a_student_like_its_teacher_has_no_loss_and_a_finite_gradient(loss: Callable[..., Tensor]) -> None:
    features = torch.randn(4, 3, 2, 2)
    features[1] = features[0]  # two equal samples: a distance of 0, and no direction from one to the other
    student = features.clone().requires_grad_()
    value = loss(student, features)
    value.backward()
    assert float(value.detach()) == pytest.approx(0.0, abs=1e-6)
    assert student.grad is not None and torch.isfinite(student.grad).all()


def test_distances_are_scipys_in_units_of_their_mean() -> None:
    points = torch.randn(6, 4, dtype=torch.float64)
    pairs = pdist(points.numpy())
    np.testing.assert_allclose(distances(points).numpy(), squareform(pairs) / pairs.mean(), rtol=1e-9)


def test_angles_are_those_of_three_nested_loops() -> None:
    points = torch.randn(5, 3, dtype=torch.float64)
    found = angles(points)
    for i in range(5):
        for j in range(5):
            for k in range(5):
                one, other = points[j] - points[i], points[k] - points[i]
                size = float(one.norm() * other.norm())
                assert float(found[i, j, k]) == pytest.approx(float(one @ other) / size if size else 0.0, abs=1e-12)


def test_similarities_are_normalised_by_row() -> None:
    points = torch.randn(5, 3, dtype=torch.float64)
    table = points.numpy() @ points.numpy().T
    np.testing.assert_allclose(
        similarities(points).numpy(), table / np.linalg.norm(table, axis=1, keepdims=True), rtol=1e-9
    )


@pytest.mark.parametrize("loss", [distance_loss, angle_loss, similarity_loss])
@given(st.integers(0, 10_000), st.sampled_from([1e-3, 1.0, 50.0]))
@settings(max_examples=20, deadline=None)
def test_turning_or_scaling_the_students_features_changes_no_relation(
    loss: Callable[..., Tensor], seed: int, scale: float
) -> None:
    random = np.random.default_rng(seed)
    student, teacher = (torch.tensor(random.normal(size=(5, size))) for size in (4, 7))
    turn, _ = np.linalg.qr(random.normal(size=(4, 4)))
    torch.testing.assert_close(loss(scale * student @ torch.tensor(turn), teacher), loss(student, teacher))
    if loss is not similarity_loss:  # inner products know where the origin is
        torch.testing.assert_close(loss(student + 3.0, teacher), loss(student, teacher))


def test_a_hint_is_the_share_of_the_signal_that_is_missed() -> None:
    student, teacher = torch.randn(3, 4, 2, 2, dtype=torch.float64), torch.randn(3, 4, 2, 2, dtype=torch.float64)
    expected = ((student - teacher) ** 2).sum() / (teacher**2).sum()
    assert float(hint_loss(student, teacher)) == pytest.approx(float(expected), rel=1e-12)
    assert float(hint_loss(10 * student, 10 * teacher)) == pytest.approx(float(expected), rel=1e-12)


def test_padding_does_not_count() -> None:
    student, teacher = torch.randn(2, 3, 4), torch.randn(2, 3, 4)
    mask = torch.tensor([[True, True, False], [True, False, False]])
    kept = hint_loss(student, teacher, mask=mask)
    student[~mask] = 100.0
    assert torch.equal(hint_loss(student, teacher, mask=mask), kept)
    with pytest.raises(InputError, match="expected bool"):
        hint_loss(student, teacher, mask=mask.float())


def test_an_attention_map_is_the_energy_of_each_place() -> None:
    features = torch.randn(2, 5, 3, 4, dtype=torch.float64)
    energy = (features.numpy() ** 2).mean(axis=1).reshape(2, -1)
    np.testing.assert_allclose(
        attention_map(features).numpy(), energy / np.linalg.norm(energy, axis=1, keepdims=True), rtol=1e-12
    )
    tokens = features.flatten(2).transpose(1, 2)
    torch.testing.assert_close(attention_map(tokens), attention_map(features))
    channels = features[:, torch.tensor([4, 2, 0, 1, 3])]
    torch.testing.assert_close(attention_map(channels), attention_map(features))  # which channel it was doesn't count


def test_maps_of_another_resolution_are_averaged_to_the_coarser() -> None:
    fine = torch.randn(2, 3, 4, 4)
    coarse = nn.functional.avg_pool2d(fine, 2)
    assert float(hint_loss(coarse, fine)) == pytest.approx(0.0, abs=1e-12)
    assert float(attention_loss(fine, coarse)) == pytest.approx(0.0, abs=1e-12)


def test_captured_leaves_no_hook_behind_whatever_happens() -> None:
    model = nn.Sequential(nn.Linear(2, 3), nn.LSTM(3, 4))
    with captured(model, ["0"]) as features:
        model(torch.zeros(5, 2))
    assert features["0"].shape == (5, 3)
    with pytest.raises(InputError, match="'1' gives tuple"), captured(model, ["0", "1"]):
        model(torch.zeros(5, 2))
    with pytest.raises(InputError, match="no layer '7'"), captured(model, ["7"]):
        pass
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decoupled_loss(logits(0), logits(0)[:, :3], LABELS), "same classes"),
        (lambda: decoupled_loss(logits(0), logits(1), LABELS - 100), "expected 0 to 6"),
        (lambda: decoupled_loss(logits(0), logits(1), LABELS, temperature=0), "temperature=0"),
        (lambda: decoupled_loss(logits(0), logits(1), LABELS, others_weight=-1), "others_weight=-1"),
        (lambda: as_alpha(1.5, convention="labels"), "value=1.5"),
        (lambda: as_alpha(0.5, convention="hinton"), "choose from teacher, labels, added"),
        (lambda: hint_loss(torch.ones(2, 3), torch.ones(2, 4)), "projector"),
        (lambda: hint_loss(torch.ones(2, 3), torch.zeros(2, 3)), "0 throughout"),
        (lambda: attention_map(torch.ones(2, 3)), r"\(2, 3\)"),
        (lambda: attention_loss(torch.ones(2, 3, 4), torch.ones(2, 5, 4)), "choose layers alike"),
        (lambda: distance_loss(torch.ones(3, 2), torch.ones(4, 2)), "3 samples of the student and 4"),
        (lambda: distances(torch.ones(1, 2)), "at least 2"),
        (lambda: angles(torch.ones(2, 2)), "at least 3"),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()
