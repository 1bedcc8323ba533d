"""The operators of one forward pass, noted without computing.

The model runs on fake tensors, which have a shape and no elements, so that nothing is computed or stored. Each of
PyTorch's own operators (ATen) is noted as it is dispatched. In inference mode autograd stands aside, and with it the
decomposition of convolutions, linear layers and norms: they arrive as they were written, as do the casts of autocast
and what runs without gradients.
"""

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.fx import Graph, Node
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from compresslab.errors import InputError
from compresslab.pruning.structured.running import check, check_devices, copy_sharing, run, stored_tensors


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward pass.

    Attributes:
        nodes: operators in the order of execution, as `call_function`; what comes from outside, as `placeholder`, when
            it is first used; the output. Of each, `meta["val"]` is a fake tensor of its result's shape, or several, of
            which `operator.getitem` takes one; `meta["layers"]` names the modules that ran, outermost first.
        stored: parameters and buffers, by the nodes that stand for them. What isn't used has no node.
        inputs: nodes of the example. Placeholders that are neither stand for constants.
    """

    nodes: list[Node] = field(default_factory=list)
    stored: dict[Node, str] = field(default_factory=dict)
    inputs: set[Node] = field(default_factory=set)


def trace(model: nn.Module, example: Tensor, *, training: bool = False) -> Trace:
    """Trace one forward pass, in evaluation mode or in training mode.

    Args:
        model: not modified.
        example: an input on the model's device; only its shape and dtype matter.
        training: whether in training mode.

    Raises:
        InputError: the model is of a kind that cannot be traced or copied, fails on the example, or its forward depends
            on the values that it computes or chooses between functions by `torch.cond`.
    """
    check(model)
    check_devices(model, example)
    fakes = FakeTensorMode(allow_non_fake_inputs=True)
    stored: dict[int, FakeTensor] = {}
    names: dict[int, str] = {}
    for name, tensor in stored_tensors(model).items():
        if id(tensor) not in stored:
            stored[id(tensor)] = fake = _fake(fakes, tensor)
            names[id(fake)] = name
    given = _fake(fakes, example)
    recorder = _Recorder(names, given)
    try:
        copied = copy_sharing(model, stored).train(training)
        recorder.watch(copied)
        with _unfused(), torch.inference_mode(), fakes, recorder:
            output = copied(given)
    except Exception as error:
        if isinstance(error, InputError):
            raise
        if not training:
            run(model, example)  # a layer that fails is named
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise InputError(
            f"{type(model).__name__} cannot be traced: {reason}. "
            "Its forward must not decide by the values that it computes."
        ) from error
    return recorder.finish(output)


class _Recorder(TorchDispatchMode):
    """Notes each operator that is dispatched while it is active, and the modules that run meanwhile.

    Tensors are told apart by their `id`, so all that are noted are kept until the end.
    """

    supports_higher_order_operators = True

    def __init__(self, names: dict[int, str], given: Tensor) -> None:
        super().__init__()
        self.trace = Trace()
        self.graph = Graph()  # the owner that a node needs
        self.names = names
        self.given = given
        self.layers: list[str] = []
        self.nodes: dict[int, Node] = {}
        self.kept: list[Tensor] = []

    def watch(self, model: nn.Module) -> None:
        """Follow which modules of a copy run."""

        def entering(name: str, forward: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **kwargs: Any) -> Any:
                self.layers.append(name)
                try:
                    return forward(*args, **kwargs)
                finally:
                    self.layers.pop()

            return call

        for name, module in model.named_modules():
            vars(module)["forward"] = entering(name, module.forward)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if not isinstance(func, OpOverload):
            raise InputError(
                f"{func.name()!r} in the forward of this model holds graphs of its own, which aren't followed: leave "
                "control flow such as `torch.cond` out."
            )
        given, named = self._nodes((args, kwargs))
        if torch.Tag.inplace_view in func.tags:  # the shape that was noted changes
            for node in given:
                if isinstance(node, Node):
                    node.meta["val"] = node.meta["val"].detach()
        result = func(*args, **kwargs)
        if result is None or isinstance(result, Tensor | tuple | list):  # not a device or a number
            self._note(func, given, named, result)
        return result

    def finish(self, output: Any) -> Trace:
        """The trace, which ends with this output of the model."""
        leaves = tree_leaves(output)
        for leaf in leaves:
            if not isinstance(leaf, Tensor | int | float | str | None):
                raise InputError(
                    f"the model's output holds a {type(leaf).__name__}, in which tensors aren't found: give tensors, "
                    "tuples, lists or dictionaries."
                )
        self._add("output", "output", ([self._nodes(leaf) for leaf in leaves if isinstance(leaf, Tensor)],))
        return self.trace

    def _note(self, func: OpOverload, args: Any, kwargs: Any, result: Any) -> None:
        if func is torch.ops.aten.lift_fresh.default:  # of `torch.tensor`: a constant that the code makes
            self._outside(result)
        else:
            self._know(self._add("call_function", func, args, kwargs), result)

    def _add(self, op: str, target: Any, args: Any = (), kwargs: Any = None) -> Node:
        """A new node. That of a graph which holds it would cost five times as much, with checks and a name in code."""
        node = Node(self.graph, f"node_{len(self.trace.nodes)}", op, target, args, kwargs or {})
        self.trace.nodes.append(node)
        return node

    def _know(self, node: Node, result: Any) -> None:
        """A node stands for this result from now on, even if it is the tensor of an earlier node, changed in place."""
        node.meta["val"] = result
        node.meta["layers"] = tuple(self.layers)
        if isinstance(result, Tensor):
            self.kept.append(result)
            self.nodes[id(result)] = node
        elif isinstance(result, tuple | list):
            for place, part in enumerate(result):
                if part is not None:
                    self._know(self._add("call_function", operator.getitem, (node, place)), part)

    def _nodes(self, value: Any) -> Any:
        """The same with nodes in the places of tensors."""
        if isinstance(value, Tensor):
            return self.nodes[id(value)] if id(value) in self.nodes else self._outside(value)
        if type(value) in (tuple, list):
            return type(value)(map(self._nodes, value))
        return {key: self._nodes(part) for key, part in value.items()} if isinstance(value, dict) else value

    def _outside(self, tensor: Tensor) -> Node:
        """A node for a tensor that no operator made: a parameter or buffer, the example, or a constant."""
        node = self._add("placeholder", self.names.get(id(tensor), "given"))
        if id(tensor) in self.names:
            self.trace.stored[node] = self.names[id(tensor)]
        elif tensor is self.given:
            self.trace.inputs.add(node)
        self._know(node, tensor)
        return node


def _fake(fakes: FakeTensorMode, tensor: Tensor) -> FakeTensor:
    """A tensor of the same shape, strides, dtype and device without elements."""
    if tensor.layout != torch.strided:
        return fakes.from_tensor(tensor)
    # What `from_tensor` does, in a tenth of its time.
    empty = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    fake = FakeTensor(fakes, empty, tensor.device)
    if isinstance(tensor, nn.Parameter):
        fake._is_param = True  # what `isinstance(fake, nn.Parameter)` asks for
    return fake


@contextmanager
def _unfused() -> Iterator[None]:
    """Without the operators by which PyTorch's transformer layers hide their own, where no gradient is taken."""
    enabled = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(enabled)
