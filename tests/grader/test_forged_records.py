"""What a check hands to a learner's function stays with the check: how it was used can't be forged from there.

And what a check knows itself is not taken from the learner's process: what it sent, and how exact an answer must be.
"""

from dataclasses import replace
from textwrap import dedent

import pytest

from classroom.checks import lending
from classroom.exchange.givens import Recorder
from classroom.judging.judge import UNCLEAR, Judgement, judge
from classroom.limits import Limits
from classroom.notebook.cells import Cell
from classroom.sandbox.fork_server import ForkServer, Session

pytestmark = pytest.mark.linux
SETUP = "import torch\nfrom torch import nn\nfrom classroom import expect, learner, spec, trials"
LIMITS = Limits(cell_seconds=20.0, call_seconds=10.0, memory_bytes=600 * 2**20)
TIMER = """
for times in ([1.0, 2.0, 30.0, 4.0, 3.0], [2.5, 0.5, 1.0]):
    work = learner.make(spec.given("Workload", times, start=5.0))
    reply = learner.call("median_seconds", work, work.method("clock"), len(times))
    expect.close(reply, sorted(times)[len(times) // 2])
    expect.equal(learner.look(work).attributes["calls"], len(times))
    expect.equal(reply.args[0].attributes["calls"], len(times))
"""
TIMES = """
def median_seconds(work, clock, repeats):
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return sorted(times)[repeats // 2]
"""
METRIC = """
metric = learner.make(spec.given("Recorder", [0.25, 0.5]))
expect.close(learner.call("best", [3, 4], metric), 4)
calls = learner.call(metric.method("record")).value["calls"]
expect.equal([call["args"] for call in calls], [(3,), (4,)])
"""
CHOOSES = """
def best(options, metric):
    return max(options, key=metric)
"""
TRAINER = """
network = spec.sequential(spec.layer("Linear", 4, 3), spec.layer("BatchNorm1d", 3), spec.layer("Linear", 3, 2))
trainer = learner.make(spec.given("SteppedTrainer"))
reply = learner.call("prune", network, trainer, 8)
record = learner.look(trainer).attributes
expect.equal(record, {"calls": 2, "zeros": [0, 8], "revived": [0, 0]})
expect.equal(learner.call(trainer.method("record")).value, record)
weights = [tensor for tensor in expect.module(reply).state().values() if tensor.ndim == 2]
expect.equal(sum(int((weight == 0).sum()) for weight in weights), 8)
"""
PRUNES = """
def prune(model, train, count):
    train(model)
    weights = [p for p in model.parameters() if p.ndim == 2]
    limit = torch.cat([w.detach().abs().flatten() for w in weights]).sort().values[count - 1]
    masks = [w.detach().abs() > limit for w in weights]
    def hold(model):
        with torch.no_grad():
            for weight, mask in zip(weights, masks):
                weight.mul_(mask)
    hold(model)
    train(model, hold)
    return model
"""
ANSWERS = {"timer": (TIMER, TIMES), "metric": (METRIC, CHOOSES), "trainer": (TRAINER, PRUNES)}
# One step at the end, and a record that says otherwise. `zeros` makes 8 zeros.
ZEROS = """
def zeros(model):
    with torch.no_grad():
        model[0].weight.view(-1)[:8] = 0
    return model
"""
RECORD = "{'calls': 2, 'zeros': [0, 8], 'revived': [0, 0]}"
FORGERIES = {
    "timer": {
        "its own attributes": """
            def median_seconds(work, clock, repeats):
                work.calls = repeats
                return sorted(work.seconds)[repeats // 2]
        """,
        "the object behind the clock": """
            def median_seconds(work, clock, repeats):
                clock.__self__.calls = repeats
                return sorted(vars(clock.__self__)["seconds"])[repeats // 2]
        """,
        "found in memory": """
            import gc
            def median_seconds(work, clock, repeats):
                found = [each for each in gc.get_objects() if type(each).__name__ == "Workload"][-1]
                found.calls = repeats
                return sorted(found.seconds)[repeats // 2]
        """,
        "its class replaced": """
            from classroom.exchange import givens
            made = []
            class Workload(givens.Workload):
                def __init__(self, seconds, start=0.0):
                    super().__init__(seconds, start)
                    self.calls = len(seconds)
                    made.append(seconds)
            Workload.__module__ = givens.__name__
            givens.Workload = Workload
            def median_seconds(work, clock, repeats):
                return sorted(made[-1])[repeats // 2]
        """,
        "its record replaced": """
            from classroom.exchange import givens, views
            def median_seconds(work, clock, repeats):
                givens.Workload.record = lambda self: {"calls": repeats}
                views.describe_any = lambda value, place_of: views.Tagged(
                    "object", {"class_name": "Workload", "attributes": {"calls": repeats}})
                return sorted(work.seconds)[repeats // 2]
        """,
        "the right count of calls, and times that nobody measured": """
            def median_seconds(work, clock, repeats):
                for _ in range(repeats):
                    work()
                return (clock() - 5.0) / repeats
        """,
        "questions that no stand-in asks": """
            def median_seconds(work, clock, repeats):
                for method in ("record", "__init__", "__setattr__", "seconds", "__class__", "_lent", ""):
                    try:
                        work._ask(method, ([1.0] * repeats,), {})
                    except TypeError:
                        pass
                work.number += 1
                work()
                return 3.0 if repeats == 5 else 1.0
        """,
    },
    "metric": {
        "its own attributes": """
            def best(options, metric):
                metric.calls += [{"args": (option,), "kwargs": {}} for option in options]
                return max(options)
        """,
        "its answers read": """
            def best(options, metric):
                metric.calls = [{"args": (option,), "kwargs": {}} for option in options]
                return options[metric.answers.index(max(metric.answers))]
        """,
        "its method replaced": """
            from classroom.exchange import givens
            givens.Recorder.record = lambda self: {"calls": [{"args": (n,), "kwargs": {}} for n in (3, 4)]}
            def best(options, metric):
                return 4
        """,
        "a dict in its place": """
            def best(options, metric):
                metric.__dict__.update(calls=[{"args": (3,), "kwargs": {}}, {"args": (4,), "kwargs": {}}])
                return 4
        """,
        "another of its class": """
            import gc
            def best(options, metric):
                for each in gc.get_objects():
                    if type(each).__name__ == "Recorder":
                        each(3), each(4)
                return 4
        """,
    },
    "trainer": {
        "its own attributes": """
            def prune(model, train, count):
                train.zeros, train.revived = [0, count], [0, 0]
                return zeros(model)
        """,
        "its method replaced": f"""
            from classroom.exchange import givens
            givens.SteppedTrainer.record = lambda self: {RECORD}
            def prune(model, train, count):
                train(model), train(model)
                return zeros(model)
        """,
        "its class replaced": f"""
            from classroom.exchange import givens
            class SteppedTrainer(givens.Trainer):
                def record(self):
                    return {RECORD}
            SteppedTrainer.__module__ = givens.__name__
            givens.SteppedTrainer = SteppedTrainer
            def prune(model, train, count):
                train(model)
                return zeros(model)
        """,
        "revivals forgotten": """
            def prune(model, train, count):
                train(model)
                train(zeros(model))
                train.revived = [0, 0]
                return zeros(model)
        """,
        "the description replaced": f"""
            from classroom.exchange import handler
            told = handler.codec.Tagged("object", {{"class_name": "SteppedTrainer", "attributes": {RECORD}}})
            real = handler.RequestHandler._describe_any
            def describe(self, value):
                return told if "Trainer" in type(value).__name__ else real(self, value)
            handler.RequestHandler._describe_any = describe
            def prune(model, train, count):
                train.record = lambda: {RECORD}
                return zeros(model)
        """,
        "begun and never gone on": """
            def prune(model, train, count):
                state = lambda: {"parameters": dict(model.named_parameters()), "buffers": {}}
                train._ask("begin", (state(),), {})
                zeros(model)
                train._ask("begin", (state(),), {})
                train._ask("begin", ({"parameters": {"w": 3}, "buffers": None},), {})
                return model
        """,
    },
}


