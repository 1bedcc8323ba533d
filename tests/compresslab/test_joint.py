"""Joint training: gradients in conflict, masks that harden, and all techniques in one loss."""

import copy
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab import joint
from compresslab.cost import prunable_weights
from compresslab.data import Batch, Dataset, load
from compresslab.distillation import distillation_loss
from compresslab.errors import InputError
from compresslab.joint.annealed import AnnealedMask
from compresslab.models import mlp, small_cnn
from compresslab.pruning import advance, attached_masks, make_permanent
from compresslab.pruning.gradual import Schedule
from compresslab.quantization import BitWidths, QuantizedLayer, WeightQuantizer
from compresslab.training import Recipe, fit


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load("digits").subset(train=256, validation=64)


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def vectors(count: int, length: int, seed: int) -> list[Tensor]:
    return list(torch.randn(count, length, generator=seeded(seed), dtype=torch.float64))


def surgery(tasks: list[Tensor], orders: list[tuple[int, ...]]) -> list[Tensor]:
    """PCGrad of the paper's algorithm 1, with the orders given: what is along the other is the part to remove."""
    found = []
    for gradient, order in zip(tasks, orders, strict=True):
        for other in (tasks[index] for index in order):
            along = other / other.norm()
            part = float(gradient @ along)
            gradient = gradient - min(part, 0.0) * along
        found.append(gradient)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_two_gradients_after_projection_go_against_neither(seed: int) -> None:
    one, other = vectors(2, 3, seed)
    first, second = joint.project([one, other])
    wanted = surgery([one, other], [(1,), (0,)])
    assert torch.allclose(first, wanted[0]) and torch.allclose(second, wanted[1])
    assert first @ other >= -1e-12 and second @ one >= -1e-12
    total = first + second
    assert total @ one >= -1e-12 and total @ other >= -1e-12, "to first order a step along it raises neither loss"
    if one @ other >= 0:
        assert torch.equal(first, one) and torch.equal(second, other)


def test_three_gradients_are_visited_in_some_order_and_all_orders_occur() -> None:
    tasks = vectors(3, 3, seed=4)
    tasks[1] -= 2 * tasks[0]
    tasks[2] -= tasks[0] + tasks[1] / 2
    possible = [surgery(tasks, list(each)) for each in itertools.product(*others(3))]
    seen = set()
    for seed in range(60):
        found = joint.project(tasks, generator=seeded(seed))
        matches = [
            number
            for number, each in enumerate(possible)
            if all(torch.allclose(a, b) for a, b in zip(found, each, strict=True))
        ]
        assert matches
        seen.add(matches[0])
    assert len(seen) > 1
    assert torch.equal(joint.project(tasks, generator=seeded(1))[0], joint.project(tasks, generator=seeded(1))[0])


def others(count: int) -> list[list[tuple[int, ...]]]:
    return [list(itertools.permutations([other for other in range(count) if other != each])) for each in range(count)]


def test_projection_in_special_cases() -> None:
    zero, one = torch.zeros(2), torch.tensor([1.0, 0.0])
    assert [g.tolist() for g in joint.project([zero, one])] == [[0.0, 0.0], [1.0, 0.0]]
    assert [g.tolist() for g in joint.project([one])] == [[1.0, 0.0]]
    assert [g.tolist() for g in joint.project([one, -one])] == [[0.0, 0.0], [0.0, 0.0]]
    tiny = torch.tensor([-1e-25, 1e-25])  # its square is 0 in float32
    assert torch.allclose(joint.project([one, tiny])[0], torch.tensor([0.5, 0.5]))
    before = one.clone()
    joint.project([one, tiny])
    assert torch.equal(one, before)


def test_cosines() -> None:
    assert joint.cosine(torch.zeros(3), torch.ones(3)) == 0.0
    assert joint.cosine(torch.ones(3) * 1e-30, torch.ones(3)) == pytest.approx(1.0)
    for seed in range(5):
        one, other = vectors(2, 7, seed)
        assert joint.cosine(one, other) == pytest.approx(float(F.cosine_similarity(one, other, dim=0)))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: joint.project([]), "expected equal vectors"),
        (lambda: joint.project([torch.ones(2), torch.ones(3)]), "\\(2,\\), \\(3,\\)"),
        (lambda: joint.cosine(torch.ones(2), torch.ones(3)), "2 and 3 values"),
        (lambda: joint.measure_conflict(nn.Linear(1, 1), []), "losses is empty"),
        (lambda: joint.joint_objective(None, alpha=2), "alpha=2"),
        (lambda: joint.joint_objective(None, temperature=0), "temperature=0"),
        (lambda: joint.annealed_temperature(1.5, first=1, last=0.1), "done=1.5"),
        (lambda: joint.annealed_magnitude(mlp(), start=0, steps=9, final=0.5, first=0.1, last=1), "temperature falls"),
        (lambda: joint.annealed_magnitude(mlp(), start=0, steps=9, final=1.5), "final=1.5"),
        (lambda: joint.annealed_magnitude(mlp(), start=0, steps=9, final=0.5, protect=["fc"]), "protect"),
        (lambda: joint.prepare_jointly(mlp(), [], bits=None, sparsity=0, steps=9), "nothing to do"),
        (lambda: joint.prepare_jointly(mlp(), [], bits=None, sparsity=0.5, steps=0), "steps=0"),
        (lambda: joint.prepare_jointly(mlp(), [], bits=None, sparsity=0.5, steps=1, masks="soft"), "gradual, annealed"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call: Callable[[], object], says: str) -> None:
    with pytest.raises(InputError, match=says):
        call()


