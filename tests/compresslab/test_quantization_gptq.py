import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.models.language import language_model
from compresslab.quantization.gptq import gptq, gptq_weight
from compresslab.quantization.groups import GroupLinear, quantize_groups, round_to_nearest
from compresslab.quantization.inputs import gram_matrices, layers_by_input


def problem(out: int, columns: int, seed: int) -> tuple[Tensor, Tensor]:
    """A weight, and the Hessian of inputs that are correlated as those of real layers are."""
    generator = torch.Generator().manual_seed(seed)
    draw = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)  # noqa: E731
    inputs = draw(4 * columns, 3 + columns // 4) @ draw(3 + columns // 4, columns) + 0.3 * draw(4 * columns, columns)
    return draw(out, columns), inputs.T @ inputs / len(inputs)


def best_remaining(weight: Tensor, hessian: Tensor, rounded: float) -> Tensor:
    """The optimal-brain-quantization step by brute force: the first weight is what it was rounded to, and the others
    solve min (w' - w)ᵀ H (w' - w), an ordinary least-squares problem."""
    root = torch.linalg.cholesky(hessian).T  # |root (w' - w)|² is the error
    others = torch.linalg.lstsq(root[:, 1:], -root[:, 0] * (rounded - weight[0])).solution
    return weight[1:] + others


@pytest.mark.parametrize("seed", range(5))
def test_what_a_column_loses_is_made_up_for_as_by_brute_force(seed: int) -> None:
    weight, hessian = problem(1, 6, seed)
    integers = gptq_weight(weight, hessian, bits=3, damping=0.0)
    scale, zero = float(integers.scale.double()), int(integers.zero_point)
    # Column after column: a brute-force solve for those that remain, and rounding of the next.
    row, expected = weight[0], []
    for _ in range(6):
        q = (row[0] / scale).round().add(zero).clamp(0, 7)
        expected.append(int(q))
        if len(row) > 1:
            size = len(row)
            row = best_remaining(row, hessian[-size:, -size:], float((q - zero) * scale))
    assert integers.q[0].tolist() == expected


def textbook(weight: Tensor, hessian: Tensor, scale: Tensor, zero: Tensor, top: int, order: list[int]) -> Tensor:
    """Optimal brain quantization in a fixed order, with the inverse Hessian of what remains computed anew."""
    w, q = weight.clone(), torch.zeros_like(weight, dtype=torch.int64)
    for done, j in enumerate(order):
        remaining = order[done:]
        inverse = torch.linalg.inv(hessian[remaining][:, remaining])
        q[:, j] = (w[:, j] / scale[:, j]).round().add(zero[:, j]).clamp(0, top).long()
        error = w[:, j] - scale[:, j] * (q[:, j] - zero[:, j])
        w[:, remaining] -= error[:, None] / inverse[0, 0] * inverse[0]
    return q


@pytest.mark.parametrize("bits", [2, 4])
@pytest.mark.parametrize("columns", [5, 24, 200])  # 200: more than are updated at once
@pytest.mark.parametrize("act_order", [False, True])
def test_it_equals_textbook_optimal_brain_quantization(bits: int, columns: int, act_order: bool) -> None:
    weight, hessian = problem(4, columns, seed=bits + columns)
    integers = gptq_weight(weight, hessian, bits=bits, act_order=act_order, damping=0.01)
    damped = hessian + 0.01 * hessian.diagonal().mean() * torch.eye(columns)
    order = sorted(range(columns), key=lambda j: -float(hessian[j, j])) if act_order else list(range(columns))
    low, high = weight.amin(1, keepdim=True).clamp_max(0), weight.amax(1, keepdim=True).clamp_min(0)
    scale = ((high - low) / (2**bits - 1)).expand(-1, columns)
    zero = -(low / scale).round()
    expected = textbook(weight, damped, scale, zero, 2**bits - 1, order)
    assert torch.equal(integers.q.long(), expected)
    if columns > 5:
        assert not torch.equal(expected, round_to_nearest(weight, bits=bits).q.long())


@pytest.mark.parametrize("act_order", [False, True])
def test_groups_have_the_ranges_that_the_weights_have_when_their_turn_comes(act_order: bool) -> None:
    weight, hessian = problem(3, 12, seed=1)
    integers = gptq_weight(weight, hessian, bits=3, group_size=4, act_order=act_order, damping=0.0)
    original = round_to_nearest(weight, bits=3, group_size=4)
    assert integers.scale.shape == (3, 3)
    torch.testing.assert_close(integers.scale[:, 0], original.scale[:, 0])
    if act_order:
        torch.testing.assert_close(integers.scale, original.scale)
    else:  # by textbook up to the second group, whose range is then taken
        w = weight.clone()
        for j in range(4):
            inverse = torch.linalg.inv(hessian[j:, j:])
            error = w[:, j] - integers.dequantize().double()[:, j]
            w[:, j:] -= error[:, None] / inverse[0, 0] * inverse[0]
        torch.testing.assert_close(integers.scale[:, 1], round_to_nearest(w[:, 4:8], bits=3).scale[:, 0])


def loss(weight: Tensor, back: Tensor, hessian: Tensor) -> float:
    error = weight - back.double()
    return float(((error @ hessian) * error).sum())


@pytest.mark.parametrize("settings", [{}, {"group_size": 16}, {"symmetric": True}, {"act_order": True}])
def test_it_loses_less_at_the_outputs_than_rounding_to_nearest(settings: dict) -> None:
    for seed in range(5):
        weight, hessian = problem(16, 64, seed)
        grouping = {name: value for name, value in settings.items() if name != "act_order"}
        ours = gptq_weight(weight, hessian, bits=4, **settings).dequantize()
        nearest = round_to_nearest(weight, bits=4, **grouping).dequantize()
        assert loss(weight, ours, hessian) < 0.7 * loss(weight, nearest, hessian)


def test_uncorrelated_inputs_leave_nothing_to_make_up_for() -> None:
    weight, _ = problem(5, 32, 0)
    diagonal = torch.diag(torch.rand(32, dtype=torch.float64) + 0.1)
    assert torch.equal(gptq_weight(weight, diagonal, bits=4).q, round_to_nearest(weight, bits=4).q)


def test_a_column_whose_input_is_always_zero_is_rounded_to_nearest() -> None:
    weight, hessian = problem(5, 16, 0)
    hessian[3] = hessian[:, 3] = 0
    integers = gptq_weight(weight, hessian, bits=4)
    assert torch.equal(integers.q[:, 3], round_to_nearest(weight, bits=4).q[:, 3])


def test_layers_see_what_the_quantized_layers_before_them_give() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 8))
    batches = [torch.randn(50, 16) @ torch.randn(16, 16) for _ in range(2)]
    quantized = gptq(model, calibration=iter(batches), bits=3, group_size=8)
    x = torch.cat(batches)
    first = gptq_weight(model[0].weight.detach(), (x.T @ x / len(x)).double(), bits=3, group_size=8)
    assert torch.equal(quantized[0].q, first.q)
    hidden = F.linear(x, first.dequantize(), model[0].bias).relu().double()
    second = gptq_weight(model[2].weight.detach(), hidden.T @ hidden / len(x), bits=3, group_size=8)
    assert torch.equal(quantized[2].q, second.q)
    assert torch.equal(quantized[2].bias, model[2].bias) and type(model[0]) is nn.Linear


