"""The distillation loss against its formula in float64 numpy, its gradient against the closed form."""

import math

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax
from torch import Tensor

from compresslab.data import Batch
from compresslab.distillation import distillation_loss, distillation_objective, soft_targets
from compresslab.errors import InputError
from compresslab.models import small_cnn


def oracle(student: np.ndarray, teacher: np.ndarray, labels: np.ndarray, t: float, alpha: float) -> float:
    p = softmax(teacher / t, axis=1)
    kl = (p * (np.log(p) - log_softmax(student / t, axis=1))).sum(axis=1).mean()
    hard = -log_softmax(student, axis=1)[np.arange(len(labels)), labels].mean()
    return alpha * t**2 * kl + (1 - alpha) * hard


@pytest.mark.parametrize("n", [1, 6])
@pytest.mark.parametrize(("temperature", "alpha"), [(1.0, 0.5), (4.0, 0.9), (0.5, 1.0), (20.0, 0.0)])
def test_loss_is_the_formula(n: int, temperature: float, alpha: float) -> None:
    rng = np.random.default_rng(n)
    student, teacher, labels = rng.normal(0, 3, (n, 7)), rng.normal(0, 3, (n, 7)), rng.integers(0, 7, n)
    loss = distillation_loss(
        torch.tensor(student), torch.tensor(teacher), torch.tensor(labels), temperature=temperature, alpha=alpha
    )
    assert float(loss) == pytest.approx(oracle(student, teacher, labels, temperature, alpha), rel=1e-5)


def test_gradient_of_the_soft_term_is_t_times_the_difference_of_probabilities() -> None:
    torch.manual_seed(0)
    student, teacher = torch.randn(5, 4, requires_grad=True), torch.randn(5, 4)
    distillation_loss(student, teacher, torch.zeros(5, dtype=torch.long), temperature=3.0, alpha=1.0).backward()
    expected = 3.0 * (soft_targets(student.detach(), 3.0) - soft_targets(teacher, 3.0)) / 5
    torch.testing.assert_close(student.grad, expected, rtol=1e-4, atol=1e-6)


def test_extreme_logits_stay_finite() -> None:
    logits = torch.tensor([[1e4, -1e4, 0.0]], requires_grad=True)
    loss = distillation_loss(logits, -logits.detach(), torch.tensor([1]), temperature=1.0, alpha=0.5)
    loss.backward()
    assert torch.isfinite(loss) and torch.isfinite(logits.grad).all()


def test_the_teacher_is_left_alone() -> None:
    torch.manual_seed(0)
    teacher, student = small_cnn(width=4).train(), small_cnn(width=2).train()
    before = {name: tensor.clone() for name, tensor in teacher.state_dict().items()}
    objective = distillation_objective(teacher, temperature=2.0, alpha=0.7)
    loss, logits = objective(student, Batch(torch.randn(8, 1, 8, 8), torch.randint(10, (8,)), torch.arange(8)))
    loss.backward()
    assert logits.shape == (8, 10) and all(p.grad is not None for p in student.parameters())
    assert teacher.training and all(p.grad is None and p.requires_grad for p in teacher.parameters())
    assert all(torch.equal(tensor, before[name]) for name, tensor in teacher.state_dict().items())


def test_the_teacher_answers_in_evaluation_mode() -> None:
    torch.manual_seed(0)
    teacher, images, labels = small_cnn(width=4).train(), torch.randn(8, 1, 8, 8), torch.randint(10, (8,))
    student = small_cnn(width=4).eval()
    loss, logits = distillation_objective(teacher, alpha=1.0)(student, Batch(images, labels, torch.arange(8)))
    with torch.no_grad():
        expected = distillation_loss(logits, teacher.eval()(images), labels, alpha=1.0)
    torch.testing.assert_close(loss.detach(), expected)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"temperature": 0.0}, "temperature=0.0"),
        ({"temperature": float("inf")}, "temperature=inf"),
        ({"alpha": 1.5}, "alpha=1.5"),
    ],
)
def test_bad_settings_are_named(changes: dict[str, float], named: str) -> None:
    with pytest.raises(InputError, match=named):
        distillation_loss(torch.randn(2, 3), torch.randn(2, 3), torch.tensor([0, 1]), **changes)


def test_unequal_classes_are_refused() -> None:
    with pytest.raises(InputError, match=r"\(2, 3\).*\(2, 4\)"):
        distillation_loss(torch.randn(2, 3), torch.randn(2, 4), torch.tensor([0, 1]))


def per_sample(student: Tensor, teacher: Tensor, labels: Tensor, temperature: float, alpha: float) -> list[float]:
    """In float64 and by hand."""
    found = []
    for s, t, label in zip(student.double(), teacher.double(), labels.tolist(), strict=True):
        p, q = (t / temperature).softmax(0), (s / temperature).softmax(0)
        soft = sum(float(a) * math.log(float(a) / float(b)) for a, b in zip(p, q, strict=True) if a > 0)
        hard = -math.log(float(s.softmax(0)[label])) if label >= 0 else 0.0
        found.append(alpha * temperature**2 * soft + (1 - alpha) * hard)
    return found


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("unlabelled", [0, 3, 6])
def test_the_loss_is_the_mean_over_all_samples_labelled_or_not(alpha: float, unlabelled: int) -> None:
    torch.manual_seed(0)
    student, teacher = torch.randn(6, 4, requires_grad=True), torch.randn(6, 4)
    labels = torch.tensor([0, 1, 2, 3, 0, 1])
    labels[:unlabelled] = -100
    loss = distillation_loss(student, teacher, labels, temperature=2.0, alpha=alpha)
    expected = per_sample(student.detach(), teacher, labels, 2.0, alpha)
    assert float(loss.detach()) == pytest.approx(sum(expected) / 6, rel=1e-5, abs=1e-7)
    loss.backward()
    assert student.grad is not None and student.grad.isfinite().all()


def test_a_class_that_neither_side_allows_costs_nothing() -> None:
    student = torch.tensor([[1.0, 0.0, -torch.inf]], requires_grad=True)
    teacher = torch.tensor([[0.0, 1.0, -torch.inf]])
    labels = torch.tensor([0])
    loss = distillation_loss(student, teacher, labels, temperature=2.0, alpha=0.5)
    without = distillation_loss(student[:, :2], teacher[:, :2], labels, temperature=2.0, alpha=0.5)
    assert float(loss.detach()) == pytest.approx(float(without.detach()))
    loss.backward()
    assert student.grad is not None and student.grad.isfinite().all()


@pytest.mark.parametrize("shape", [(2, 3, 4, 4), (2, 5, 3), (0, 3)])
def test_logits_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    labels = torch.zeros(shape[0], *shape[2:], dtype=torch.int64)
    with pytest.raises(InputError, match="Flatten pixels or tokens"):
        distillation_loss(torch.zeros(shape), torch.zeros(shape), labels)
