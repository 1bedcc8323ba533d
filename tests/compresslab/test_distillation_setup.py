"""Teachers, students and hybrid objectives: who learns, who doesn't, and from what."""

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.special import softmax
from torch import Tensor, nn

from compresslab.data import Batch, load
from compresslab.distillation import (
    AdaptiveWeights,
    Ensemble,
    Seen,
    Term,
    WithProjectors,
    answers,
    attention_loss,
    captured,
    distil_in_turn,
    distillation_loss,
    frozen,
    hint_loss,
    hybrid_objective,
    keep_layers,
    mean_answer,
    student_costs,
    take_over,
)
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn, tiny_vit
from compresslab.training import Recipe, fit

EXAMPLE = torch.zeros(2, 1, 8, 8)


def batch(n: int = 6) -> Batch:
    torch.manual_seed(3)
    return Batch(torch.randn(n, 1, 8, 8), torch.arange(n) % 10, torch.arange(n))


def test_several_teachers_answer_with_the_mean_of_their_probabilities() -> None:
    random = np.random.default_rng(0)
    logits = [torch.tensor(random.normal(0, scale, (4, 5))) for scale in (1.0, 30.0)]
    mean = mean_answer(logits, weights=[3, 1], temperature=2.0)
    expected = 0.75 * softmax(logits[0].numpy() / 2, axis=1) + 0.25 * softmax(logits[1].numpy() / 2, axis=1)
    np.testing.assert_allclose((mean / 2).softmax(dim=1).numpy(), expected, rtol=1e-9)
    alone = mean_answer(logits, weights=[0, 1])
    torch.testing.assert_close(alone.softmax(dim=1), logits[1].softmax(dim=1))


def test_an_ensemble_is_a_teacher_like_any_other() -> None:
    teachers = [small_cnn(width=4).train(), small_cnn(width=2).train()]
    ensemble = Ensemble(teachers, temperature=4.0)
    images = batch().images
    with torch.no_grad():
        expected = mean_answer([frozen(teacher)(images) for teacher in teachers], temperature=4.0)
    torch.testing.assert_close(answers(frozen(ensemble), images), expected)
    assert all(teacher.training for teacher in teachers)


def test_students_learn_in_turn_each_from_the_one_before() -> None:
    seen = []

    def train(student: nn.Module, teacher: nn.Module) -> nn.Module:
        seen.append((student, teacher))
        return copy.deepcopy(student)

    first, *students = (nn.Linear(2, 2) for _ in range(3))
    trained = distil_in_turn(first, students, train)
    assert [student for student, _ in seen] == students
    assert [teacher for _, teacher in seen] == [first, trained[0]]


def terms() -> list[Term]:
    return [
        Term("labels", lambda seen: F.cross_entropy(seen.student_logits, seen.labels), weight=0.5),
        Term("hint", lambda seen: hint_loss(seen.projected["3"], seen.teacher["3"]), weight=2.0),
        Term("attention", lambda seen: attention_loss(seen.student["6"], seen.teacher["6"])),
        Term("off", lambda seen: pytest.fail("a term of weight 0 was computed"), weight=0.0),
    ]


def test_a_hybrid_loss_is_the_sum_of_its_terms() -> None:
    torch.manual_seed(0)
    teacher, student = small_cnn(width=6), small_cnn(width=3).eval()
    both = WithProjectors(student, teacher, pairs=[("3", "3")], example=EXAMPLE)
    objective = hybrid_objective(teacher, terms(), student_layers=["6"], teacher_layers=["6"])
    loss, logits = objective(both, batch())

    still = frozen(teacher)
    with captured(student, ["3", "6"]) as mine, captured(still, ["3", "6"]) as theirs, torch.no_grad():
        own = student(batch().images)
        still(batch().images)
        hint = hint_loss(both.projectors[0](mine["3"]), theirs["3"])
        expected = 0.5 * F.cross_entropy(own, batch().labels) + 2 * hint + attention_loss(mine["6"], theirs["6"])
    torch.testing.assert_close(loss.detach(), expected)
    torch.testing.assert_close(logits.detach(), own)
    loss.backward()
    assert all(p.grad is not None for p in both.parameters())
    assert all(p.grad is None for p in teacher.parameters())


def test_learned_weights_follow_their_formula_and_their_gradient() -> None:
    model = AdaptiveWeights(nn.Linear(1, 1), terms=2)
    with torch.no_grad():
        model.log_variances.copy_(torch.tensor([0.3, -0.7]))
    losses = [torch.tensor(2.0), torch.tensor(0.1)]
    total = model.total(losses)
    total.backward()
    s = np.array([0.3, -0.7])
    assert total.item() == pytest.approx(float((np.exp(-s) * [2.0, 0.1] + s).sum()), rel=1e-6)
    assert model.log_variances.grad is not None
    np.testing.assert_allclose(model.log_variances.grad.numpy(), 1 - np.exp(-s) * [2.0, 0.1], rtol=1e-5)
    with pytest.raises(InputError, match="3 losses for 2"):
        model.total([*losses, losses[0]])


