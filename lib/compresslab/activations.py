"""How much memory a network's activations take at their peak: as computed from its graph, and as the allocator saw it.

A tensor is needed from the operation that makes it to the last one that reads it; a view is no tensor of its own. The
peak is the most bytes that are needed at one time, and on a microcontroller it decides whether a network runs at all.
What really is allocated can be more, for two reasons that the graph doesn't show: a library that converts tensors to a
layout of its own and back (oneDNN's convolutions do, unless weights and images are `torch.channels_last`), and Python,
which keeps a module's input until its `forward` has ended.

Reference: Lin, Chen, Lin, Cohn, Gan and Han 2020, "MCUNet: Tiny Deep Learning on IoT Devices".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, UntypedStorage, nn
from torch.export import ExportedProgram
from torch.fx import Node
from torch.profiler import ProfilerActivity, profile

from compresslab.errors import InputError
from compresslab.modes import evaluating


@dataclass(frozen=True)
class Step:
    """An operation of a graph, in the order in which they run.

    Attributes:
        name: of its output.
        output_bytes: that it allocates; 0 where its output is a view of an input.
        reads: names of the steps whose memory it reads, through views too.

    >>> Step("relu", output_bytes=400, reads=("conv",)).output_bytes
    400
    """

    name: str
    output_bytes: int
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class ActivationPeak:
    """The moment at which most is needed.

    Attributes:
        peak_bytes: of all activations that are needed then; parameters and the network's input don't count.
        at: the step that runs then.
        held: the bytes of each step's output that is needed then, that step's own included.

    >>> activation_peak([Step("a", 100), Step("b", 50, reads=("a",))])
    ActivationPeak(peak_bytes=150, at='b', held={'a': 100, 'b': 50})
    """

    peak_bytes: int
    at: str
    held: dict[str, int]


def activation_peak(steps: Sequence[Step]) -> ActivationPeak:
    """The peak of a graph that frees each output after its last reader; the last step's is the result, and stays.

    Args:
        steps: in the order in which they run.

    Raises:
        InputError: there is no step, or one reads what no earlier step made.

    >>> chain = [Step("x", 8), Step("y", 8, reads=("x",)), Step("z", 8, reads=("y",))]
    >>> residual = [*chain, Step("sum", 8, reads=("x", "z"))]
    >>> activation_peak(chain).peak_bytes, activation_peak(residual).peak_bytes  # x is kept for the sum
    (16, 24)
    """
    if not steps:
        raise InputError("steps is empty: give at least one operation.")
    last_reader: dict[str, int] = {}
    for place, step in enumerate(steps):
        for name in step.reads:
            if name not in last_reader:
                raise InputError(f"step {step.name!r} reads {name!r}, which no earlier step makes.")
            last_reader[name] = place
        last_reader[step.name] = place  # what nobody reads is freed at once
    last_reader[steps[-1].name] = len(steps)

    held: dict[str, int] = {}
    peak = ActivationPeak(0, steps[0].name, {})
    for place, step in enumerate(steps):
        held[step.name] = step.output_bytes
        if sum(held.values()) > peak.peak_bytes:
            peak = ActivationPeak(sum(held.values()), step.name, {name: size for name, size in held.items() if size})
        held = {name: size for name, size in held.items() if last_reader[name] > place}
    return peak


def activation_steps(graph: ExportedProgram) -> list[Step]:
    """The operations of an exported network.

    Args:
        graph: as `torch.export.export` gives it. Sizes are those of the example that it was exported with.

    Returns:
        A step for each operation, and a last one, "output", that reads the results.

    >>> exported = torch.export.export(nn.Sequential(nn.Linear(4, 8), nn.Flatten()), (torch.zeros(2, 4),))
    >>> [(step.name, step.output_bytes) for step in activation_steps(exported)]
    [('linear', 64), ('flatten', 0), ('output', 0)]
    """
    owners: dict[int, str] = {}  # a storage's first step: what a view or an operation in place gives is its input's
    given = {storage._cdata for node in graph.graph.nodes if node.op == "placeholder" for storage in _storages(node)}
    steps = []
    for node in graph.graph.nodes:
        if node.op == "placeholder":
            continue
        reads = {owners[s._cdata] for source in node.all_input_nodes for s in _storages(source) if s._cdata in owners}
        made = {s._cdata: s.nbytes() for s in _storages(node) if s._cdata not in owners and s._cdata not in given}
        owners |= dict.fromkeys(made, node.name)
        steps.append(Step(node.name, sum(made.values()), tuple(sorted(reads))))
    return steps


def peak_of(model: nn.Module, example: Tensor) -> ActivationPeak:
    """The peak of a network as its graph has it.

    Args:
        model: is exported as in evaluation, and left as it was.
        example: a whole input; its shape decides the sizes.

    Raises:
        torch.export's errors: the network can't be exported as one graph.

    >>> peak_of(nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2)), torch.zeros(2, 4)).peak_bytes
    128
    """
    with evaluating(model):
        return activation_peak(activation_steps(torch.export.export(model, (example,))))


def allocated_peak(call: Callable[[], object]) -> int:
    """The most bytes that PyTorch's CPU allocator held at a time during a call, beyond those it held before.

    The call is made twice: what is allocated once for all is not counted. PyTorch's profiler, which listens to the
    allocator, may write a line of its own to stderr.

    >>> allocated_peak(lambda: torch.ones(1000) + torch.ones(1000))
    12000
    """
    with torch.inference_mode():
        call()
        with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
            result = call()
    del result
    results = profiler.profiler.kineto_results
    changes = sorted((e.start_ns(), e.nbytes()) for e in results.events() if e.name() == "[memory]")
    held = peak = 0
    for _, change in changes:
        held += change
        peak = max(peak, held)
    return peak


def _storages(node: Node) -> list[UntypedStorage]:
    """What the tensors that a node gives lie in; two that share memory share a storage also in an exported graph."""
    values = node.meta.get("val")
    listed = values if isinstance(values, tuple | list) else [values]
    return [value.untyped_storage() for value in listed if isinstance(value, Tensor)]
