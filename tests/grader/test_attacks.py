"""Answers that try to get points without being right, or to break the judge: none gets more than honest work would."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch

from classroom.authoring.harness import Answer, submission
from classroom.checks.calls import Learner
from classroom.exchange.failures import CheckFailed, NoAnswer
from classroom.judging.judge import Judgement, judge
from classroom.notebook.cells import Cell
from classroom.sandbox.fork_server import ForkServer, Limits, Session

LIMITS = Limits(cell_seconds=20.0, call_seconds=10.0)
IMPATIENT = Limits(cell_seconds=2.0, call_seconds=1.0)  # only where something takes forever
WRONG = "def fake_quantize(x, scale, zero_point, bits):\n    return x\n"

Judge = Callable[..., Judgement]


@pytest.fixture(scope="module")
def fork_server(locked: ForkServer) -> ForkServer:
    """All of this happens in the sandbox."""
    return locked


@pytest.fixture
def judged(fork_server: ForkServer, straight_through: list[Cell]) -> Judge:
    """Judge the first assignment with this source for its function."""

    def run(source: str) -> Judgement:
        submitted = submission(straight_through, Answer("attack", f'"""Attack."""\n{source}'))
        with Session(fork_server, LIMITS, 1) as session:
            return judge(straight_through, submitted, session, seed=1)

    return run


def everything(judgement: Judgement) -> set[str]:
    return {result.name for result in judgement.results if result.status != "by hand"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ("Yes()", "__main__.Yes, not plain data"),
        ("[Yes()]", "the part [0] is of type __main__.Yes"),
        ("Loud('1')", "__main__.Loud, not plain data"),
        ("torch.Tensor._make_subclass(Pretender, x)", "__main__.Pretender, not plain data"),
        ("torch.zeros(1).expand(2**28)", "the data are too large"),
        ("torch.zeros(2**28, dtype=torch.uint8)", "the data are too large"),
        ("nested(10_000)", "nested more than"),
        ("cycle()", "nested more than"),
        ("x.to_sparse()", "a torch.sparse_coo tensor"),
        ("x.to('meta')", "on meta"),
        ("lambda: x", "function, not plain data"),
        ("2**2000", "an integer of more than"),
        ("torch.full_like(x, float('nan'))", "came: nan"),
    ],
)
def test_a_result_that_is_not_what_it_pretends_is_refused(judged: Judge, result: str, reason: str) -> None:
    source = f"""
class Yes:
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return lambda *args, **kwargs: Yes()

class Loud(str):
    pass

