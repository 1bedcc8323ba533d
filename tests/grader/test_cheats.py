"""The cheat collection: no point that the wrong answer under a cheat would not get, no trace outside of the sandbox.

Each file of `cheats/` is written like one of `wrong_answers/`: its docstring says which checks it must lose, and part
of a message. Where it tries to get at something, its function `tried()` tells what it got.
"""

import os
import site
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

import classroom
import compresslab
from classroom.authoring.harness import Answer, read_answer, submission
from classroom.authoring.verdicts import Table
from classroom.checks.calls import Learner
from classroom.judging.judge import PASSED, Judgement, judge
from classroom.limits import Limits
from classroom.notebook.cells import Cell
from classroom.sandbox.fork_server import ForkServer, Session

pytestmark = pytest.mark.linux
CHEATS = sorted(Path(__file__).parent.glob("cheats/straight_through/*.py"))
WRONG = Answer("wrong", '"""Does nothing."""\ndef fake_quantize(x, scale, zero_point, bits):\n    return x\n')
SECRET = "swordfish-of-the-instructor"  # cheats/straight_through/reads_environment.py looks for it
LIMITS = Limits(
    cell_seconds=30.0,
    call_seconds=20.0,
    submission_seconds=90.0,
    memory_bytes=600 * 2**20,
    processes=20,
    disk_bytes=16 * 2**20,
)
CHANGED = {  # where a cheat waits for a limit
    "endless_call": {"call_seconds": 0.5},
    "endless_cell": {"cell_seconds": 1.0},
    "slow_drip": {"submission_seconds": 3.0},
}
BOMBS = ["time_bomb_thread", "time_bomb_process"]


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canary")
    (folder / "precious.txt").write_text("precious")
    return folder


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port of loopback outside of the sandbox, and who called there or at an abstract name."""
    called: list[str] = []
    servers = {"loopback": socket.create_server(("127.0.0.1", 0)), "abstract": socket.socket(socket.AF_UNIX)}
    servers["abstract"].bind("\0classroom-cheat-listener")
    servers["abstract"].listen()

    def listen(name: str) -> None:
        try:
            while True:
                servers[name].accept()[0].close()
                called.append(name)
        except OSError:
            return

    threads = [threading.Thread(target=listen, args=(name,), daemon=True) for name in servers]
    for thread in threads:
        thread.start()
    yield servers["loopback"].getsockname()[1], called
    for server in servers.values():
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join(10)


@pytest.fixture(scope="module", autouse=True)
def secret() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADEBOOK_PASSWORD", SECRET)
        yield


def world(fork_server: ForkServer, canary: Path) -> dict[str, Any]:
    """What a cheat must not change."""
    packages = [Path(folder) for folder in site.getsitepackages() if Path(folder).is_dir()]
    modules = [Path(module.__file__ or "").parent for module in (torch, classroom, compresslab)]
    processes = psutil.Process(fork_server._process.pid).children(recursive=True)
    return {
        "canary": {path.name: path.read_bytes() for path in canary.iterdir()},
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "packages": [sorted(path.name for path in folder.iterdir()) for folder in packages + modules],
        "fork_server": sorted(process.pid for process in processes),
        "left behind": left_behind(),
        "judge": (torch.equal, torch.allclose, os.write, len(list(Path("/proc/self/fd").iterdir()))),
    }


def left_behind() -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"cheat-left-behind" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def points(judgement: Judgement) -> set[str]:
    return {result.name for result in judgement.results if result.status == PASSED}


def judged(master: list[Cell], submitted: list[Cell], fork_server: ForkServer, limits: Limits = LIMITS) -> Judgement:
    with Session(fork_server, limits, 1) as session:
        return judge(master, submitted, session, seed=1)


@pytest.fixture(scope="module")
def wrong(locked: ForkServer, straight_through: list[Cell]) -> set[str]:
    """The checks that are passed without a cheat."""
    return points(judged(straight_through, submission(straight_through, WRONG), locked))


@pytest.fixture
def prepared(canary: Path, listener: tuple[int, list[str]]):
    """An answer with the test's own folder and port in it."""

    def prepare(path: Path) -> Answer:
        answer = read_answer(path)
        source = answer.source.replace('CANARY = "/nowhere"', f'CANARY = "{canary}"')
        return replace(answer, source=source.replace("PORT = 0", f"PORT = {listener[0]}"))

    return prepare


