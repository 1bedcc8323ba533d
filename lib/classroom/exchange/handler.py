"""Answers a check's requests with the learner's functions: in the notebook's own kernel, or in a process apart."""

import functools
import linecache
import random
import traceback
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from classroom.exchange import codec, spec, stand_ins, views
from classroom.exchange.codec import NotPlain, Tagged
from classroom.exchange.spec import Handle
from classroom.exchange.surroundings import standard, watched

CallBack = Callable[[bytes], bytes]  # what a check answers while it waits for the learner's process
MOST_HELD = 1000  # objects: a kernel lives for hours, and each run of a check makes a few
_NO_ARGUMENTS = codec.encode([[], {}])
_TEXT_LIMIT = 500  # characters of an exception's message


class Refused(Exception):
    """A request that cannot be met; the message is meant for the learner."""


class RequestHandler:
    """Calls the functions of one namespace, and keeps the objects that a check made there.

    Args:
        namespace: the globals in which the learner's cells ran.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace
        self._held: dict[int, Any] = {}
        self._count = 0
        self._seeds = random.Random(torch.initial_seed())
        self._call_back: CallBack | None = None

    def answer(self, request: bytes, call_back: CallBack | None = None) -> bytes:
        """Do what a request asks and give the answer, both in the wire format.

        A request is a dict of a "verb" and its arguments. An answer is a dict too: of a "value", the arguments
        "before" and "after" (each a message in itself), "gradients" and "breaches" (see `surroundings`); or with
        "refused", a reason; or with "raised", what the learner's function raised.

        Args:
            request: to answer.
            call_back: asks the check, which waits, for what it has lent (see `stand_ins`); None if it has lent nothing.
        """
        self._call_back = call_back
        try:
            with standard():
                wanted = codec.decode(request, self._receive)
                return codec.encode(getattr(self, f"_{wanted.pop('verb')}")(**wanted))
        except (NotPlain, Refused) as error:
            return codec.encode({"refused": str(error)})
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever the learner's code raises is its answer
            return codec.encode({"raised": self.explain(error)})
        finally:
            self._call_back = None

    def _look(self, target: Any) -> dict[str, Any]:
        value = codec.encode(target, self._describe_any)
        return {"value": value, "before": _NO_ARGUMENTS, "after": _NO_ARGUMENTS, "gradients": [], "breaches": []}

    def _keep(self, target: Any) -> dict[str, Any]:
        return self._look(self._hold(target))

    def _call(
        self, target: Any, args: list[Any], kwargs: dict[str, Any], keep: bool, wrt: list[Any] | None, upstream: Any
    ) -> dict[str, Any]:
        function = self._find(target) if isinstance(target, str) else target
        leaves = [args[key] if isinstance(key, int) else kwargs[key] for key in wrt or ()]
        for leaf in leaves:
            leaf.requires_grad_()
        before = codec.encode([args, kwargs], self._describe_any)
        with watched(self._seeds, function, args, kwargs) as found:
            value = function(*args, **kwargs)
            if wrt is not None:
                _backward(value, upstream)
        return {
            "value": codec.encode(self._hold(value) if keep else value, self._describe),
            "before": before,
            "after": codec.encode([args, kwargs], self._describe_any),
            "gradients": [leaf.grad for leaf in leaves],
            "breaches": [list(breach) for breach in found.breaches],
        }

    def _find(self, name: str) -> Any:
        if name not in self.namespace:
            raise Refused(f"no `{name}` in the notebook: run the cell that defines it (and keep the name).")
        return self.namespace[name]

    def _hold(self, value: Any) -> Handle:
        self._count += 1
        self._held[self._count] = value
        self._held.pop(self._count - MOST_HELD, None)
        return Handle(self._count, type(value).__name__)

    def _receive(self, tagged: Tagged) -> Any:
        """Turn what a check sent into objects."""
        match spec.from_wire(tagged):
            case spec.Lent() as lent:
                return stand_ins.stand_in(lent.number, lent.label, functools.partial(self._ask, lent.number))
            case Handle() as handle:
                if handle.number not in self._held:
                    raise Refused(f"the object {handle} is gone: run the whole cell again.")
                return self._held[handle.number]
            case spec.Method() as method:
                if not hasattr(method.of, method.name):
                    raise Refused(f"a {type(method.of).__name__} without a method `{method.name}`.")
                return getattr(method.of, method.name)
            case spec.Spec() as wanted:
                try:
                    return wanted.build()
                except Exception as error:
                    raise Refused(f"the check asked for {wanted}, which fails: {error}") from error
        raise Refused(f"the check sent an unknown {tagged.tag}.")

    def _ask(self, number: int, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a method of what a check has lent."""
        if self._call_back is None:
            raise RuntimeError("what a check hands out can be called while the check waits, and no longer")
        message = codec.encode([number, method, list(args), kwargs], self._describe_any)
        match codec.decode(self._call_back(message)):
            case {"refused": str(reason)}:
                raise TypeError(reason)
            case {"value": value}:
                return value

    def _describe(self, value: Any) -> Tagged | None:
        return spec.to_wire(value) or views.describe(value, self._place_of)

    def _describe_any(self, value: Any) -> Tagged:
        return spec.to_wire(value) or views.describe_any(value, self._place_of)

    def _place_of(self, parameter: Tensor) -> tuple[Handle | None, str]:
        """The module in which a check knows this parameter, and its name there."""
        for number, value in self._held.items():
            if isinstance(value, nn.Module):
                for name, own in value.named_parameters():
                    if own is parameter:
                        return Handle(number, type(value).__name__), name
        return None, f"a tensor of shape {tuple(parameter.shape)}"

    def explain(self, error: BaseException) -> tuple[tuple[str, ...], str, str]:
        """An exception of the learner's code as plain data: the content of `failures.Raised`."""
        try:
            text = str(error)[:_TEXT_LIMIT]
        except Exception:  # noqa: BLE001  a class of the learner's may do anything in __str__
            text = ""
        steps = traceback.walk_tb(error.__traceback__)
        own = [(frame, line) for frame, line in steps if frame.f_globals is self.namespace]
        where = ""
        if own:
            frame, line = own[-1]
            source = linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip()
            where = f"line {line} of the cell, in {frame.f_code.co_name}: {source}"
        return tuple(kind.__name__ for kind in type(error).__mro__), text, where


def _backward(value: Any, upstream: Tensor | None) -> None:
    if not isinstance(value, Tensor):
        raise Refused(f"a result of type {type(value).__name__}, not a tensor, so it has no gradient.")
    if not value.requires_grad:
        return  # the gradients are None, which the check reports
    if upstream is not None and upstream.shape != value.shape:
        shapes = f"{tuple(upstream.shape)}, not {tuple(value.shape)}"
        raise Refused(f"a result of the wrong shape: it should be {shapes}.")
    torch.autograd.backward(value, torch.ones_like(value) if upstream is None else upstream)
