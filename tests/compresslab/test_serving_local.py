"""The server in this process, over its socket: faulty versions under traffic, and clients that send anything at all."""

import http.client
import json
import resource
import socket
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import onnx
import psutil
import pytest
import torch
from served_models import ANY_SPEED, NAME, ORDINARY, PATIENCE, corrupt, registry_of, traffic, wait_until

from compresslab.deploy.registry import Registry
from compresslab.errors import InputError
from compresslab.onnx_file import save_onnx
from compresslab.serving import Limits, LocalServer
from compresslab.serving.__main__ import main, register_run
from compresslab.serving.bodies import NPY, write_npy
from compresslab.serving.load import Load, send_load


def answered(loads: list[Load]) -> set[int | None]:
    return {each.version for load in loads for each in load.sent}


def metric(server: LocalServer, line: str) -> float:
    found = [row.rsplit(" ", 1)[1] for row in server.service.metrics.text().splitlines() if row.startswith(line)]
    return float(found[0]) if found else 0.0


@pytest.mark.parametrize(("fault", "cause"), [("nan", "errors"), ("turned", "disagreement")])
def test_under_traffic_a_faulty_candidate_is_taken_back_and_nothing_is_lost(
    fault: str, cause: str, tmp_path: Path
) -> None:
    registry = registry_of(tmp_path, "good", fault)
    with LocalServer(registry, NAME, limits=ANY_SPEED) as server, traffic(server.url) as loads:
        server.load(2)
        server.canary(2, share=0.3, shadow=0.3)
        wait_until(lambda: server.traffic.other is None)
        before = len(loads)
        wait_until(lambda: len(loads) > before + 1)
        assert metric(server, f'serving_traffic_changes_total{{cause="{cause}",kind="rollback"}}') == 1
    assert sum(load.failed for load in loads) == 0
    assert answered(loads[-1:]) == {1}
    assert registry.live(NAME).number == 1


def test_a_candidate_that_takes_twice_as_long_is_taken_back(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "20", "40")
    # Where both cores are busy, the quicker model waits for the slower one more often than the other way round, and the
    # measured ratio is 1.5 instead of 2.
    limits = Limits(least=100, slowdown=1.2)
    with (
        LocalServer(registry, NAME, limits=limits, wait_s=0) as server,
        traffic(server.url, write_npy(ORDINARY)) as loads,
    ):
        server.load(2)
        server.canary(2, share=0.5)
        wait_until(lambda: server.traffic.other is None)
        assert metric(server, 'serving_traffic_changes_total{cause="latency",kind="rollback"}') == 1
    assert sum(load.failed for load in loads) == 0