def judged(check: str, answer: str, fork_server: ForkServer, **limits: float) -> Judgement:
    master = [
        Cell("setup", "locked", SETUP),
        Cell("answer", "solution", dedent(answer)),
        Cell("check", "test", check, 1.0),
    ]
    with Session(fork_server, LIMITS, 1) as session:
        return judge(master, master, session, seed=1, limits=Limits(**limits))


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_right_answer_passes(kind: str, locked: ForkServer) -> None:
    check, answer = ANSWERS[kind]
    judgement = judged(check, f"{SETUP}\n{answer}", locked)
    assert judgement.lost == {} and judgement.notes == []


@pytest.mark.parametrize(("kind", "how"), [(kind, how) for kind, forgeries in FORGERIES.items() for how in forgeries])
def test_a_forged_record_gains_nothing(kind: str, how: str, locked: ForkServer) -> None:
    judgement = judged(ANSWERS[kind][0], f"{SETUP}\n{ZEROS}\n{dedent(FORGERIES[kind][how])}", locked)
    assert list(judgement.lost) == ["check"]
    assert judgement.notes == []


SENT = """
x = torch.tensor([1.0, 2.0])
reply = learner.call("double", x, [1], spec.layer("Linear", 2, 1))
expect.close(reply, 2 * x)
expect.unchanged(reply)
expect.unchanged(reply, 0, 1, 2)
"""
LIES = {  # about what was sent, all by answers that change it
    "what is after the call was before it": """
        from classroom.exchange.handler import RequestHandler
        real = RequestHandler._call
        def lie(self, *args, **kwargs):
            told = real(self, *args, **kwargs)
            return told | {"before": told["after"]}
        RequestHandler._call = lie
        def double(x, items, layer):
            return x.mul_(2)
    """,
    "the same, in the message": """
        from classroom.exchange import codec
        from classroom.exchange.handler import RequestHandler
        real = RequestHandler.answer
        def answer(self, *args):
            told = codec.decode(real(self, *args))
            return codec.encode(told | {"before": told.get("after")})
        RequestHandler.answer = answer
        def double(x, items, layer):
            items.append(2)
            return 2 * x
    """,
    "it arrived so": """
        from classroom.exchange import codec
        real = codec.decode
        def decode(*args):
            wanted = real(*args)
            if wanted.get("args"):
                wanted["args"][0] *= 2
            return wanted
        codec.decode = decode
        def double(x, items, layer):
            return x
    """,
    "it was so when the function was found": """
        import sys
        from classroom.exchange.handler import RequestHandler
        def find(self, name):
            args = sys._getframe(1).f_locals["args"]
            args[0] *= 2
            return lambda x, *others: x
        RequestHandler._find = find
        def double(): pass
    """,
    "it was built so": """
        from classroom.exchange.spec import Spec
        real = Spec.build
        def build(self):
            layer = real(self)
            layer.weight.data.mul_(2)
            return layer
        Spec.build = build
        def double(x, items, layer):
            return 2 * x
    """,
}