@pytest.mark.parametrize("path", CHEATS, ids=lambda path: path.stem)
def test_a_cheat_gets_no_more_than_its_wrong_answer_and_leaves_no_trace(
    path: Path,
    prepared,
    locked: ForkServer,
    straight_through: list[Cell],
    wrong: set[str],
    canary: Path,
    listener: tuple[int, list[str]],
    table: Table,
) -> None:
    answer = prepared(path)
    master, tried = straight_through, {}
    before = world(locked, canary)
    with Session(locked, replace(LIMITS, **CHANGED.get(path.stem, {})), 1) as session:
        judgement = judge(master, submission(master, answer), session, seed=1)
        if "def tried()" in answer.source:
            tried = Learner(session.ask).call("tried").value
            assert tried
    table.add("straight_through", "cheats", path.stem, judgement.lost.values())
    assert points(judgement) <= wrong
    assert len(judgement.results) == sum(cell.kind in ("test", "written") for cell in master)
    assert answer.loses and set(answer.loses) <= set(judgement.lost)
    assert all(result.message for result in judgement.lost.values())
    assert answer.says and answer.says in "\n".join(judgement.lost[name].message for name in answer.loses)
    assert {name for name, got in tried.items() if got} == set()
    assert world(locked, canary) == before
    assert listener[1] == []

    after = judged(master, master, locked)
    assert after.lost == {}
    assert after.notes == []
    assert world(locked, canary) == before


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_that_still_ticks_harms_nobody_who_is_judged_meanwhile(
    name: str, prepared, locked: ForkServer, straight_through: list[Cell], canary: Path
) -> None:
    """Harder than what happens: a submission's processes have all ended before the next one starts."""
    bomb = prepared(next(path for path in CHEATS if path.stem == name))
    look = 'from pathlib import Path\nimport time\ntime.sleep(0.3)\nprint(*Path("/tmp").glob("*/boom"), "none")'
    look += '\nprint(*Path("/tmp").glob("boom"), *Path("/dev/shm").glob("boom"), "none")'
    with Session(locked, LIMITS, 2) as session:
        for cell in submission(straight_through, bomb):
            if cell.is_code and cell.kind != "test":
                assert session.run(cell.source) is None
        session.run("import time; from pathlib import Path; time.sleep(0.3); print(Path('/tmp/boom').exists())")
        assert session.output == "True\n", "it does not tick"
        honest = judged(straight_through, [*straight_through, Cell("", "extra", look)], locked)
        session.run("1 + 1")
        assert session.output == "2\n"
    assert honest.lost == {}
    assert honest.ran[-1].output == "none\nnone\n"
    assert [path.name for path in canary.iterdir()] == ["precious.txt"]
    assert left_behind() == []


SOLUTION = """
import sys, warnings
from tqdm import tqdm
warnings.warn("look out")
for _ in tqdm(range(3)):
    print("to stderr", file=sys.stderr)
"""
IN_CALL = (
    "    import sys, warnings\n    warnings.warn('deprecated', DeprecationWarning)\n    print('!', file=sys.stderr)\n"
)


def changed(master: list[Cell], how: str) -> list[Cell]:
    """An honest submission with something odd about it."""
    place = next(place for place, cell in enumerate(master) if cell.name == "fake_quantize")
    cell = master[place]
    rest = [each for each in master if each is not cell]
    head, body = cell.source.split("\n", 1)
    match how:
        case "warnings and a progress bar in the cell":
            return [*master[:place], replace(cell, source=SOLUTION + cell.source), *master[place + 1 :]]
        case "warnings in the call":
            return [*master[:place], replace(cell, source=f"{head}\n{IN_CALL}{body}"), *master[place + 1 :]]
        case "exit()":
            return [*master[:place], replace(cell, source=f"{cell.source}\nexit()"), *master[place + 1 :]]
        case "sys.exit() in an extra cell":
            return [*master, Cell("", "extra", "import sys; sys.exit()")]
        case "os._exit() in an extra cell":
            return [*master[:place], Cell("", "extra", "import os; os._exit(1)"), *master[place:]]
        case "the answer at the end":
            return [*rest, cell]
        case "the answer at the start":
            return [cell, *rest]
        case "checks upside down":
            return [*master[: place + 1], *master[:place:-1]]
        case "the answer twice":
            return [*master[: place + 1], cell, *master[place + 1 :]]
        case "an old answer before the right one":
            old = replace(cell, source=WRONG.source)
            return [*master[:place], old, *master[place:]]
        case "checks twice":
            return [*master, *(each for each in master if each.kind == "test")]
        case "checks deleted":
            return [each for each in master if each.kind != "test"]
        case "checks emptied":
            return [replace(each, source="") if each.kind == "test" else each for each in master]
        case "given cells deleted":
            return [each for each in master if each.kind != "locked"]
        case "given cells at the end":
            return sorted(master, key=lambda each: each.kind == "locked")
        case "names lost":
            return [replace(each, name="") for each in master]
        case "kinds changed":
            return [replace(each, kind="extra") for each in master]
        case "extra cells that raise":
            raising = [Cell("", "extra", text) for text in ("1 / 0", "def (", "raise KeyboardInterrupt", "%nomagic")]
            return [*raising, *master, *raising]
        case "a debugger's breakpoint":
            return [*master[:place], Cell("", "extra", "breakpoint()"), *master[place:]]
    raise ValueError(how)


ODDITIES = [
    "warnings and a progress bar in the cell", "warnings in the call", "exit()", "sys.exit() in an extra cell",
    "os._exit() in an extra cell", "the answer at the end", "the answer at the start", "checks upside down",
    "the answer twice", "an old answer before the right one", "checks twice", "checks deleted", "checks emptied",
    "given cells deleted", "given cells at the end", "names lost", "kinds changed", "extra cells that raise",
    "a debugger's breakpoint",
]  # fmt: skip


@pytest.mark.parametrize("how", ODDITIES)
def test_an_innocent_oddity_costs_nothing(how: str, locked: ForkServer, straight_through: list[Cell]) -> None:
    honest = judged(straight_through, changed(straight_through, how), locked)
    assert honest.lost == {}
    assert honest.points == sum(cell.points for cell in straight_through if cell.kind == "test")


def test_every_cheat_is_small_and_says_what_it_tries() -> None:
    assert len(CHEATS) >= 40
    for path in CHEATS:
        source = path.read_text(encoding="utf-8")
        assert source.startswith('"""') and source.split("\n", 1)[0].endswith("."), path.stem
        assert len(source.splitlines()) < 80, path.stem