class Pretender(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return True

def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value

def cycle():
    value = []
    value.append(value)
    return value

def fake_quantize(x, scale, zero_point, bits):
    return {result}
"""
    judgement = judged(source)
    assert judgement.points == 0 or set(judgement.lost) == everything(judgement) - {"quantize_keeps_input"}
    assert reason in judgement.lost["quantize_values"].message


def test_patching_what_checks_use_changes_nothing(judged: Judge) -> None:
    honest = judged(WRONG)
    patched = judged(
        f"""
import builtins, sys
import numpy
import classroom.checks.compare, classroom.checks.expect, classroom.judging.judge

class AssertionError(BaseException):
    pass

builtins.AssertionError = AssertionError
builtins.isinstance = lambda *args: True
torch.allclose = torch.equal = lambda *args, **kwargs: True
torch.isclose = lambda a, b, **kwargs: torch.ones_like(a, dtype=torch.bool)
numpy.testing.assert_allclose = lambda *args, **kwargs: None
classroom.checks.compare.difference = lambda *args, **kwargs: None
classroom.checks.expect.close = classroom.checks.expect.gradient = lambda *args, **kwargs: None
classroom.judging.judge.run_check = lambda *args: None
sys.exit = exit = quit = lambda *args: None
{WRONG}"""
    )
    assert set(honest.lost) == {"quantize_values", "gradient_stops"}
    assert set(patched.lost) >= set(honest.lost)


def test_output_does_not_reach_the_judge(judged: Judge, straight_through: list[Cell]) -> None:
    solution = next(cell.source for cell in straight_through if cell.name == "fake_quantize")
    noisy = solution.replace(
        "    largest =",
        "    import os, sys, warnings\n"
        "    print('x' * 10**6); print('y' * 10**6, file=sys.stderr); warnings.warn('look out')\n"
        "    os.write(1, bytes(10**6)); os.write(2, bytes(10**6))\n"
        "    largest =",
    )
    assert "os.write" in noisy
    assert judged(noisy).lost == {}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import os; os._exit(0)", "the process ended"),
        ("import os; os.abort()", "the process ended"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the process ended"),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise KeyboardInterrupt", "the process ended"),
        ("[os.write(number, bytes(64)) for number in wires()]; return x", "something that is no answer"),
        ("[os.write(number, b'\\x7f' * 64) for number in wires()]; return x", "something that is no answer"),
        ("[os.close(number) for number in wires()]; return x", "the process ended"),
        ("codec.encode = lambda *args: b'nonsense'; return x", "something that is no answer"),
        ("codec.encode = lambda *args: __import__('pickle').dumps(x); return x", "something that is no answer"),
    ],
)
def test_a_process_that_ends_or_talks_nonsense_fails_that_check_only(
    fork_server: ForkServer, registered_projector: list[Cell], body: str, reason: str
) -> None:
    source = f'''"""Attack."""
import os, stat
from classroom.exchange import codec

def wires():
    return [n for n in range(3, 64) if os.path.exists(f"/proc/self/fd/{{n}}") and stat.S_ISSOCK(os.fstat(n).st_mode)]

def make_optimizer(student, hint, lr):
    x = None
    {body}
'''
    with Session(fork_server, LIMITS, 1) as session:
        judgement = judge(registered_projector, submission(registered_projector, Answer("", source)), session, seed=1)
    assert set(judgement.lost) == {"optimizer_holds_both", "projector_moves"}
    assert reason in judgement.lost["optimizer_holds_both"].message


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(10**6)",
    ],
)
def test_an_endless_loop_costs_its_checks_and_no_more(
    fork_server: ForkServer, registered_projector: list[Cell], body: str
) -> None:
    source = f'"""Attack."""\ndef make_optimizer(student, hint, lr):\n    {body}\n'
    with Session(fork_server, IMPATIENT, 1) as session:
        judgement = judge(registered_projector, submission(registered_projector, Answer("", source)), session, seed=1)
    assert set(judgement.lost) == {"optimizer_holds_both", "projector_moves"}
    assert "none within 1 s" in judgement.lost["optimizer_holds_both"].message
    assert "an endless loop" in judgement.lost["optimizer_holds_both"].message


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
        ("def broken(:", "raised SyntaxError"),
        ("import os; os._exit(1)", "the process ended"),
        ("while True: pass", "none within"),
        ("exit()", ""),
        ("%matplotlib inline\n%timeit -n1 -r1 pass\n!true\ninput()", "raised"),
        ("del fake_quantize\nimport builtins; del builtins.print", "raised NameError"),
        ("%%time\nprint('fine')", ""),
        ("await __import__('asyncio').sleep(0)", ""),
    ],
)
def test_a_broken_extra_cell_costs_nothing(
    fork_server: ForkServer, straight_through: list[Cell], cell: str, note: str
) -> None:
    submitted = [straight_through[0], Cell("", "extra", cell), *straight_through[1:]]
    limits = IMPATIENT if "while True" in cell else LIMITS
    with Session(fork_server, limits, 1) as session:
        judgement = judge(straight_through, submitted, session, seed=1)
    assert judgement.lost == {}
    assert len(judgement.notes) == bool(note)
    assert note in "".join(judgement.notes)


def test_the_tests_are_not_in_the_learners_process(
    fork_server: ForkServer, straight_through: list[Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADEBOOK_PASSWORD", "secret")
    needle = "values out of range must be " + "clipped to the smallest"
    assert any(needle in cell.source for cell in straight_through)
    spy = f"""
import gc, os, sys

def look_around():
    needle = "".join([{needle[:20]!r}, {needle[20:]!r}])
    found = [type(each).__name__ for each in gc.get_objects() if needle in str(each)[:100_000]]
    private = ("classroom.judging.judge", "classroom.authoring.harness", "test_attacks")
    names = [name for name in sys.modules if name in private]
    frame, frames = sys._getframe(), []
    while frame:
        frames.append(frame.f_code.co_name)
        frame = frame.f_back
    judge = [name for name in frames if name in ("judge", "run_check")]
    files, environment = os.listdir("."), sorted(os.environ)
    return {{"objects": found, "modules": names, "judge": judge, "files": files, "environment": environment}}
"""
    with Session(fork_server, LIMITS, 1) as session:
        session.run(spy)
        seen = Learner(session.ask).call("look_around").value
    assert seen["objects"] == seen["modules"] == seen["judge"] == seen["files"] == []
    assert "GRADEBOOK_PASSWORD" not in seen["environment"]


def test_what_a_learner_starts_ends_with_the_session_without_a_sandbox_too() -> None:
    with ForkServer() as open_server, Session(open_server, LIMITS, 1) as session:
        session.run("import subprocess\ndef start():\n    return subprocess.Popen(['sleep', '1000']).pid")
        ending = os.pidfd_open(Learner(session.ask).call("start").value)
        session.close()
        ended, _, _ = select.select([ending], [], [], 30)
    os.close(ending)
    assert ended


def test_an_endless_loop_ends_with_a_judge_that_is_killed() -> None:
    started = """
import os
from classroom.sandbox.fork_server import ForkServer, Limits, Session
from classroom.checks.calls import Learner
server = ForkServer()
session = Session(server, Limits(), 1)
session.run("def own():\\n    import os\\n    return os.getpid()\\ndef loop():\\n    while True: pass")
print(Learner(session.ask).call("own").value, server._process.pid, flush=True)
Learner(session.ask).call("loop")
"""
    judge = subprocess.Popen([sys.executable, "-c", started], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    learner, server = map(int, judge.stdout.readline().split())
    ending = os.pidfd_open(learner)
    os.kill(server, signal.SIGKILL)  # first, so that it can't see to its children
    judge.kill()
    judge.communicate()
    ended, _, _ = select.select([ending], [], [], 30)
    os.close(ending)
    if not ended:
        os.kill(learner, signal.SIGKILL)
    assert ended


def test_sessions_share_neither_globals_nor_random_numbers(fork_server: ForkServer) -> None:
    with Session(fork_server, LIMITS, 1) as one, Session(fork_server, LIMITS, 2) as other:
        one.run("import torch\ntorch.mine = 1\ndef draw(): return torch.rand(3)")
        other.run("import torch\ndef draw(): return torch.rand(3)\ndef spy(): return hasattr(torch, 'mine')")
        assert Learner(other.ask).call("spy").value is False
        drawn = [Learner(session.ask).call("draw").value for session in (one, other)]
    assert not torch.equal(*drawn)


def test_after_a_restart_the_cells_are_there_again(fork_server: ForkServer) -> None:
    with Session(fork_server, LIMITS, 1) as session:
        session.run("count = 0\ndef step():\n    global count; count += 1\n    return count")
        session.run("def leave():\n    import os; os._exit(0)")
        ask = Learner(session.ask)
        assert ask.call("step").value == 1
        with pytest.raises(NoAnswer, match="the process ended"):
            ask.call("leave")
        assert ask.call("step").value == 1


def test_a_handle_of_an_ended_process_is_gone(fork_server: ForkServer) -> None:
    with Session(fork_server, LIMITS, 1) as session:
        session.run("def make(): return object()\ndef leave():\n    import os; os._exit(0)")
        ask = Learner(session.ask)
        held = ask.make("make")
        with pytest.raises(NoAnswer):
            ask.call("leave")
        with pytest.raises(CheckFailed, match="gone"):
            ask.look(held)
