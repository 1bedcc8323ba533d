"""From scores to masks: how many weights go, and whether they compete within their layer or across the network."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from typing import Literal, get_args

import torch
from torch import Tensor

from compresslab.arguments import one_of, share
from compresslab.errors import InputError

Scores = Mapping[str, Tensor]
"""From a weight's name, as in `state_dict`, to a tensor of its shape: the larger, the more it deserves to stay."""

Scope = Literal["global", "layer"]

_BITS = {
    torch.float16: torch.int16,
    torch.bfloat16: torch.int16,
    torch.float32: torch.int32,
    torch.float64: torch.int64,
}
_PIECE = 2**18  # scores looked at together: enough to be fast, too few for their copies to matter


def masks_from_scores(
    scores: Scores, *, sparsity: float, scope: Scope = "global", protect: Collection[str] = ()
) -> dict[str, Tensor]:
    """Masks that keep the largest scores.

    Exactly `round(sparsity * n)` weights are masked: of all n together ("global"), or of the n of each tensor
    ("layer"). Of equal scores those that come first go first. Beside the scores and the masks (a byte a weight) it
    takes about two bytes a weight: less than the weights themselves, however many there are.

    Args:
        scores: larger means keep; minus infinity goes first.
        sparsity: share to mask, 0 to 1.
        scope: "global" compares scores of different layers, so they must be on one scale; "layer" does not.
        protect: names that stay whole and are not counted in n.

    Returns:
        A bool tensor for each score: True where the weight stays.

    Raises:
        InputError: `sparsity` is not between 0 and 1, a score is NaN, or a name in `protect` has no score.

    >>> masks_from_scores({"a": torch.tensor([1.0, 4.0]), "b": torch.tensor([2.0, 3.0])}, sparsity=0.5)
    {'a': tensor([False,  True]), 'b': tensor([False,  True])}
    """
    share(sparsity=sparsity, hint="it is the share of weights to remove")
    require_scope(scope)
    require_names(protect, scores, argument="protect")
    chosen = {name: score.detach() for name, score in scores.items() if name not in protect}
    if not chosen:
        raise InputError("no weight is left to prune: give at least one score whose name isn't in protect.")
    for name, score in chosen.items():
        if score.dtype not in _BITS:
            raise InputError(f"the score of {name!r} is {score.dtype}: expected a floating-point tensor.")
        if score.isnan().any():
            raise InputError(f"the score of {name!r} contains NaN: it says nothing about what to keep.")
    groups = [list(chosen)] if scope == "global" else [[name] for name in chosen]
    masks = {name: torch.ones_like(score, dtype=torch.bool) for name, score in scores.items() if name in protect}
    for names in groups:
        total = sum(chosen[name].numel() for name in names)
        masks |= zip(names, _keep_largest([chosen[name] for name in names], round(sparsity * total)), strict=True)
    return {name: masks[name] for name in scores}


def require_scope(scope: str) -> None:
    """Raise an `InputError` for a scope that isn't one.

    >>> require_scope("network")
    Traceback (most recent call last):
    compresslab.errors.InputError: scope='network' is not known: choose from global, layer.
    """
    one_of(get_args(Scope), scope=scope)


def require_names(names: Collection[str], known: Collection[str], *, argument: str) -> None:
    """Raise an `InputError` for the first of `names` that isn't `known`.

    >>> require_names(["head"], ["stem", "body"], argument="protect")
    Traceback (most recent call last):
    compresslab.errors.InputError: protect names 'head', which is no weight here: choose from stem, body.
    """
    for name in names:
        if name not in known:
            raise InputError(f"{argument} names {name!r}, which is no weight here: choose from {', '.join(known)}.")


def _keep_largest(scores: Sequence[Tensor], remove: int) -> list[Tensor]:
    """Masks with exactly `remove` False, at the smallest scores; of equal ones, at those that come first."""
    if remove == 0:
        return [torch.ones_like(score, dtype=torch.bool) for score in scores]
    # One dtype for all: beside half-precision scores, PyTorch would round a float32 threshold to theirs.
    dtype = reduce(torch.promote_types, (score.dtype for score in scores))
    flat = [score.to(dtype).reshape(-1) for score in scores]
    keep = [torch.empty(len(score), dtype=torch.bool, device=score.device) for score in flat]
    pieces = [piece for score in flat for piece in score.split(_PIECE)]
    threshold = _nth_smallest(pieces, remove)
    ties_to_remove = remove - sum(_count(piece < threshold) for piece in pieces)
    for piece, kept in zip(pieces, (part for mask in keep for part in mask.split(_PIECE)), strict=True):
        ties = piece == threshold
        here = min(ties_to_remove, _count(ties))
        ties[: _length_with(ties, here)] = False
        torch.gt(piece, threshold, out=kept).logical_or_(ties)
        ties_to_remove -= here
    return [mask.view(score.shape) for mask, score in zip(keep, scores, strict=True)]


def _nth_smallest(pieces: Sequence[Tensor], n: int) -> Tensor:
    """The n-th smallest of all scores, n counted from 1, as a tensor of no dimensions on the CPU.

    To sort all of them, or to call `kthvalue`, takes a joined copy, another to work on, and places in int64: four
    times the scores' bytes. (`torch.quantile` even refused more than 16 million elements up to torch 2.13.) So the
    answer is first bracketed by bisection, which only counts. It bisects the floats' bit patterns, not their values:
    whatever the distribution, a bracket of all floats shrinks to a single one in 32 steps, of doubles in 64. Once at
    most one score in sixteen is in the bracket, `kthvalue` finishes on those.
    """
    pieces = [piece for piece in pieces if len(piece)]
    dtype = pieces[0].dtype
    low, high = min(_place(piece.min()) for piece in pieces), max(_place(piece.max()) for piece in pieces)
    below, inside = 0, sum(len(piece) for piece in pieces)  # scores below `low`, and from `low` to `high`
    few = max(_PIECE, inside // 16)
    while inside > few and low < high:
        middle = (low + high) // 2
        up_to_middle = sum(_count(piece <= _float_at(middle, dtype)) for piece in pieces)
        if up_to_middle >= n:
            high, inside = middle, up_to_middle - below
        else:
            low, below, inside = middle + 1, up_to_middle, inside - (up_to_middle - below)
    first, last = _float_at(low, dtype), _float_at(high, dtype)
    if low == high:
        return first
    bracketed = [piece[(piece >= first) & (piece <= last)].to(pieces[0].device) for piece in pieces]
    return torch.cat(bracketed).kthvalue(n - below).values.cpu()


def _place(number: Tensor) -> int:
    """The place of a float in the line of all floats of its dtype, zero at 0: larger floats have larger places."""
    magnitude = int(number.abs().view(_BITS[number.dtype]))
    return magnitude if number >= 0 else -magnitude


def _float_at(place: int, dtype: torch.dtype) -> Tensor:
    """The float at a place: the inverse of `_place`."""
    magnitude = torch.tensor(abs(place), dtype=_BITS[dtype]).view(dtype)
    return magnitude if place >= 0 else -magnitude


def _length_with(found: Tensor, n: int) -> int:
    """The shortest beginning of `found` with n True in it, by bisection: places would take eight bytes for each."""
    low, high = 0, len(found) if n else 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _count(found[:middle]) >= n else (middle + 1, high)
    return low


def _count(found: Tensor) -> int:
    return int(torch.count_nonzero(found))
