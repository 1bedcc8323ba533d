"""How a check reaches the learner's functions: the same calls in the learner's kernel and from the judge."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from classroom.exchange import codec, spec, views
from classroom.exchange.codec import Malformed, Tagged
from classroom.exchange.failures import CheckFailed, LearnerError, NoAnswer, Raised
from classroom.exchange.handler import RequestHandler
from classroom.exchange.show import show_call
from classroom.exchange.spec import Handle, Method, Spec

Transport = Callable[[bytes], bytes]  # from a request to its answer; see RequestHandler.answer


@dataclass(frozen=True)
class Reply:
    """What a call gave.

    Attributes:
        value: the result. Modules and optimizers come as views, everything else as it is.
        args, kwargs: the arguments as they are after the call (modules as views).
        args_before, kwargs_before: the same before the call.
        gradients: one for each of `wrt` in `Learner.gradient`; None where none arrived.
        call: the call as text, for messages.

    >>> notebook = Learner(RequestHandler({"double": lambda x: 2 * x}).answer)
    >>> reply = notebook.call("double", 3)
    >>> reply.value, reply.call
    (6, 'double(3)')
    """

    value: Any
    args: list[Any]
    kwargs: dict[str, Any]
    args_before: list[Any] = field(repr=False)
    kwargs_before: dict[str, Any] = field(repr=False)
    gradients: list[Tensor | None]
    call: str


class Learner:
    """The learner's notebook, as a check sees it.

    All arguments and results pass as plain data (see `codec`): a function gets copies, and an object that pretends
    to be something else is refused. Every method raises `CheckFailed` with a message for the learner where the
    notebook has no such function, or the function raises or gives something that isn't plain data.

    Args:
        transport: where requests go; the notebook of this very process if None.

    Attributes:
        latest: the latest call of a function by its name, as text: what an answer's parts came from.

    >>> notebook = Learner(RequestHandler({"double": lambda x: 2 * x}).answer)  # a notebook of one function
    >>> notebook.call("double", 3).value
    6
    """

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport
        self.latest = ""

    @contextlib.contextmanager
    def reached_by(self, transport: Transport) -> Iterator[None]:
        """Send requests elsewhere for a while."""
        before, self._transport = self._transport, transport
        try:
            yield
        finally:
            self._transport = before

    def call(self, target: str | Handle | Method, /, *args: Any, **kwargs: Any) -> Reply:
        """Call a function by its name, or an object that was made before, or a method of it.

        Args:
            target: what to call.
            args, kwargs: plain data; a `Spec` arrives as the object built from it, a `Handle` as its object.
        """
        return self._call(target, args, kwargs)

    def gradient(
        self,
        target: str | Handle | Method,
        /,
        *args: Any,
        wrt: Sequence[int | str] = (0,),
        upstream: Tensor | None = None,
        **kwargs: Any,
    ) -> Reply:
        """Call a function and go backward through its result.

        Args:
            target, args, kwargs: as in `call`.
            wrt: the arguments whose gradients are wanted, by position or name: floating-point tensors.
            upstream: the gradient of the loss by the result, of the result's shape; ones if None.
        """
        return self._call(target, args, kwargs, wrt=list(wrt), upstream=upstream)

    def make(self, what: str | Spec | Handle | Method, /, *args: Any, **kwargs: Any) -> Handle:
        """Make an object in the learner's process and keep it there, for calls in several steps.

        Args:
            what: a specification; or what to call, as in `call`, the result being kept.
            args, kwargs: of that call.
        """
        if isinstance(what, Spec):
            made = self._ask(str(what), verb="keep", target=what)
        else:
            made = self._call(what, args, kwargs, keep=True)
        if not isinstance(made.value, Handle):
            raise _garbled(made.call)
        return made.value

    def look(self, at: Handle) -> Any:
        """What an object is now: a `ModuleView`, an `OptimizerView`, an `ObjectView`, or plain data."""
        return self._ask(str(at), verb="look", target=at).value

    def _call(
        self,
        target: str | Handle | Method,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        keep: bool = False,
        wrt: list[int | str] | None = None,
        upstream: Tensor | None = None,
    ) -> Reply:
        call = show_call(str(target), args, kwargs)
        if isinstance(target, str):
            self.latest = call
        wanted = {"args": list(args), "kwargs": kwargs, "keep": keep, "wrt": wrt, "upstream": upstream}
        reply = self._ask(call, verb="call", target=target, **wanted)
        if len(reply.gradients) != len(wrt or ()):
            raise _garbled(call)
        return reply

    def _ask(self, call: str, **request: Any) -> Reply:
        transport = self._transport or _this_notebook()
        message = codec.encode(request, spec.to_wire)
        try:
            return _read(transport(message), call)
        except Malformed as error:
            raise _garbled(call) from error
        except NoAnswer as error:
            raise NoAnswer(error.came, error.hint, call) from None


def _read(message: bytes, call: str) -> Reply:
    """Turn an answer of `RequestHandler.answer` into a reply."""
    match codec.decode(message, _revive):
        case {"raised": raised}:
            raise LearnerError(Raised.read(raised), call)
        case {"refused": str(reason)}:
            raise CheckFailed("an answer", reason, call=call)
        case {"breaches": [[str(expected), str(came), str(hint)], *_]}:
            raise CheckFailed(expected, came, hint, call)
        case {
            "value": bytes(value),
            "before": bytes(before),
            "after": bytes(after),
            "gradients": list(gradients),
            "breaches": [],
        }:
            return Reply(codec.decode(value, _revive), *_arguments(after), *_arguments(before), gradients, call)
    raise Malformed("no answer")


def _revive(tagged: Tagged) -> Any:
    return spec.from_wire(tagged) if tagged.tag == "handle" else views.from_wire(tagged)


def _arguments(message: bytes) -> tuple[list[Any], dict[str, Any]]:
    match codec.decode(message, _revive):
        case [list(args), dict(kwargs)]:
            return args, kwargs
    raise Malformed("no arguments")


def _garbled(call: str) -> NoAnswer:
    return NoAnswer("something that is no answer", "does the code write into file descriptors?", call)


@functools.cache
def _this_notebook() -> Transport:
    handler = RequestHandler(sys.modules["__main__"].__dict__)

    def transport(request: bytes) -> bytes:
        with contextlib.redirect_stderr(sys.stdout):  # stock nbgrader gives no points to a cell with any stderr
            return handler.answer(request)

    return transport


learner = Learner()
