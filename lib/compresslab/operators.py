"""Where a network's time goes: every operation of its graph with its arithmetic, the bytes it moves, and its time.

MACs alone don't say what an operation costs: a batch-norm has none and may take as long as a convolution, because it
moves as many bytes. The intensity, MACs per byte, tells on a roofline which of the two is the limit.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Interpreter, Node
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.flop_counter import FlopCounterMode

from compresslab.arguments import whole
from compresslab.benchmark import torch_threads
from compresslab.modes import evaluating
from compresslab.roofline import Operation


@dataclass(frozen=True)
class Operator:
    """An operation of a graph as it ran.

    Attributes:
        kind: what it computes, such as "conv2d".
        layer: the module of the network that it belongs to, such as "stem.0"; "" for the network itself.
        signature: operation, shapes and settings as text: two operators of one signature do the same work.
        operation: its MACs, bytes and time; its name is that in the graph, such as "conv2d_3".

    >>> operation = Operation("linear", macs=64, bytes_moved=256, seconds=1e-6)
    >>> Operator("linear", "head", "linear(float32[2, 4], float32[8, 4])", operation).operation.macs_per_byte
    0.25
    """

    kind: str
    layer: str
    signature: str
    operation: Operation


def profile_operators(
    model: nn.Module,
    example: Tensor,
    *,
    rounds: int = 20,
    warmup: int = 3,
    threads: int = 1,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> list[Operator]:
    """Run a network operation by operation, and time each.

    One after the other in Python, operations take a little longer than in the network as a whole, the small ones most:
    compare shares, and time the whole with `interleave`.

    Args:
        model: is exported and run as in evaluation, and left as it was.
        example: a whole input.
        rounds: runs of the network; the median counts.
        warmup: runs before those.
        threads: for PyTorch.
        clock: gives nanoseconds; `time.process_time_ns` on a machine that is busy with other things.

    Returns:
        The operations in the order in which they run. Views, which move nothing, are left out.

    Raises:
        InputError: `rounds`, `warmup` or `threads` is out of its range.
        torch.export's errors: the network can't be exported as one graph.

    >>> found = profile_operators(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), torch.zeros(2, 4), rounds=2)
    >>> [(each.kind, each.operation.macs, each.operation.bytes_moved) for each in found]
    [('linear', 64, 256), ('relu', 0, 128)]
    """
    whole(rounds=rounds)
    whole(0, warmup=warmup)
    with evaluating(model), torch.no_grad(), torch_threads(threads):
        graph = torch.export.export(model, (example,)).module()
        counts = _Counting(graph)
        with sdpa_kernel(SDPBackend.MATH):  # the counter knows attention as the matrix products that it consists of
            counts.run(example)
        runs = [_Timing(graph, clock) for _ in range(warmup + rounds)]
        for run in runs:
            run.run(example)
    found = []
    for node, (macs, moved, signature) in counts.found.items():
        if moved:
            seconds = median(run.nanoseconds[node] for run in runs[warmup:]) / 1e9
            found.append(Operator(_kind(node), _layer(node), signature, Operation(node.name, macs, moved, seconds)))
    return found


def share_by_kind(operators: Sequence[Operator]) -> dict[str, float]:
    """Share of the time that each kind of operation takes, the largest first.

    >>> conv, norm = Operation("conv2d", 1000, 500, seconds=3e-6), Operation("batch_norm", 0, 500, seconds=1e-6)
    >>> share_by_kind([Operator("batch_norm", "", "", norm), Operator("conv2d", "", "", conv)])
    {'conv2d': 0.75, 'batch_norm': 0.25}
    """
    total = sum(each.operation.seconds for each in operators)
    shares: dict[str, float] = {}
    for each in operators:
        shares[each.kind] = shares.get(each.kind, 0.0) + each.operation.seconds / total
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


class _Counting(Interpreter):
    """Runs a graph once, and counts MACs and bytes of each operation."""

    def __init__(self, graph: Any) -> None:
        super().__init__(graph)
        self.found: dict[Node, tuple[int, int, str]] = {}

    def run_node(self, n: Node) -> Any:
        if n.op != "call_function":
            return super().run_node(n)
        with FlopCounterMode(display=False) as counter:
            result = super().run_node(n)
        read = {id(t.untyped_storage()): t for t in map(self.env.get, n.all_input_nodes) if isinstance(t, Tensor)}
        made = [t for t in tree_leaves(result) if isinstance(t, Tensor)]
        storages = {t.untyped_storage()._cdata for t in read.values()}
        if made and all(t.untyped_storage()._cdata in storages for t in made) and not _in_place(n):
            moved = 0  # a view
        else:
            moved = sum(t.numel() * t.element_size() for t in (*read.values(), *made)) if made else 0
        self.found[n] = counter.get_total_flops() // 2, moved, self._signature(n)
        return result

    def _signature(self, node: Node) -> str:
        def told(value: Any) -> Any:
            if isinstance(value, Tensor):
                return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
            return value

        args, kwargs = tree_map(told, self.fetch_args_kwargs_from_env(node))
        settings = [str(value) for value in args] + [f"{name}={value}" for name, value in kwargs.items()]
        return f"{_kind(node)}({', '.join(settings)})"


class _Timing(Interpreter):
    """Runs a graph, and times each operation without what the interpreter does around it."""

    def __init__(self, graph: Any, clock: Callable[[], int]) -> None:
        super().__init__(graph)
        self.clock = clock
        self.nanoseconds: dict[Node, int] = {}

    def run_node(self, n: Node) -> Any:
        self.node = n
        return super().run_node(n)

    def call_function(self, target: Any, args: Any, kwargs: Any) -> Any:
        start = self.clock()
        result = target(*args, **kwargs)
        self.nanoseconds[self.node] = self.clock() - start
        return result


def _in_place(node: Node) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and schema.is_mutable


def _kind(node: Node) -> str:
    packet = getattr(node.target, "overloadpacket", node.target)
    return str(getattr(packet, "__name__", packet)).removesuffix("_")


def _layer(node: Node) -> str:
    """The innermost module that an exported node comes from."""
    stack = node.meta.get("nn_module_stack") or {}
    return next((path for path, _ in reversed(list(stack.values()))), "")
