"""How a check reaches the learner's functions: the same calls in the learner's kernel and from the judge."""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from classroom.checks.lending import Lending
from classroom.checks.sent import as_seen, precisions
from classroom.exchange import codec, spec
from classroom.exchange.codec import Malformed
from classroom.exchange.failures import CheckFailed, LearnerError, NoAnswer, Raised
from classroom.exchange.handler import CallBack, RequestHandler
from classroom.exchange.show import show_call
from classroom.exchange.spec import Handle, Lent, Method, Spec

Transport = Callable[[bytes, CallBack], bytes]  # from a request to its answer; see RequestHandler.answer
Arguments = tuple[list[Any], dict[str, Any]]


@dataclass(frozen=True)
class Reply:
    """What a call gave.

    Attributes:
        value: the result. Modules and optimizers come as views, everything else as it is.
        args, kwargs: the arguments as they are after the call, as the learner's process tells (modules as views).
        gradients: one for each of `wrt` in `Learner.gradient`; None where none arrived.
        call: the call as text, for messages.
        read_sent: gives the arguments before the call; few checks look at them.

    >>> notebook = Learner(RequestHandler({"double": lambda x: 2 * x}).answer)
    >>> reply = notebook.call("double", 3)
    >>> reply.value, reply.call
    (6, 'double(3)')
    """

    value: Any
    args: list[Any]
    kwargs: dict[str, Any]
    gradients: list[Tensor | None]
    call: str
    read_sent: Callable[[], Arguments] = field(default=lambda: ([], {}), repr=False)

    @property
    def args_before(self) -> list[Any]:
        """The arguments before the call: what was sent. Of an object that lives there, what its process tells."""
        return self._sent[0]

    @property
    def kwargs_before(self) -> dict[str, Any]:
        """The same of those with names."""
        return self._sent[1]

    @property
    def precisions(self) -> set[torch.dtype]:
        """The floating-point dtypes among the arguments before the call, those of modules' parameters included."""
        return set(precisions(self._sent))

    @functools.cached_property
    def _sent(self) -> Arguments:
        return self.read_sent()


class Learner:
    """The learner's notebook, as a check sees it.

    All arguments and results pass as plain data (see `codec`): a function gets copies, and an object that pretends
    to be something else is refused. Every method raises `CheckFailed` with a message for the learner where the
    notebook has no such function, or the function raises or gives something that isn't plain data.

    Args:
        transport: where requests go; the notebook of this very process if None.

    Attributes:
        latest: the latest call of a function by its name, as text: what an answer's parts came from.
        precisions: the floating-point dtypes that were sent in it.

    >>> notebook = Learner(RequestHandler({"double": lambda x: 2 * x}).answer)  # a notebook of one function
    >>> notebook.call("double", 3).value
    6
    """

    def __init__(self, transport: Transport | None = None) -> None:
        self._transport = transport
        self._lending = Lending()
        self.latest = ""
        self._latest_reply: Reply | None = None

    @property
    def precisions(self) -> set[torch.dtype]:
        return self._latest_reply.precisions if self._latest_reply else set()

    @contextlib.contextmanager
    def reached_by(self, transport: Transport) -> Iterator[None]:
        """Send requests elsewhere for a while, as from a learner that nobody has called yet."""
        before = self._transport, self._lending, self.latest, self._latest_reply
        self._transport, self._lending, self.latest, self._latest_reply = transport, Lending(), "", None
        try:
            yield
        finally:
            self._transport, self._lending, self.latest, self._latest_reply = before

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
        if isinstance(what, Spec) and what.kind == "given":
            return self._lending.lend(what)
        if isinstance(what, Spec):
            made = self._ask(str(what), verb="keep", target=what)
        else:
            made = self._call(what, args, kwargs, keep=True)
        if not isinstance(made.value, Handle):
            raise _garbled(made.call)
        return made.value

    def look(self, at: Handle) -> Any:
        """What an object is now: a `ModuleView`, an `OptimizerView`, an `ObjectView`, or plain data."""
        if isinstance(at, Lent):
            return self._lending.seen(at)
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
        if isinstance(target, Method) and isinstance(target.of, Lent) and target.name == "record":
            return Reply(self.look(target.of).attributes, [], {}, [], call)
        sent: Arguments = [self._lent(arg) for arg in args], {key: self._lent(arg) for key, arg in kwargs.items()}
        wanted = {"args": sent[0], "kwargs": sent[1], "keep": keep, "wrt": wrt, "upstream": upstream}
        reply = self._ask(call, verb="call", target=target, **wanted)
        if len(reply.gradients) != len(wrt or ()):
            raise _garbled(call)
        seen = {key: self.look(arg) for key, arg in [*enumerate(sent[0]), *sent[1].items()] if isinstance(arg, Lent)}
        args_after = [seen.get(place, arg) for place, arg in enumerate(reply.args)]
        reply = replace(reply, args=args_after, kwargs=reply.kwargs | {k: v for k, v in seen.items() if k in sent[1]})
        if isinstance(target, str):
            self._latest_reply = reply
        return reply

    def _lent(self, value: Any) -> Any:
        return self._lending.lend(value) if isinstance(value, Spec) and value.kind == "given" else value

    def _ask(self, call: str, **request: Any) -> Reply:
        transport = self._transport or _this_notebook()
        message = codec.encode(request, spec.to_wire)
        try:
            return self._read(transport(message, self._lending.call_back()), message, call)
        except Malformed as error:
            raise _garbled(call) from error
        except NoAnswer as error:
            raise NoAnswer(error.came, error.hint, call) from None

    def _read(self, answer: bytes, request: bytes, call: str) -> Reply:
        """Turn an answer of `RequestHandler.answer` into a reply."""
        revive = self._lending.revive
        match codec.decode(answer, revive):
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
                told, seen = _arguments(codec.decode(before, revive)), _arguments(codec.decode(after, revive))
                return Reply(codec.decode(value, revive), *seen, gradients, call, lambda: _sent(request, told))
        raise Malformed("no answer")


def _arguments(message: Any) -> Arguments:
    match message:
        case [list(args), dict(kwargs)]:
            return args, kwargs
    raise Malformed("no arguments")


def _sent(request: bytes, told: Arguments) -> Arguments:
    """The arguments of a request, read again: a check may have changed them since."""
    wanted = codec.decode(request, spec.from_wire)
    return as_seen(wanted["args"], told[0]), as_seen(wanted["kwargs"], told[1])


def _garbled(call: str) -> NoAnswer:
    return NoAnswer("something that is no answer", "does the code write into file descriptors?", call)


@functools.cache
def _this_notebook() -> Transport:
    handler = RequestHandler(sys.modules["__main__"].__dict__)

    def transport(request: bytes, call_back: CallBack) -> bytes:
        with contextlib.redirect_stderr(sys.stdout):  # stock nbgrader gives no points to a cell with any stderr
            return handler.answer(request, call_back)

    return transport


learner = Learner()
