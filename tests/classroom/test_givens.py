"""The callables that checks hand out do what their descriptions say."""

import torch
from torch import nn

from classroom.exchange.givens import SteppedTrainer, Workload


def test_a_workload_moves_its_own_clock_by_the_time_of_each_call() -> None:
    work = Workload([3.0, 0.5], start=10.0)
    shown = [work.clock()]
    for _ in range(3):
        work()
        shown.append(work.clock())
    assert shown == [10.0, 13.0, 13.5, 14.0]
    assert work.record() == {"calls": 3}


def test_a_stepped_trainer_moves_everything_and_counts_zeros_that_come_back() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    train, steps = SteppedTrainer(seed=1, steps=2), []
    train(model, after_step=steps.append)
    assert steps == [model, model]
    assert all((tensor != before[name]).all() for name, tensor in model.state_dict().items())

    def hold(model: nn.Module) -> None:
        with torch.no_grad():
            model[0].weight[0] = 0

    hold(model)
    train(model)
    hold(model)
    train(model, hold)
    assert train.record() == {"calls": 3, "zeros": [0, 4, 4], "revived": [0, 8, 0]}


def test_stepped_trainers_of_one_seed_agree_and_their_runs_differ() -> None:
    def runs(seed: int) -> list[torch.Tensor]:
        model, train = nn.Linear(3, 2, bias=False), SteppedTrainer(seed)
        moved = []
        for _ in range(2):
            nn.init.zeros_(model.weight)
            train(model)
            moved.append(model.weight.detach().clone())
        return moved

    first, second = runs(0)
    assert torch.equal(torch.stack(runs(0)), torch.stack([first, second]))
    assert not torch.equal(first, second) and not torch.equal(first, runs(1)[0])


def test_a_stepped_trainer_leaves_gradients_and_spares_what_is_frozen_or_evaluated() -> None:
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Linear(3, 2), nn.BatchNorm1d(2)).half()
    model[0].requires_grad_(False)
    model[0].weight[0] = 0
    model[1].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    train = SteppedTrainer(steps=2)
    train(model)
    moved = {name for name, tensor in model.state_dict().items() if not torch.equal(tensor, before[name])}
    still = {"0.weight", "0.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert moved == before.keys() - still
    assert model[0].weight.grad is None
    assert model[2].weight.grad.shape == (2, 3) and model[2].weight.grad.any()
    assert all(tensor.dtype == before[name].dtype for name, tensor in model.state_dict().items())
    assert train.record() == {"calls": 1, "zeros": [4], "revived": [0]}