def test_a_corrupt_version_is_not_loaded_and_traffic_does_not_notice(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good", "20")
    corrupt(registry, 2)
    with LocalServer(registry, NAME) as server, traffic(server.url) as loads:
        with pytest.raises(InputError, match="was changed since it was registered"):
            server.load(2)
        with pytest.raises(InputError, match="not loaded"):
            server.canary(2, share=0.5)
        assert server.service.versions == (1,)
        wait_until(lambda: len(loads) > 1)
    assert sum(load.failed for load in loads) == 0
    assert answered(loads) == {1}


def test_a_file_damaged_between_loading_and_promotion_is_not_promoted(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good", "20")
    with LocalServer(registry, NAME) as server:
        server.load(2)
        server.canary(2, share=0.5)
        corrupt(registry, 2)
        with pytest.raises(InputError, match="was changed"):
            server.promote("looks fine")
        assert server.traffic.live == registry.live(NAME).number == 1


def test_promotion_rollback_and_unloading_under_traffic_lose_nothing(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good", "good", "good")
    with LocalServer(registry, NAME, limits=ANY_SPEED) as server, traffic(server.url) as loads:
        server.load(2)
        server.canary(2, share=0.5, shadow=0.5)
        wait_until(lambda: answered(loads) >= {1, 2})
        assert server.promote("as good") == 2
        server.load(3)
        before = len(loads)
        wait_until(lambda: len(loads) > before + 1)
        assert answered(loads[before + 1 :]) == {2}
        assert server.rollback("to try it") == 1
        server.unload(2)
        before = len(loads)
        wait_until(lambda: len(loads) > before + 1)
        assert answered(loads[before + 1 :]) == {1}
    assert sum(load.failed for load in loads) == 0
    assert [(change.action, change.number) for change in registry.journal(NAME)] == [
        ("promote", 1),
        ("promote", 2),
        ("rollback", 1),
    ]


def test_a_promoted_version_that_fails_is_rolled_back_in_the_registry_too(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good", "nan")
    with LocalServer(registry, NAME, limits=ANY_SPEED) as server:
        server.load(2)
        server.canary(2, share=0.0)
        server.promote("its pictures were fine")
        with traffic(server.url) as loads:  # NaN to all of these
            wait_until(lambda: server.traffic.live == 1)
        wait_until(lambda: registry.live(NAME).number == 1)
    assert sum(load.failed for load in loads) == 0


def test_a_client_that_dawdles_is_hung_up_on_while_others_are_answered(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good")
    with LocalServer(registry, NAME, patience_s=0.3) as server, ExitStack() as stack:
        host, port = urlsplit(server.url).netloc.split(":")
        slow = []
        for sent in (b"", b"POST /pre", b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"):
            slow.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE)))
            slow[-1].sendall(sent)
        assert send_load(server.url, write_npy(ORDINARY), seconds=0.1).failed == 0
        assert [connection.recv(100) for connection in slow] == [b"", b"", b""]  # its end, not a timeout


def test_a_body_that_is_passed_on_as_it_came_makes_pytorch_warn_of_nothing(tmp_path: Path) -> None:
    torch.set_warn_always(True)  # or else it warns once a process, perhaps before this test
    try:
        with warnings.catch_warnings(record=True) as seen, LocalServer(registry_of(tmp_path, "good"), NAME) as server:
            warnings.simplefilter("always")
            assert send_load(server.url, write_npy(ORDINARY), seconds=0.1).failed == 0
    finally:
        torch.set_warn_always(False)
    assert not [str(each.message) for each in seen if "writable" in str(each.message)]


def test_a_port_that_is_taken_and_a_model_that_is_not_there(tmp_path: Path) -> None:
    registry = registry_of(tmp_path, "good")
    threads = threading.active_count()
    with LocalServer(registry, NAME) as server:
        port = int(server.url.rsplit(":", 1)[1])
        with pytest.raises(InputError, match="Choose another port"):
            LocalServer(registry, NAME, port=port)
    with pytest.raises(InputError, match="no live version"):
        LocalServer(registry, "other")
    assert threading.active_count() == threads


# A server in a process of its own


class Process:
    """`python -m compresslab.serving` on two versions."""

    def __init__(self, root: Path) -> None:
        registry = registry_of(root, "good", "good")
        command = [sys.executable, "-m", "compresslab.serving", "--registry", str(registry.folder), "--model", NAME]
        with (root / "log").open("wb") as log:
            self.popen = subprocess.Popen([*command, "--port=0"], stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = self.popen.stdout.readline().split()[3]
        self.memory = psutil.Process(self.popen.pid).memory_info

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, dict[str, Any]]:
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def is_well(self) -> bool:
        status, found = self.ask("POST", "/predict", write_npy(ORDINARY), Content_Type=NPY)
        return status == 200 and found["predictions"][0]["label"] == "d" and self.popen.poll() is None


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    found = Process(tmp_path_factory.mktemp("served"))
    yield found
    found.popen.terminate()
    assert found.popen.wait(PATIENCE) == 0
    found.popen.stdout.close()


def test_a_hundred_megabytes_are_not_taken_in(process: Process) -> None:
    assert process.is_well()
    before = process.memory().rss
    refusals = 0
    for _ in range(3):
        try:
            status, found = process.ask("POST", "/predict", bytes(100_000_000), Content_Type=NPY)
            assert status == 413, found
        except OSError:  # it hung up while the client was still sending
            refusals += 1
    expected = process.ask("POST", "/predict", Content_Length="100000000")  # whoever waits to be asked is told why
    assert expected == (413, {"error": "the body has 100000000 bytes, more than 8000000"})
    assert process.memory().rss - before < 20_000_000
    assert process.is_well()


def test_a_thousand_connections_do_no_harm(process: Process) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    host, port = urlsplit(process.url).netloc.split(":")
    before = process.memory().rss
    try:
        with ExitStack() as stack:
            crowd = []
            for _ in range(1000):
                crowd.append(stack.enter_context(socket.create_connection((host, int(port)), timeout=PATIENCE)))
                crowd[-1].sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n" + bytes(1000))
            statuses = []
            for connection in crowd[:600]:
                connection.settimeout(0.02)
                try:
                    statuses.append(connection.recv(20)[9:12])
                except TimeoutError:
                    statuses.append(b"waits")
                except OSError:
                    statuses.append(b"closed")
            assert b"429" in statuses, "the memory for bodies is granted to the first few"
            assert set(statuses) <= {b"429", b"waits", b"closed", b""}
            assert process.memory().rss - before < 100_000_000
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    wait_until(process.is_well)


@pytest.mark.parametrize(
    "sent",
    [b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"A" * 100_000 + b"\r\n\r\n"],
    ids=["nothing", "TLS", "half a line", "another version", "a long line"],
)
def test_what_is_no_http_is_hung_up_on(sent: bytes, process: Process) -> None:
    host, port = urlsplit(process.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(1000)
        except OSError:  # it hung up first
            answer = b""
    assert answer == b"" or answer[9:12].startswith(b"4")
    assert process.is_well()


def test_schemathesis_finds_nothing_in_the_servers_own_description(process: Process, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{process.url}/openapi.json", "--checks=all"]
    # A schema can't say what a PNG is, so that what it calls a valid one is rightly refused.
    flags = ["--exclude-checks=positive_data_acceptance", "--max-examples=10", "--seed=1", "--no-color"]
    ran = subprocess.run([*command, *flags], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert process.is_well()


# The command


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """What `make serve` reads of a capstone's folder, for two linear models of the digits."""
    weight = np.random.default_rng(0).normal(size=(64, 10)).astype(np.float32)
    for place, scale in (("stages/baseline/model.onnx", 1.0), ("model.onnx", 0.5)):
        text = (
            '<ir_version: 8, opset_import: ["": 17]> linear (float[batch, 1, 8, 8] images) => (float[batch, 10] logits)'
            " { flat = Flatten(images) logits = MatMul(flat, weight) }"
        )
        model = onnx.parser.parse_model(text)
        model.graph.initializer.append(onnx.numpy_helper.from_array(weight * np.float32(scale), "weight"))
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        save_onnx(model, tmp_path / place)
    results = {
        "data": {"name": "digits [train 100]", "images": {"test": 360}},
        "chosen": "pruned",
        "variants": {"baseline": {"test_accuracy": 0.5}, "pruned": {"test_accuracy": 0.25}},
    }
    (tmp_path / "results.json").write_text(json.dumps(results))
    return tmp_path


def test_a_capstones_run_is_registered_with_its_baseline_live(run: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry")
    register_run(registry, "capstone", run)
    first, second = (registry.load("capstone", number).card for number in (1, 2))
    assert registry.live("capstone").number == 1
    assert (first.accuracy, second.accuracy, second.accuracy_images) == (0.5, 0.25, 360)
    assert first.labels == tuple(str(digit) for digit in range(10))
    with LocalServer(registry, "capstone") as server:
        server.load(2)
        digit = np.full((1, 1, 8, 8), 200, np.uint8)
        assert send_load(server.url, write_npy(digit), seconds=0.1).failed == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to serve"),
        (["--run", "missing"], "holds no finished capstone run"),
        (["--registry", "missing"], "no live version"),
        (["--registry", "missing", "--model", "../x"], "use small letters"),
    ],
    ids=["nothing", "no run", "no registry", "a path for a name"],
)
def test_the_command_says_what_is_missing(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("logging.basicConfig", lambda **_: None)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
