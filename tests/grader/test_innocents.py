"""What an honest notebook may do besides its task, and loses no point for: settings, streams, pools, large plots."""

import os
from pathlib import Path

import pytest

from classroom.authoring.harness import InProcess
from classroom.exchange.failures import Raised
from classroom.judging.judge import Judgement, judge
from classroom.limits import Limits
from classroom.notebook.cells import Cell, read
from classroom.sandbox.fork_server import ForkServer, Session

pytestmark = pytest.mark.linux
LIMITS = Limits(cell_seconds=30.0, memory_bytes=700 * 2**20)
DEFAULTS = {
    "dtype": "import torch\ntorch.set_default_dtype(torch.float64)",
    "tensor type": "import torch\ntorch.set_default_tensor_type(torch.DoubleTensor)",
    "half": "import torch\ntorch.set_default_dtype(torch.bfloat16)",
    "device": "import torch\ntorch.set_default_device('meta')",
    "both": "import torch\ntorch.set_default_dtype(torch.float64)\ntorch.set_default_device('meta')",
    "the usual device": "import torch\ntorch.set_default_device('cpu')",
}
STREAMS = {
    "faults": "import faulthandler\nfaulthandler.enable()\nfaulthandler.dump_traceback_later(600)",
    "a program's output": "import subprocess, sys\nsubprocess.run(['echo', 'hello'], stdout=sys.stdout, check=True)",
    "a program's errors": (
        "import subprocess, sys\nsubprocess.run(['ls', '/nowhere'], stdout=subprocess.DEVNULL, stderr=sys.stderr)"
    ),
    "encoding": "import sys\nassert sys.stdout.encoding.lower() == sys.stderr.encoding.lower() == 'utf-8'",
    "number": "import os, sys\nos.write(sys.stdout.fileno(), b'hello')\nassert not sys.stdout.isatty()",
    "another file on it": (
        "import io, sys\nwith io.open(sys.stdout.fileno(), 'w', encoding=sys.stdout.encoding, closefd=False) as file:\n"
        "    print('\u00e9', file=file)"
    ),
    "a process of Python": (
        "import multiprocessing, sys\nprocess = multiprocessing.get_context('fork').Process(\n"
        "    target=print, args=('hello',), kwargs={'file': sys.stdout, 'flush': True})\n"
        "process.start()\nprocess.join()\nassert process.exitcode == 0"
    ),
    "redirected and back": (
        "import os, sys\nkept = os.dup(sys.stdout.fileno())\nos.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "os.system('echo hello')\nos.dup2(kept, sys.stdout.fileno())"
    ),
}
LARGE = {
    "a plot of 60 x 60 inches": "import matplotlib.pyplot as plt\nplt.figure(figsize=(60, 60), dpi=400).canvas.draw()",
    "a plot that is saved": (
        "import io\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\n"
        "plt.gcf().set_size_inches(60, 60)\nplt.savefig(io.BytesIO(), dpi=500)"
    ),
    "an image": "import matplotlib.pyplot as plt\nimport numpy as np\nplt.imshow(np.zeros((20_000, 20_000)))",
    "many plots": (
        "import matplotlib.pyplot as plt\nplt.rcParams['figure.max_open_warning'] = 0\nfor _ in range(40):\n"
        "    plt.figure(figsize=(60, 60)).canvas.draw()"
    ),
    "an array": "import numpy as np\nnp.ones((30_000, 30_000))",
    "a tensor": "import torch\ntorch.ones(30_000, 30_000)",
    "a picture": "from PIL import Image\nImage.new('RGBA', (30_000, 30_000)).rotate(1)",
}


def judged(master: list[Cell], first: str, fork_server: ForkServer, limits: Limits = LIMITS) -> Judgement:
    with Session(fork_server, limits, 1) as session:
        return judge(master, [Cell("", "extra", first), *master], session, seed=1)


