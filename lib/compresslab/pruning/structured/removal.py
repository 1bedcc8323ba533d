"""Removing units: a smaller network of the same layers, dense and ordinary."""

from collections.abc import Collection, Container, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from compresslab.errors import InputError
from compresslab.pruning.structured.channel_importance import Importance, UnitScores, l2
from compresslab.pruning.structured.graph import DependencyGraph, Units, dependency_graph
from compresslab.pruning.structured.running import (
    check,
    check_devices,
    copy_replacing,
    copy_sharing,
    run,
    stored_tensors,
)
from compresslab.pruning.structured.selection import Scope, units_to_remove


class FixedSize(InputError):
    """A model without some units fails, or computes something else: its code fixes a size that they are part of.

    >>> issubclass(FixedSize, InputError)
    True
    """


def prune_structured(
    model: nn.Module,
    example: Tensor,
    *,
    ratio: float | Mapping[str, float],
    importance: Importance | UnitScores = l2,
    scope: Scope = "group",
    round_to: int = 1,
    at_least: int = 1,
    protect: Collection[str] = (),
) -> nn.Module:
    """A smaller copy of `model`, without its least important channels, units and heads.

    A share of the channels removed everywhere leaves the square of the rest in MACs, nearly: 30% less is about half.

    Args:
        model: not modified.
        example: an input such as images (1, C, H, W), on the model's device; its values don't matter.
        importance: a function of the module `channel_importance`, its further arguments bound with
            `functools.partial`; or the scores themselves.
        ratio, scope, round_to, at_least, protect: see `units_to_remove`.

    Returns:
        An ordinary model of the same classes, which trains, saves and exports as any other.

    Raises:
        InputError: as `dependency_graph`, `units_to_remove` and `remove_units`; or nothing can be removed at all.

    >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> prune_structured(model, torch.zeros(1, 2), ratio=0.5)[0]
    Linear(in_features=2, out_features=2, bias=True)
    """
    graph = dependency_graph(model, example)
    _need_groups(model, graph)

    def smaller(graph: DependencyGraph) -> nn.Module:
        scores = importance if isinstance(importance, Mapping) else importance(model, graph)
        units = units_to_remove(
            graph, scores, ratio=ratio, scope=scope, round_to=round_to, at_least=at_least, protect=protect
        )
        return remove_units(model, graph, units)

    try:
        return smaller(graph)
    except FixedSize:
        graph = pin_fixed_sizes(model, graph)
    _need_groups(model, graph)
    return smaller(graph)


def _need_groups(model: nn.Module, graph: DependencyGraph) -> None:
    if not graph.groups:
        reasons = "; ".join(f"{name!r}: {reason}" for name, reason in graph.pinned.items())
        raise InputError(f"no layer of this {type(model).__name__} can lose channels: {reasons or 'it has none'}.")


