"""Pruning in rounds with training between, rewinding, and the control that a winning ticket must beat.

References:
    Han et al. 2015, "Learning both Weights and Connections for Efficient Neural Networks" (prune, fine-tune, repeat).
    Frankle and Carbin 2019, "The Lottery Ticket Hypothesis" (rewind to the initial weights, and the random control).
    Frankle et al. 2020, "Linear Mode Connectivity and the Lottery Ticket Hypothesis" (rewind to an early step).
    Renda, Frankle and Carbin 2020, "Comparing Rewinding and Fine-tuning in Neural Network Pruning".
"""

import copy
from collections.abc import Callable, Collection, Mapping

import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.hidden_weights import require_plain_parameters
from compresslab.pruning.importance import magnitude_scores
from compresslab.pruning.masks import Masks, apply_masks
from compresslab.pruning.schedules import iterative_sparsities
from compresslab.pruning.scopes import Scope, Scores, masks_from_scores

Retrain = Callable[[nn.Module, Masks, int], nn.Module]
"""From a masked model, its masks and the round (from 1) to a trained model whose masked weights are still zero."""


def prune_iteratively(
    model: nn.Module,
    retrain: Retrain,
    *,
    sparsity: float,
    rounds: int,
    score: Callable[[nn.Module], Scores] = magnitude_scores,
    scope: Scope = "global",
    protect: Collection[str] = (),
    rewind_to: Mapping[str, Tensor] | None = None,
) -> nn.Module:
    """Prune and train in turn, `rounds` times, removing the same share of what remains in each round.

    The three usual ways differ only in what a round trains from, and with which learning rates:

    - fine-tuning: `rewind_to=None` and a `retrain` that is short, at the last small learning rate;
    - learning-rate rewinding (Renda et al. 2020): `rewind_to=None` and a `retrain` that repeats the whole
      learning-rate schedule;
    - weight rewinding, the lottery ticket: `rewind_to=` the initial state, or an early one, and a `retrain` that
      repeats the whole training.

    Args:
        model: trained; not modified.
        retrain: such as `lambda model, masks, round: fit(model, ..., after_step=keep_masked(masks)).model`.
        sparsity: share of the weights that are zero in the end.
        rounds: of pruning and training; see `iterative_sparsities`.
        score: of the trained model's weights.
        scope: whether the weights compete globally or within a layer.
        protect: names that stay whole and are not counted.
        rewind_to: a state dict to which the weights that stay, and all else, go back before each training.

    Returns:
        What the last `retrain` gave back.

    Raises:
        InputError: a setting is wrong, or `retrain` gave back a model that lost zeros.

    >>> untrained = prune_iteratively(nn.Linear(10, 10), lambda model, masks, round: model, sparsity=0.75, rounds=2)
    >>> int((untrained.weight == 0).sum())
    75
    """
    masks: Masks = {}
    for number, total in enumerate(iterative_sparsities(sparsity, rounds), start=1):
        masks = masks_from_scores(below_all(score(model), masks), sparsity=total, scope=scope, protect=protect)
        pruned = apply_masks(model, masks) if rewind_to is None else rewind(model, rewind_to, masks)
        model = retrain(pruned, masks, number)
        _require_zeros(model, masks, number)
    return model


def below_all(scores: Scores, masks: Masks) -> dict[str, Tensor]:
    """Scores with those of masked weights at minus infinity, so that the next masks contain these masks.

    A threshold at a total sparsity then counts the weights that are already masked, whatever their new score.

    >>> below_all({"weight": torch.tensor([3.0, 1.0])}, {"weight": torch.tensor([False, True])})
    {'weight': tensor([-inf, 1.])}
    """
    return {
        name: score.masked_fill(~masks[name].to(score.device), -torch.inf) if name in masks else score
        for name, score in scores.items()
    }


def rewind(model: nn.Module, state: Mapping[str, Tensor], masks: Masks) -> nn.Module:
    """A copy of `model` in the saved `state` (weights, biases, normalisation), its masked weights at zero.

    Raises:
        InputError: the state or a mask is of another architecture.

    >>> start, trained = nn.Linear(2, 1), nn.Linear(2, 1)
    >>> rewound = rewind(trained, start.state_dict(), {"weight": torch.tensor([[True, False]])})
    >>> (rewound.weight / start.weight).abs().tolist()
    [[1.0, 0.0]]
    """
    require_plain_parameters(model, purpose="rewinding")
    rewound = copy.deepcopy(model)
    try:
        rewound.load_state_dict(dict(state))
    except RuntimeError as error:
        raise InputError(f"the state to rewind to does not fit this {type(model).__name__}: {error}") from error
    return apply_masks(rewound, masks)


def random_ticket(build: Callable[[], nn.Module], masks: Masks, *, seed: int, shuffle: bool = False) -> nn.Module:
    """A new network from `build` under the ticket's masks: the lottery ticket's control.

    The builder is asked, and not each module's `reset_parameters`: what a network draws its weights from is often
    decided in its constructor (torchvision's ResNet: by a rule with 2.4 times the layers' own spread), and a control
    from another distribution is another network.

    Args:
        build: makes the network as it was before training, such as `lambda: resnet18(width=16)`. It draws from
            PyTorch's global random state, which is seeded for it and put back afterwards.
        masks: the ticket's.
        seed: of the weights and the shuffle.
        shuffle: also permute each mask within its layer, so that only the layers' sparsities stay.

    Raises:
        InputError: `build` is no function that returns a new module of its own each time, the masks are of another
            architecture, or the network has parameters and none of them depends on the seed.

    >>> ticket = random_ticket(lambda: nn.Linear(2, 1), {"weight": torch.tensor([[True, False]])}, seed=0)
    >>> (ticket.weight != 0).tolist()
    [[True, False]]
    """
    whole(0, seed=seed)
    if isinstance(build, nn.Module) or not callable(build):
        raise InputError(f"build={type(build).__name__} is no builder: give a function, as lambda: resnet18(width=16).")
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        ticket = build()
        if not isinstance(ticket, nn.Module):
            raise InputError(f"build returned a {type(ticket).__name__}: return a new network.")
        # Whether it drew anything would not be enough: one that then loads trained weights draws too.
        torch.manual_seed(seed + 1)
        other = build()
        if other is ticket or not _differ(ticket, other):
            raise InputError("build returned the same weights for two seeds: draw new ones from torch's random state.")
        if shuffle:
            masks = {name: _shuffled(mask) for name, mask in masks.items()}
    return apply_masks(ticket, masks)


def _differ(ticket: nn.Module, other: nn.Module) -> bool:
    pairs = list(zip(ticket.parameters(), other.parameters(), strict=True))
    return not pairs or any(not torch.equal(one, two) for one, two in pairs)


def _shuffled(mask: Tensor) -> Tensor:
    return mask.flatten()[torch.randperm(mask.numel()).to(mask.device)].view(mask.shape)


def _require_zeros(model: nn.Module, masks: Masks, number: int) -> None:
    if not isinstance(model, nn.Module):
        raise InputError(
            f"round {number}: retrain gave back a {type(model).__name__}: return a module, as fit().model."
        )
    parameters = dict(model.named_parameters())
    for name, mask in masks.items():
        if name not in parameters:
            raise InputError(f"round {number}: the model that retrain gave back has no parameter {name!r}.")
        lost = int(torch.count_nonzero(parameters[name].detach().masked_fill(mask.to(parameters[name].device), 0)))
        if lost:
            raise InputError(
                f"round {number}: {lost} masked weights of {name!r} are no longer zero after retrain: train with "
                f"fit(..., after_step=keep_masked(masks))."
            )