@pytest.mark.parametrize("adaptive", [False, True])
def test_fit_trains_the_projectors_and_the_weights_with_the_student(adaptive: bool) -> None:
    torch.manual_seed(0)
    digits = load("digits").subset(train=200, validation=100)
    teacher, student = small_cnn(width=6), small_cnn(width=3)
    start: nn.Module = WithProjectors(student, teacher, pairs=[("3", "3")], example=EXAMPLE)
    start = AdaptiveWeights(start, terms=3) if adaptive else start
    objective = hybrid_objective(teacher, terms(), student_layers=["6"], teacher_layers=["6"])
    fitted = fit(start, digits, Recipe(epochs=1, batch_size=50), objective=objective, progress=False)
    changed = [name for name, p in fitted.model.named_parameters() if not torch.equal(p, start.get_parameter(name))]
    assert changed == [name for name, _ in start.named_parameters()]
    assert sum(adaptive for name in changed if name == "log_variances") == adaptive


def test_a_later_change_of_the_teacher_changes_no_target() -> None:
    teacher, student = small_cnn(width=4).train(), small_cnn(width=2).eval()
    soft = Term("soft", lambda seen: distillation_loss(seen.student_logits, seen.teacher_logits, seen.labels))
    objective = hybrid_objective(teacher, [soft])
    before, _ = objective(student, batch())
    with torch.no_grad():
        for parameter in teacher.parameters():
            parameter.zero_()
    after, _ = objective(student, batch())
    assert torch.equal(before, after) and teacher.training


def test_a_student_keeps_every_other_layer() -> None:
    vit = tiny_vit(depth=4)
    student = keep_layers(vit, "layers", keep=[1, 3])
    assert torch.equal(student.layers[0].mlp[0].weight, vit.layers[1].mlp[0].weight)
    assert torch.equal(student.layers[1].mlp[0].weight, vit.layers[3].mlp[0].weight)
    assert student(EXAMPLE).shape == (2, 10) and len(vit.layers) == 4
    assert student.layers[0].mlp[0].weight is not vit.layers[1].mlp[0].weight


def test_layers_are_taken_over_by_name_with_their_running_statistics() -> None:
    teacher, student = resnet18(width=4), resnet18(width=4)
    with torch.no_grad():
        teacher.layer1[1].bn1.running_mean.fill_(7.0)
    started = take_over(student, teacher, {"layer1.0": "layer1.1"})
    assert float(started.layer1[0].bn1.running_mean[0]) == 7.0
    assert torch.equal(started.layer1[0].conv1.weight, teacher.layer1[1].conv1.weight)
    assert torch.equal(started.layer1[1].conv1.weight, student.layer1[1].conv1.weight)
    assert float(student.layer1[0].bn1.running_mean[0]) == 0.0


def test_costs_are_counted_beside_the_teacher() -> None:
    whole, half = resnet18(width=8), resnet18(width=4)
    (cost,) = student_costs(whole, {"half": half}, torch.zeros(1, 3, 32, 32))
    assert cost.parameters == sum(p.numel() for p in half.parameters())
    assert cost.fewer_parameters == sum(p.numel() for p in whole.parameters()) / cost.parameters
    assert 3.5 < cost.fewer_macs < 4.0  # with the square of the width, but for the stem


class _Odd(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.flatten(1)[:1] * torch.nan


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_answer([torch.zeros(1, 2), torch.zeros(1, 3)]), "expected one shape"),
        (lambda: mean_answer([]), "0 teachers"),
        (lambda: mean_answer([torch.zeros(1, 2)], weights=[0.0]), "not all 0"),
        (lambda: Ensemble([nn.Linear(2, 2)], weights=[1.0, 2.0]), "1 teachers"),
        (lambda: answers(nn.Flatten(0), EXAMPLE), r"expected logits \(N, classes\)"),
        (lambda: answers(_Odd(), EXAMPLE[:1]), "NaN"),
        (lambda: hybrid_objective(small_cnn(), []), "nothing to learn"),
        (lambda: hybrid_objective(small_cnn(), [Term("x", len)], teacher_layers=["19"]), "no layer '19'"),
        (lambda: Term("x", len, weight=-1.0), "weight of 'x'=-1.0"),
        (lambda: hybrid_objective(small_cnn(), [Term("x", _vector)])(small_cnn(), batch()), r"'x' gave \(6, 10\)"),
        (lambda: WithProjectors(small_cnn(), small_cnn(), pairs=[], example=EXAMPLE), "pairs is empty"),
        (lambda: WithProjectors(small_cnn(), small_cnn(), pairs=[("0", "11")], example=EXAMPLE), "no linear map"),
        (lambda: keep_layers(tiny_vit(), "layers", [0, 9]), r"keep\[1\]=9"),
        (lambda: keep_layers(tiny_vit(), "layers", [1, 0]), "ascending"),
        (lambda: keep_layers(tiny_vit(), "embed", [0]), "Conv2d"),
        (lambda: take_over(small_cnn(width=2), small_cnn(width=3), {"0": "0"}), "'weight' of shape"),
        (lambda: take_over(small_cnn(), small_cnn(), {"x": "0"}), "no layer 'x'"),
    ],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def _vector(seen: Seen) -> Tensor:
    return seen.student_logits