@pytest.mark.parametrize("how", DEFAULTS)
@pytest.mark.parametrize("name", ["straight_through", "registered_projector", "zeros_stay_zero"])
def test_a_default_of_torch_changes_no_verdict(name: str, how: str, repository: Path, locked: ForkServer) -> None:
    master = read(repository / "tests" / "grader" / "assignments" / name / f"{name}.ipynb")
    judgement = judged(master, DEFAULTS[how], locked)
    assert judgement.lost == {} and judgement.notes == []


def test_a_default_changes_nothing_in_a_kernel_either_and_stays(straight_through: list[Cell]) -> None:
    session = InProcess(1)
    try:
        first = Cell("", "extra", DEFAULTS["dtype"])
        judgement = judge(straight_through, [first, *straight_through], session, seed=1)
        assert session.run("import torch; assert torch.get_default_dtype() == torch.float64") is None
    finally:
        session.run("import torch; torch.set_default_dtype(torch.float32)")
    assert judgement.lost == {} and judgement.notes == []


@pytest.mark.parametrize("how", STREAMS)
def test_the_standard_streams_are_files(how: str, straight_through: list[Cell], locked: ForkServer) -> None:
    judgement = judged(straight_through, STREAMS[how], locked)
    assert judgement.lost == {} and judgement.notes == []


@pytest.mark.parametrize("how", LARGE)
def test_what_takes_too_much_memory_is_named_and_what_follows_is_judged(
    how: str, straight_through: list[Cell], locked: ForkServer
) -> None:
    judgement = judged(straight_through, LARGE[how], locked)
    assert judgement.lost == {}
    assert len(judgement.notes) == 1
    assert "memory" in judgement.notes[0].lower() or "too large" in judgement.notes[0]


def test_what_fails_for_memory_is_not_ended_afterwards_for_what_it_still_holds(locked: ForkServer) -> None:
    with Session(locked, LIMITS, 1) as session:
        raised = session.run(LARGE["many plots"])
        assert isinstance(raised, Raised) and "MemoryError" in raised.kinds
        assert session.run("import time\ntime.sleep(0.5)") is None  # the keeper has looked at it ten times meanwhile


POOLS = {
    "of a process for each core": "from multiprocessing import get_context\npool = get_context('fork').Pool()",
    "of as many as may be used": (
        "import os\nfrom multiprocessing import get_context\n"
        "pool = get_context('fork').Pool(len(os.sched_getaffinity(0)))"
    ),
    "of threads": (
        "import torch, os\ntorch.set_num_threads(os.cpu_count())\nfrom multiprocessing.pool import ThreadPool\n"
        "pool = ThreadPool(4)"
    ),
    "that the learner counts": (
        "import multiprocessing\npool = multiprocessing.get_context('fork').Pool(multiprocessing.cpu_count())"
    ),
    "whose processes use threads": (
        "import os, torch\nfrom multiprocessing import get_context\n"
        "pool = get_context('fork').Pool(initializer=torch.set_num_threads, initargs=(os.cpu_count(),))"
    ),
}


@pytest.fixture(scope="module")
def server_of_128_cores(tmp_path_factory: pytest.TempPathFactory):
    """A fork server that sees so many; not locked, since there it sees no module of this test's."""
    folder = tmp_path_factory.mktemp("modules")
    source = "import os\nos.cpu_count = lambda: 128\nos.sched_getaffinity = lambda process: set(range(128))\n"
    (folder / "cores_of_a_server.py").write_text(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")])))
        with ForkServer(modules=["cores_of_a_server"]) as started:
            yield started


@pytest.mark.parametrize("how", POOLS)
def test_a_pool_on_a_large_server_keeps_to_the_limit_of_processes(
    how: str, straight_through: list[Cell], server_of_128_cores: ForkServer
) -> None:
    count = """
import psutil
assert pool.map(abs, range(-300, 0), 1) == list(range(300, 0, -1))
processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
print(sum(process.num_threads() for process in processes))
pool.terminate()
"""
    judgement = judged(straight_through, f"{POOLS[how]}\n{count}", server_of_128_cores)
    assert judgement.lost == {} and judgement.notes == []
    assert int(judgement.ran[0].output) <= LIMITS.processes