def test_gradients_of_several_losses_are_those_of_backward() -> None:
    torch.manual_seed(0)
    model, x, labels = mlp(hidden=[8]), torch.rand(16, 1, 8, 8), torch.randint(10, (16,))
    model[1].bias.requires_grad_(False)
    logits = model(x)
    losses = [F.cross_entropy(logits, labels), logits.square().mean()]
    for loss, found in zip(losses, joint.gradients(losses, model.parameters()), strict=True):
        model.zero_grad()
        loss.backward(retain_graph=True)
        wanted = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
        assert torch.allclose(found, wanted)


def test_a_conflict_is_measured_over_batches_and_by_parameter() -> None:
    model = nn.ModuleDict({"a": nn.Linear(1, 1, bias=False), "b": nn.Linear(1, 1, bias=False)})
    a, b = (model[name].weight.sum() for name in "ab")
    found = joint.measure_conflict(model, [(3 * a + 4 * b, 4 * a - 3 * b), (a + b, a + b), (a, -a)])
    assert found.cosines == pytest.approx((0.0, 1.0, -1.0))
    assert found.mean == pytest.approx(0) and found.share == pytest.approx(1 / 3)
    assert found.by_parameter == pytest.approx({"a.weight": (1 + 1 - 1) / 3, "b.weight": (-1 + 1 + 0) / 3})


@pytest.mark.parametrize("projected", [False, True])
def test_the_joint_loss_is_that_of_distillation_and_its_gradient_perhaps_projected(
    digits: Dataset, projected: bool
) -> None:
    torch.manual_seed(0)
    teacher = mlp()
    student = copy.deepcopy(teacher)
    with torch.no_grad():
        student.get_submodule("3").weight.mul_(3)  # surer than its teacher, of the same answers
    images = digits.normalize(digits.train.images[:40])
    batch = Batch(images, teacher(images).argmax(dim=1), ids=torch.arange(40))
    objective = joint.joint_objective(teacher, temperature=3.0, alpha=0.6, projected=projected)
    loss, logits = objective(student, batch)
    loss.backward()
    found = torch.cat([p.grad.flatten() for p in student.parameters() if p.grad is not None])

    assert torch.equal(logits, student(batch.images))
    with torch.no_grad():
        answers = teacher(batch.images)
    terms = [
        factor * distillation_loss(student(batch.images), answers, batch.labels, temperature=3.0, alpha=float(soft))
        for factor, soft in ((0.4, False), (0.6, True))
    ]
    assert loss.item() == pytest.approx((terms[0] + terms[1]).item())
    parts = [torch.cat([g.flatten() for g in torch.autograd.grad(t, list(student.parameters()))]) for t in terms]
    if projected:
        assert parts[0] @ parts[1] < 0, "without a conflict this would show nothing"
        parts = surgery(parts, [(1,), (0,)])
    assert torch.allclose(found, parts[0] + parts[1], atol=1e-6)


def test_without_a_teacher_the_loss_is_cross_entropy() -> None:
    batch = Batch(torch.randn(4, 3), torch.tensor([0, 1, 2, 0]), ids=torch.arange(4))
    loss, logits = joint.joint_objective(None, alpha=1.0)(nn.Identity(), batch)
    assert torch.equal(loss, F.cross_entropy(logits, batch.labels))


def annealed(step: int, *, straight_through: bool = False) -> AnnealedMask:
    schedule = Schedule(start=10, steps=20, every=1, initial=0.5, final=0.5, scope="layer")
    schedule.step = step
    mask = torch.tensor([[True, False, True, False]])
    return AnnealedMask(mask, schedule, first=0.5, last=0.001, straight_through=straight_through)


WEIGHT = torch.tensor([[2.0, -0.5, -1.0, 0.1]], dtype=torch.float64)


@pytest.mark.parametrize("step", [0, 10, 20, 29])
def test_a_soft_mask_is_a_sigmoid_around_the_border_and_has_its_gradient(step: int) -> None:
    done = min(1, max(0, (step - 10) / 20))
    width = 0.5 * (0.001 / 0.5) ** done * 0.9  # 0.9: the mean magnitude
    weight = WEIGHT.clone().requires_grad_()
    out = annealed(step)(weight)
    gates = 1 / (1 + torch.exp(-(WEIGHT.abs() - 0.75) / width))
    assert torch.allclose(out, WEIGHT * gates)
    out.sum().backward()
    assert weight.grad is not None
    slope = gates + WEIGHT.abs() * gates * (1 - gates) / width  # by the product rule; the border stands still
    assert torch.allclose(weight.grad, slope)

    through = WEIGHT.clone().requires_grad_()
    hard = annealed(step, straight_through=True)(through)
    assert torch.allclose(hard, torch.tensor([[2.0, 0.0, -1.0, 0.0]], dtype=torch.float64))
    hard.sum().backward()
    assert through.grad is not None and torch.allclose(through.grad, slope)