@pytest.mark.parametrize("how", LIES)
def test_what_was_sent_is_not_for_the_learners_process_to_tell(how: str, locked: ForkServer) -> None:
    judgement = judged(SENT, f"{SETUP}\n{dedent(LIES[how])}", locked)
    assert list(judgement.lost) == ["check"] and judgement.notes == []
    assert "after the call" in judgement.lost["check"].message


SHARE = """
for share in (0.873, 0.129):
    expect.close(learner.call("percent", share), 100 * share)
    expect.close(learner.call("percent", share).value, 100 * share)
"""
PARTS = """
reply = learner.call("parts", torch.tensor([0.873, 0.129]))
expect.close(reply, {"all": torch.tensor([87.3, 12.9]), "each": [87.3, 12.9]})
"""
ROUNDED = {  # whole percents, as if no dtype could hold more
    "bfloat16": (SHARE, "def percent(share): return torch.tensor(round(100 * share), dtype=torch.bfloat16)"),
    "a scalar of NumPy's": (
        SHARE,
        "import numpy as np\ndef percent(share): return np.float16(100 * share)",
    ),
    "a parameter": (SHARE, "def percent(share): return nn.Parameter(torch.tensor(round(100 * share)).bfloat16())"),
    "in parts": (
        PARTS,
        "def parts(x):\n    x = (100 * x).round().bfloat16()\n    return {'all': x, 'each': [each for each in x]}",
    ),
    "a few of them": (
        PARTS,
        "def parts(x):\n    x = 100 * x\n    return {'all': x, 'each': list(x.round().bfloat16())}",
    ),
    "the argument's dtype changed": (
        SHARE.replace("share)", "torch.tensor(share))").replace("* torch.tensor(share))", "* share)"),
        "def percent(share):\n    share.data = share.bfloat16()\n    return (100 * share).round()",
    ),
}


@pytest.mark.parametrize("how", ROUNDED)
def test_an_answers_dtype_does_not_say_how_exact_it_must_be(how: str, locked: ForkServer) -> None:
    check, source = ROUNDED[how]
    judgement = judged(check, f"{SETUP}\n{source}", locked)
    assert list(judgement.lost) == ["check"] and judgement.notes == []
    assert "expected: " in judgement.lost["check"].message


