"""What a check hands out stays with it: it is built here, and the learner's process calls back to use it."""

import copy

from classroom.exchange import codec, spec, stand_ins, views
from classroom.exchange.codec import Tagged
from classroom.exchange.failures import CheckFailed, TooLong, cut
from classroom.exchange.handler import MOST_HELD, CallBack
from classroom.exchange.spec import Lent, Spec
from classroom.exchange.views import ObjectView

MOST_CALLS = 5_000  # back, during one call of a learner's function
MOST_BYTES = 4 * codec.LIMIT_BYTES  # of all of them: a recorder keeps what it gets


class Lending:
    """The callables of `givens` that one check has handed out.

    >>> lending = Lending()
    >>> work = lending.lend(spec.given("Workload", [2.0]))
    >>> print(work, lending.seen(work).attributes)
    Workload#1 {'calls': 0}
    """

    def __init__(self) -> None:
        self._lent: dict[int, stand_ins.Given] = {}
        self._count = 0

    def lend(self, wanted: Spec) -> Lent:
        """Build one."""
        self._count += 1
        self._lent[self._count] = wanted.build()
        self._lent.pop(self._count - MOST_HELD, None)
        return Lent(self._count, wanted.name)

    def seen(self, lent: Lent) -> ObjectView:
        """How one was used.

        Raises:
            CheckFailed: it is gone, or was never there: a number may come from a learner's process.
        """
        if lent.number not in self._lent:
            raise CheckFailed(f"{lent}, which a check has handed out", "another one, or it is gone: run the cell again")
        return ObjectView(lent.label, copy.deepcopy(self._lent[lent.number].record()))

    def revive(self, tagged: Tagged) -> object:
        """What a learner's process has described: the hook of `codec.decode`."""
        match spec.from_wire(tagged):
            case Lent() as lent:
                return self.seen(lent)
            case spec.Handle() as handle:
                return handle
        return views.from_wire(tagged)

    def call_back(self) -> CallBack:
        """What answers the questions of one call, as often and with as much as the limits allow.

        It computes on plain data and asks the learner's process nothing, so that no question has another one in it.
        """
        calls = size = 0

        def answer(question: bytes) -> bytes:
            nonlocal calls, size
            calls, size = calls + 1, size + len(question)
            if calls > MOST_CALLS or size > MOST_BYTES:
                limit = f"{MOST_CALLS:,} times and with {MOST_BYTES >> 20} MiB of arguments"
                return codec.encode({"refused": f"what a check hands out can be called {limit}, and no more"})
            try:
                match codec.decode(question, _revive_argument):
                    case [int(number), str(method), list(args), dict(kwargs)] if number in self._lent:
                        return codec.encode({"value": stand_ins.use(self._lent[number], method, args, kwargs)})
                return codec.encode({"refused": "it is gone: it was handed out by a check that has ended"})
            except (TooLong, MemoryError):
                raise
            except Exception as error:  # noqa: BLE001  it works on whatever a learner's process has sent
                return codec.encode({"refused": cut(str(error), 200)})

        return answer


def _revive_argument(tagged: Tagged) -> object:
    """Of what was lent, the name alone: a record that holds records, its own among them, would double in each call."""
    return spec.from_wire(tagged) or views.from_wire(tagged)