def test_a_language_model_loses_less_on_its_data_than_by_rounding_to_nearest() -> None:
    torch.manual_seed(0)
    model = language_model(vocabulary=64, context=32, dim=32, depth=2, heads=2, hidden=32).train()
    for parameter in model.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    batches = [torch.randint(64, (8, 32)) for _ in range(3)]
    quantized = gptq(model, calibration=batches, bits=3, group_size=16, skip={"head"})
    nearest = quantize_groups(model, bits=3, group_size=16, skip={"head"})
    assert sum(isinstance(module, GroupLinear) for module in quantized.modules()) == 14
    assert model.training and quantized.training
    x = torch.cat(batches)
    with torch.no_grad():
        wrong = [float((m(x) - model(x)).square().mean()) for m in (quantized, nearest)]
    assert wrong[0] < 0.8 * wrong[1]


def test_layers_that_read_the_same_tensor_are_found() -> None:
    model = language_model(vocabulary=64, dim=32, depth=2, heads=2, hidden=32)
    names = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    found = layers_by_input(model, names, torch.zeros(1, 3, dtype=torch.int64))
    assert [len(together) for together in found] == [3, 1, 2, 1, 3, 1, 2, 1, 1]
    assert [name for together in found for name in together] == names


def test_the_gram_matrix_is_the_mean_over_all_rows() -> None:
    x = torch.randn(6, 5, 4)
    found = gram_matrices(nn.Sequential(nn.Linear(4, 1)), ["0"], x.split([1, 2, 3]))["0"]
    torch.testing.assert_close(found, (x.reshape(30, 4).T @ x.reshape(30, 4) / 30).double())


def test_bad_input_is_named() -> None:
    model = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 2))
    batch = torch.randn(20, 8)
    with pytest.raises(InputError, match="calibration is empty"):
        gptq(model, calibration=[], bits=4, group_size=4)
    with pytest.raises(InputError, match="calibration batch 0 is empty"):
        gptq(model, calibration=[torch.zeros(0, 8)], bits=4, group_size=4)
    with pytest.raises(InputError, match="calibration batch 0 is a tuple"):
        gptq(model, calibration=[(batch, batch)], bits=4, group_size=4)
    with pytest.raises(InputError, match="input of 0 holds NaN"):
        gptq(model, calibration=[batch.clone().fill_(torch.nan)], bits=4, group_size=4)
    with pytest.raises(InputError, match=r"2\.weight of shape \(2, 4\) has 4 inputs, which groups of 8"):
        gptq(model, calibration=[batch], bits=4, group_size=8)
    with pytest.raises(InputError, match="damping=-1"):
        gptq(model, calibration=[batch], bits=4, group_size=4, damping=-1)
    with pytest.raises(InputError, match=r"Hessian of 0\.weight is singular: raise damping=0"):
        gptq(model, calibration=[batch[:1]], bits=4, group_size=4, damping=0.0)
    with pytest.raises(InputError, match=r"shape \(3, 3\): expected \(2, 2\)"):
        gptq_weight(torch.zeros(1, 2), torch.eye(3), bits=4)
    with pytest.raises(InputError, match="Hessian of fc holds NaN"):
        gptq_weight(torch.zeros(1, 2), torch.full((2, 2), torch.nan), bits=4, name="fc")

    class Detour(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.used, self.unused = nn.Linear(8, 4), nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.used(x)

    with pytest.raises(InputError, match="unused is never reached"):
        gptq(Detour(), calibration=[batch], bits=4, group_size=4)
    assert type(gptq(Detour(), calibration=[batch], bits=4, group_size=4, skip={"unused"}).unused) is nn.Linear