@pytest.mark.parametrize("straight_through", [False, True])
def test_at_the_end_the_mask_is_a_step_exactly(straight_through: bool) -> None:
    weight = WEIGHT.clone().requires_grad_()
    mask = annealed(30, straight_through=straight_through)
    out = mask(weight)
    assert torch.equal(out, torch.tensor([[2.0, 0.0, -1.0, 0.0]], dtype=torch.float64))
    out.sum().backward()
    assert weight.grad is not None and weight.grad.tolist() == [[1.0, 0.0, 1.0, 0.0]]
    assert mask.scores(WEIGHT)[0, 1] == -torch.inf, "from then on what is out stays out"
    assert annealed(29).scores(WEIGHT)[0, 1] == 0.5


def test_annealing_prunes_to_the_share_and_changes_nothing_when_it_is_cut(digits: Dataset) -> None:
    torch.manual_seed(0)
    dense = small_cnn()
    start = copy.deepcopy(dense.state_dict())
    model = joint.annealed_magnitude(dense, start=2, steps=8, final=0.8, protect=["11.weight"])
    recipe = Recipe(epochs=3, batch_size=64, precision="fp32", channels_last=False)
    trained = fit(model, digits, recipe, after_step=advance, progress=False).model
    cut = make_permanent(trained)
    images = digits.normalize(digits.test.images[:32])
    assert torch.equal(cut(images), trained(images))
    weights = {name: w for name, w in prunable_weights(cut) if name != "11.weight"}
    zeros = sum(int((w == 0).sum()) for w in weights.values()) / sum(w.numel() for w in weights.values())
    assert zeros == pytest.approx(0.8, abs=0.002) and "11.weight" not in attached_masks(trained)
    assert all(torch.equal(start[name], tensor) for name, tensor in dense.state_dict().items())


@pytest.mark.parametrize("masks", ["gradual", "annealed"])
def test_joint_training_gives_a_sparse_network_on_a_grid(digits: Dataset, tmp_path: Path, masks: str) -> None:
    torch.manual_seed(0)
    teacher = small_cnn().eval()
    before = copy.deepcopy(teacher.state_dict())
    calibration = [digits.normalize(digits.train.images[:64])]
    settings = {"bits": BitWidths(4, 8), "sparsity": 0.75, "steps": 5, "masks": masks}
    recipe = Recipe(epochs=2, batch_size=64, learning_rate=0.02, precision="fp32", channels_last=False)

    def run(checkpoint: Path | None = None) -> nn.Module:
        model = joint.prepare_jointly(teacher, calibration, **settings)  # type: ignore[arg-type]
        done = {"objective": joint.joint_objective(teacher), "after_step": advance, "checkpoint": checkpoint}
        return fit(model, digits, recipe, progress=False, **done).model  # type: ignore[arg-type]

    trained = run()
    done = joint.finish(trained)
    for module in done.modules():
        if isinstance(module, QuantizedLayer) and isinstance(module.weight_quantizer, WeightQuantizer):
            weight = module.weight_quantizer(module.layer.weight)
            steps = weight / module.weight_quantizer.scale_of(module.layer.weight)
            assert torch.allclose(steps, steps.round(), atol=1e-4) and steps.abs().max() <= 7.001
            assert (weight[module.layer.weight == 0] == 0).all()
    weights = [w for _, w in prunable_weights(done)]
    zeros = sum(int((w == 0).sum()) for w in weights) / sum(w.numel() for w in weights)
    assert zeros == pytest.approx(0.75, abs=0.002)
    images = digits.normalize(digits.test.images[:32])
    assert torch.allclose(done(images), trained(images), atol=1e-4)
    moved = [p for name, p in trained.named_parameters() if name.endswith("step")]
    assert len(moved) >= 4
    assert all(torch.equal(before[name], tensor) for name, tensor in teacher.state_dict().items())
    again = run(tmp_path / "run")
    assert_same(again, trained)
    assert_same(run(tmp_path / "run"), trained)


def assert_same(one: nn.Module, other: nn.Module) -> None:
    for (name, a), b in zip(one.state_dict().items(), other.state_dict().values(), strict=True):
        assert not isinstance(a, Tensor) or torch.equal(a, b), name


def test_masks_that_are_not_at_their_end_are_not_made_permanent() -> None:
    calibration = [torch.rand(8, 1, 8, 8)]
    model = joint.prepare_jointly(mlp(), calibration, bits=None, sparsity=0.5, steps=3, masks="annealed")
    for step in range(3):
        with pytest.raises(InputError, match=f"at step {step} of 3"):
            joint.finish(model)
        advance(model)
    assert not joint.finish(model).training
    rounded = joint.prepare_jointly(mlp(), calibration, bits=BitWidths(4, 8), sparsity=0, steps=1)
    assert attached_masks(rounded) == {} and isinstance(joint.finish(rounded).get_submodule("1"), QuantizedLayer)