ASKING = """
metric = learner.make(spec.given("Recorder", [1]))
try:
    reply = learner.call("ask", metric)
except AssertionError as error:
    expect.that(False, str(error), f"calls: {learner.look(metric).attributes['calls']}"[:200])
expect.equal(reply.value, "done")
"""
USES = {  # source, and what came of it
    "too many calls": (
        "def ask(metric):\n    for number in range(10**9): metric()",
        "what a check hands out can be called 100 times and with 16 MiB of arguments",
    ),
    "too many, whatever it says": (
        "def ask(metric):\n    for number in range(1000):\n        try: metric()\n        except TypeError: pass",
        "expected: 'done'",
    ),
    "too much": (
        "def ask(metric):\n    for number in range(1000): metric(torch.zeros(2**20))",
        "and with 16 MiB of arguments",
    ),
    "one that is too large": ("def ask(metric): metric(torch.zeros(2**25))", "too large to be sent"),
    "no plain data": ("def ask(metric): metric(torch.zeros(3).to_sparse())", "not plain data"),
    "without end": (
        "def ask(metric):\n    while True:\n        try: metric()\n        except TypeError: pass",
        "none within 1 s",
    ),
    "in a circle": (
        "def ask(metric):\n    for number in range(60): metric(metric, metric=metric)\n    return metric",
        "expected: 'done'",
    ),
    "within itself": ("def ask(metric):\n    metric(1)\n    return ask(metric)", "100 times"),
    "a wrong name": ("def ask(metric): metric._ask('record', (), {})", "Recorder has no record"),
    "another number": ("def ask(metric):\n    metric.number = 7\n    return metric", "Recorder#7, which a check"),
    "a guessed number": ("def ask(metric): metric._ask.func(7, '__call__', (), {})", "handed out by a check that has"),
    "no question": ("def ask(metric): return metric._ask.func.__self__._call_back(b'x' * 100)", "refused"),
    "half a message": (
        "def ask(metric):\n    import os\n    for number in range(3, 20):\n        try: os.write(number, b'\\0' * 7)\n"
        "        except OSError: pass",
        "something that is no answer",
    ),
    "another process": (
        "def ask(metric):\n    import os\n    if not os.fork():\n        try: metric()\n"
        "        except RuntimeError as error: os._exit(42 if 'process only' in str(error) else 0)\n"
        "        os._exit(0)\n"
        "    return os.waitstatus_to_exitcode(os.wait()[1])",
        "came: 42 (an int)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", USES)
def test_whatever_is_asked_back_costs_no_more_than_its_check(
    how: str, locked: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lending, "MOST_CALLS", 100)
    monkeypatch.setattr(lending, "MOST_BYTES", 2**24)
    source, came = USES[how]
    answer = f"{SETUP}\n{TIMES}\n{source}"
    master = [Cell("setup", "locked", SETUP), Cell("answer", "solution", answer)]
    master += [Cell("check", "test", ASKING, 1.0), Cell("after", "test", TIMER, 1.0)]
    with Session(locked, replace(LIMITS, call_seconds=1.0 if how == "without end" else 10.0), 1) as session:
        judgement = judge(master, master, session, seed=1)
    assert list(judgement.lost) == ["check"]
    assert came in judgement.lost["check"].message


def test_threads_ask_one_at_a_time(locked: ForkServer) -> None:
    source = """
        from concurrent.futures import ThreadPoolExecutor
        def ask(metric):
            with ThreadPoolExecutor(4) as pool:
                list(pool.map(metric, range(200)))
            return "done"
    """
    got = "sorted(call['args'][0] for call in learner.look(metric).attributes['calls'])"
    assert judged(f"{ASKING}\nexpect.equal({got}, list(range(200)))", f"{SETUP}\n{dedent(source)}", locked).lost == {}


@pytest.mark.parametrize("later", ["the next call", "the next cell"])
def test_what_was_handed_out_is_of_no_use_later(later: str, locked: ForkServer) -> None:
    answer = (
        "kept = []\ndef ask(metric):\n    kept.append(metric)\n    return 'done'\ndef use():\n    return kept[0](1)"
    )
    master = [Cell("setup", "locked", SETUP), Cell("answer", "solution", answer), Cell("check", "test", ASKING, 1.0)]
    master += [Cell("", "extra", "kept[0](1)"), Cell("used", "test", "learner.call('use')", 1.0)]
    with Session(locked, LIMITS, 1) as session:
        judgement = judge(master, master, session, seed=1)
    assert list(judgement.lost) == ["used"]
    if later == "the next cell":
        assert "while the check waits, and no longer" in judgement.notes[0]
    else:
        assert "handed out by a check that has ended" in judgement.lost["used"].message


def test_a_question_that_keeps_the_check_busy_ends_the_check(
    locked: ForkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(self: Recorder) -> None:
        while True:
            pass

    monkeypatch.setattr(Recorder, "__call__", endless)
    answer = f"{SETUP}\n{TIMES}\ndef ask(metric): metric()"
    master = [Cell("setup", "locked", SETUP), Cell("answer", "solution", answer)]
    master += [Cell("check", "test", ASKING, 1.0), Cell("after", "test", TIMER, 1.0)]
    with Session(locked, LIMITS, 1) as session:
        judgement = judge(master, master, session, seed=1, limits=Limits(check_seconds=0.3))
    assert list(judgement.lost) == ["check"]
    assert judgement.lost["check"].status == UNCLEAR
    assert "the check computed for more than 0.3 s" in judgement.lost["check"].message
