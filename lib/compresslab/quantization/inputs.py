"""What the layers of a model read, on calibration data: methods that look at more than the weights begin here."""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn

from compresslab.errors import InputError
from compresslab.modes import evaluating


def see_inputs(
    model: nn.Module,
    names: Sequence[str],
    calibration: Iterable[Tensor],
    see: Callable[[str, Tensor], None],
) -> None:
    """Run a model over batches and show what layers read.

    Args:
        model: is run in evaluation mode without gradients; as before afterwards.
        names: of the layers.
        calibration: batches as the model takes them (tokens, images): never of the test set.
        see: called with a layer's name and its input, features last, as a matrix (rows, in).

    Raises:
        InputError: there is no batch, a layer is never reached, or an input holds NaN or infinity.

    >>> model = nn.Sequential(nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 1))
    >>> see_inputs(model, ["2"], [torch.zeros(5, 4)], lambda name, x: print(name, x.shape))
    2 torch.Size([5, 2])
    """
    reached = set()

    def hook(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def look(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].detach().flatten(0, -2)
            if not rows.isfinite().all():
                raise InputError(f"calibration: the input of {name} holds NaN or infinity.")
            reached.add(name)
            see(name, rows)

        return look

    handles = [model.get_submodule(name).register_forward_pre_hook(hook(name)) for name in names]
    batches = 0
    try:
        with evaluating(model), torch.no_grad():
            for batch in calibration:
                if not isinstance(batch, Tensor) or batch.numel() == 0:
                    what = "empty" if isinstance(batch, Tensor) else f"a {type(batch).__name__}"
                    raise InputError(f"calibration batch {batches} is {what}: give tensors as the model takes them.")
                model(batch)
                batches += 1
    finally:
        for handle in handles:
            handle.remove()
    if not batches:
        raise InputError("calibration is empty: give at least one batch.")
    for name in names:
        if name not in reached:
            raise InputError(f"{name} is never reached in the model's forward pass: name it in skip.")


def gram_matrices(model: nn.Module, names: Sequence[str], calibration: Iterable[Tensor]) -> dict[str, Tensor]:
    """The mean of x xᵀ over all inputs x of each layer, (in, in) float64.

    An error E in the weight changes a layer's output by E x, and the squares of that are on average tr(E G Eᵀ). So
    G is all that has to be known of the inputs; up to a factor it is the Hessian of the squared error.

    Raises:
        InputError: see `see_inputs`.

    >>> gram_matrices(nn.Sequential(nn.Linear(2, 1)), ["0"], [torch.tensor([[1.0, 2.0], [1.0, 0.0]])])["0"]
    tensor([[1., 1.],
            [1., 2.]], dtype=torch.float64)
    """
    sums: dict[str, Tensor] = {}
    rows: dict[str, int] = dict.fromkeys(names, 0)

    def add(name: str, x: Tensor) -> None:
        product = (x.T.double() @ x.double()).cpu()
        sums[name] = sums[name] + product if name in sums else product
        rows[name] += len(x)

    see_inputs(model, names, calibration, add)
    return {name: sums[name] / rows[name] for name in names}


def layers_by_input(model: nn.Module, names: Sequence[str], batch: Tensor) -> list[tuple[str, ...]]:
    """Layers in the order in which they are called; those that read one and the same tensor are together.

    >>> from compresslab.models import language_model
    >>> model = language_model(depth=1, dim=32)
    >>> names = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    >>> for together in layers_by_input(model, names, torch.zeros(1, 4, dtype=torch.int64))[:2]:
    ...     print(*together)
    layers.0.attention.q layers.0.attention.k layers.0.attention.v
    layers.0.attention.out
    """
    calls: list[tuple[str, Tensor]] = []  # keeps the tensors alive, so that none takes another's place in memory

    def look(name: str, x: Tensor) -> None:
        if all(name != known for known, _ in calls):
            calls.append((name, x))

    see_inputs(model, names, [batch], look)
    found: list[tuple[str, ...]] = []
    before: Tensor | None = None
    for name, x in calls:
        if before is not None and x.data_ptr() == before.data_ptr() and x.shape == before.shape:
            found[-1] += (name,)
        else:
            found.append((name,))
        before = x
    return found