def pin_fixed_sizes(model: nn.Module, graph: DependencyGraph) -> DependencyGraph:
    """Pin the groups whose units the model's code counts on, as `x.view(-1, 256)` does.

    Half of every group is removed. If the result fails, or computes something else, the groups at fault are found by
    halving the set, each half on top of what could go before.

    Args:
        model: not modified.
        graph: of this model.

    Returns:
        A graph of which all groups together can lose units: the same one, if none is at fault.

    >>> class Fixed(nn.Sequential):
    ...     def forward(self, x):
    ...         return super().forward(x.view(-1, 8)).view(-1, 2)
    >>> model = nn.Sequential(nn.Linear(8, 8), Fixed(nn.Linear(8, 4), nn.Linear(4, 2)))
    >>> graph = pin_fixed_sizes(model, dependency_graph(model, torch.zeros(1, 8)))
    >>> [group.name for group in graph.groups], graph.pinned["0"]
    (['1.0'], "the model's code fixes a size that its channels are part of")
    """
    # An odd number remains, by which no number of heads or of groups that the code holds goes.
    trial = {
        group.name: range(1 if group.size == 3 else (group.size - 1) // 4 * 2 + (group.size - 1) % 2)
        for group in graph.groups
    }
    removable: dict[str, range] = {}
    fixed: list[str] = []

    def search(names: list[str]) -> None:
        candidate = removable | {name: trial[name] for name in names}
        try:
            remove_units(model, graph, candidate)
            removable.update(candidate)
        except FixedSize:
            if len(names) <= 1:
                fixed.extend(names)
            else:
                search(names[: len(names) // 2])
                search(names[len(names) // 2 :])

    search([group.name for group in graph.groups if trial[group.name]])
    return graph.pinning(fixed, "the model's code fixes a size that its channels are part of") if fixed else graph


def remove_units(model: nn.Module, graph: DependencyGraph, units: Units) -> nn.Module:
    """A copy of `model` without these units: with the rows, entries and columns that are theirs cut out.

    The copy is run on the graph's example and must give what the model gives once nothing reads the units.

    Args:
        model: not modified.
        graph: of this model.
        units: for each group, the indices to remove.

    Returns:
        A model whose tensors keep dtype, device, memory format and `requires_grad`, and whose modules keep their
        mode. Sizes that PyTorch's layers hold (`out_channels`, `num_features`, ...) and the number of heads follow.

    Raises:
        FixedSize: the model's code fixes a size, so that it no longer runs or no longer computes the same.
        InputError: a name or an index is unknown, a group would lose its last unit, or the graph is another model's.

    >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> remove_units(model, dependency_graph(model, torch.zeros(1, 2)), {"0": [1]})
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """
    check(model)
    check_devices(model, graph.example)
    tensors = _tensors_of(model, graph)
    removed, gone = graph.indices(units), graph.slices(units)
    small: dict[str, Tensor] = {}
    for (name, dim), indices in gone.items():
        small[name] = _without(small.get(name, tensors[name].detach()), dim, indices)
    # Taken for copies already made, so that they take the places of the originals, shared ones included.
    memo = {id(tensors[name]): _like(tensors[name], tensor) for name, tensor in small.items()}
    smaller = copy_replacing(model, memo)
    changed = {id(tensor) for tensor in memo.values()}
    for module in smaller.modules():
        if any(id(tensor) in changed for tensor in (*module._parameters.values(), *module._buffers.values())):
            _resize(module)
    for name, indices in removed.items():
        for module_name, attribute in graph.group(name).heads:
            module = smaller.get_submodule(module_name)
            setattr(module, attribute, getattr(module, attribute) - len(indices))
        for module_name, attribute, each in graph.group(name).sizes:
            module = smaller.get_submodule(module_name)
            setattr(module, attribute, getattr(module, attribute) - each * len(indices))
    _compare(smaller, model, _columns(graph, removed, tensors), graph.example)
    return smaller


def silence_units(model: nn.Module, graph: DependencyGraph, units: Units) -> nn.Module:
    """A copy of `model` of the same size in which nothing reads these units: their consumers' columns are zero.

    It computes what the model of `remove_units` computes, at the full cost: zeroing doesn't shrink anything.

    Args:
        model, graph, units: as for `remove_units`.

    >>> model = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1))
    >>> silent = silence_units(model, dependency_graph(model, torch.zeros(1, 2)), {"0": [1]})
    >>> [bool(column.any()) for column in silent[2].weight.T]
    [True, False, True, True]
    """
    tensors = _tensors_of(model, graph)
    columns = _columns(graph, graph.indices(units), tensors)
    zeroed: dict[int, Tensor] = {}
    for tensor in tensors.values():
        if id(tensor) in columns:
            zeroed[id(tensor)] = _like(tensor, _zeroed(tensor.detach(), columns[id(tensor)]))
    return copy_replacing(model, zeroed)


def _tensors_of(model: nn.Module, graph: DependencyGraph) -> dict[str, Tensor]:
    """The parameters and buffers of the graph's model."""
    tensors = stored_tensors(model)
    for name in graph.shapes.keys() | tensors.keys():
        if name not in tensors or name not in graph.shapes or tensors[name].shape != graph.shapes[name]:
            raise InputError(f"{name!r} isn't as it was in the graph's model: make the graph of this model.")
    return tensors


Columns = dict[int, list[tuple[int, Tensor]]]
"""By the `id` of a weight, dimensions and the indices in them through which units are read."""


def _columns(graph: DependencyGraph, removed: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> Columns:
    """Where units are read."""
    columns: Columns = {}
    for name, indices in removed.items():
        for member in graph.group(name).members:
            if member.role == "consumes" and len(indices):
                place = (member.dim, member.indices[indices].flatten())
                columns.setdefault(id(tensors[member.name]), []).append(place)
    return columns


def _zeroed(weight: Tensor, places: list[tuple[int, Tensor]]) -> Tensor:
    """A copy of a weight with zeros in these places."""
    copied = weight.clone()
    for dim, indices in places:
        copied.index_fill_(dim, indices.to(weight.device), 0)
    return copied


class _Reading(TorchDispatchMode):
    """Operators read zeros in these columns, and one number in all of other weights.

    A copy of a weight lives only as long as its operator.

    Args:
        columns: that are silenced.
        filled: weights, by their `id`, in whose places 0.5 is read.
    """

    def __init__(self, columns: Columns, filled: Container[int]) -> None:
        super().__init__()
        self.columns = columns
        self.filled = filled

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return func(*self._operands(args), **self._operands(kwargs or {}))

    def _operands(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            value = torch.full_like(value, 0.5) if id(value) in self.filled else value
            return _zeroed(value, self.columns[id(value)]) if id(value) in self.columns else value
        if type(value) in (tuple, list):
            return type(value)(map(self._operands, value))
        return {key: self._operands(part) for key, part in value.items()} if isinstance(value, dict) else value


@contextmanager
def _uncached_casts() -> Iterator[None]:
    """Without the cache in which autocast keeps what it made of weights: it would hold silenced ones, or miss them."""
    enabled = torch.is_autocast_cache_enabled()
    torch.set_autocast_cache_enabled(False)
    try:
        yield
    finally:
        torch.set_autocast_cache_enabled(enabled)


def _without(tensor: Tensor, dim: int, gone: Tensor) -> Tensor:
    keep = torch.ones(tensor.shape[dim], dtype=torch.bool)
    keep[gone] = False
    return tensor.index_select(dim, keep.nonzero().flatten().to(tensor.device))


def _like(original: Tensor, small: Tensor) -> Tensor:
    """`small` laid out in memory as the original is, and a parameter if that is one."""
    order = sorted(range(small.ndim), key=original.stride, reverse=True)
    small = small.permute(order).contiguous().permute([order.index(dim) for dim in range(small.ndim)])
    if isinstance(original, nn.Parameter):
        return nn.Parameter(small, requires_grad=original.requires_grad)
    return small


def _resize(module: nn.Module) -> None:
    """Set the sizes that PyTorch's own layers hold beside their tensors."""
    match module:
        case nn.Linear():
            module.out_features, module.in_features = module.weight.shape
        case nn.Bilinear():
            module.out_features, module.in1_features, module.in2_features = module.weight.shape
        case nn.modules.conv._ConvTransposeNd():
            if module.groups == module.in_channels:  # depthwise
                module.groups = len(module.weight)
            module.in_channels = len(module.weight)
            module.out_channels = module.groups * module.weight.shape[1]
        case nn.modules.conv._ConvNd():
            if module.groups == module.in_channels > 1:  # depthwise, with as many filters for each channel
                module.groups = len(module.weight) * module.in_channels // module.out_channels
            module.out_channels = len(module.weight)
            module.in_channels = module.groups * module.weight.shape[1]
        case nn.RNNBase():
            module.input_size = module.get_parameter("weight_ih_l0").shape[1]
        case nn.modules.batchnorm._NormBase():
            entries = next(tensor for tensor in (module.weight, module.running_mean) if tensor is not None)
            module.num_features = len(entries)
        case nn.PReLU():
            module.num_parameters = len(module.weight)
        case nn.Module(nx=int(), nf=int()):  # the "Conv1D" of GPT-2: a linear layer whose weight is (in, out)
            vars(module).update(zip(("nx", "nf"), module.get_parameter("weight").shape, strict=True))


def _compare(smaller: nn.Module, model: nn.Module, columns: Columns, example: Tensor) -> None:
    """Raise unless the smaller model gives, but for rounding, what the model gives without the units."""
    example = _with_noise(example)
    closed = _closed(smaller)
    try:
        with _uncached_casts(), _Reading({}, closed) if closed else nullcontext():
            found = tree_leaves(run(smaller, example))
    except InputError as error:
        run(copy_sharing(model), example)  # if the model itself fails, it isn't for its size
        raise FixedSize(str(error)) from error
    with _uncached_casts(), _Reading(columns, _closed(model)):
        expected = tree_leaves(run(copy_sharing(model), example))
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, Tensor) and (one.shape != other.shape or not _equal(one, other)):
            raise FixedSize(
                f"{type(smaller).__name__} computes something else without these units than when nothing reads them: "
                "its forward fixes a size that they are part of. Leave them, or take the size from the input."
            )


def _closed(model: nn.Module) -> set[int]:
    """Weights, by their `id`, that are zero: scales at which residual branches begin, behind which all is unseen."""
    return {
        id(weight)
        for name, weight in model.named_parameters()
        if not name.endswith("bias") and weight.is_floating_point() and weight.numel()
        if not weight[(0,) * weight.ndim] and not weight.any()  # nearly all are known by their first element
    }


def _with_noise(example: Tensor) -> Tensor:
    """The example plus noise from 0 to 1, as channels that are zero may change places unseen; whole numbers stay."""
    if not example.is_floating_point():
        return example
    return example + torch.rand(example.shape, generator=torch.Generator().manual_seed(0)).to(example)


def _equal(found: Tensor, expected: Tensor) -> bool:
    """Whether two tensors of one shape are equal but for rounding; whole numbers and truth values, exactly."""
    rounding = _ROUNDING.get(found.dtype, 0.0)
    if not rounding or not expected.numel():
        return torch.equal(found, expected)
    atol = float(rounding * expected.abs().max())
    return torch.allclose(found, expected, rtol=0, atol=atol, equal_nan=True)


_ROUNDING = {torch.float64: 1e-8, torch.float32: 1e-3, torch.float16: 0.1, torch.bfloat16: 0.1}
"""Largest difference that is taken for rounding, relative to the largest output; that of TF32 on a GPU included."""
