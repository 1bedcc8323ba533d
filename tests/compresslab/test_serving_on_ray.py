"""The server on Ray Serve, started once: faults under traffic, bad input, gRPC. Its processes end with it."""

import http.client
import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
import numpy as np
import psutil
import pytest
from driving_ray import Driven
from served_models import NAME, ORDINARY, PATIENCE, corrupt, registry_of, traffic, wait_until

from compresslab.deploy.registry import Registry
from compresslab.errors import InputError
from compresslab.serving import messages
from compresslab.serving.bodies import NPY, write_npy
from compresslab.serving.load import send_load

METADATA = (("application", NAME),)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return registry_of(tmp_path_factory.mktemp("served"), "good", "good", "nan", "20")


@pytest.fixture(scope="module")
def server(registry: Registry) -> Iterator[Driven]:
    driven = Driven(registry, NAME)
    yield driven
    driven.end()


def ask(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def request(images: Any = ORDINARY, **fields: Any) -> Any:
    return messages.PredictRequest(**{"shape": images.shape, "images": images.tobytes(), **fields})


def test_faults_under_traffic_lose_nothing(server: Driven, registry: Registry) -> None:
    """One run, since loading a version takes seconds: a replica is killed, a corrupt and a faulty version are pushed,
    a good one is promoted and rolled back.
    """
    with traffic(server.url) as loads:
        killed = server.call("replica_process", 1)
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda: not psutil.pid_exists(killed) or psutil.Process(killed).status() == "zombie")

        corrupt(registry, 4)
        with pytest.raises(InputError, match="was changed since it was registered"):
            server.call("load", 4)

        server.call("load", 3)  # answers NaN to all of these
        server.call("canary", 3, share=0.5)
        wait_until(lambda: server.call("traffic")["other"] is None)
        assert server.call("traffic")["live"] == 1
        server.call("unload", 3)

        server.call("load", 2)
        server.call("canary", 2, share=0.5, shadow=0.2)
        wait_until(lambda: {1, 2} <= {each.version for load in loads for each in load.sent})
        assert server.call("promote", "as good") == 2
        before = len(loads)
        wait_until(lambda: len(loads) > before + 1)
        assert {each.version for each in loads[-1].sent} == {2}
        assert server.call("rollback", "to try it") == 1
    assert sum(load.failed for load in loads) == 0
    assert sum(len(load.sent) for load in loads) > 100
    assert [change.action for change in registry.journal(NAME)] == ["promote", "promote", "rollback"]
    status, text = ask(server.url, "GET", "/metrics")
    assert status == 200
    assert b'serving_traffic_changes_total{cause="errors",kind="rollback"} 1.0' in text


def test_bad_input_is_refused_and_the_next_is_answered(server: Driven) -> None:
    good = write_npy(ORDINARY)
    for status, body, headers in (
        (400, b"{", {"Content_Type": "application/json"}),
        (422, write_npy(ORDINARY[:, :, :1]), {"Content_Type": NPY}),
        (415, good, {"Content_Type": "application/x-pickle"}),
        (413, b"", {"Content_Length": "100000000"}),
        (411, b"0\r\n\r\n", {"Transfer_Encoding": "chunked"}),
        (200, good, {"Content_Type": NPY}),
    ):
        found, answer = ask(server.url, "POST", "/predict", body, **headers)
        assert found == status, answer
        assert status == 200 or json.loads(answer)["error"]
    assert ask(server.url, "POST", "/predict?version=9", good, Content_Type=NPY)[0] == 404
    assert ask(server.url, "GET", "/health/ready")[0] == 200
    assert b'"/predict"' in ask(server.url, "GET", "/openapi.json")[1]


def test_a_hundred_megabytes_do_no_harm(server: Driven) -> None:
    processes = [
        each for each in psutil.Process(server.pid).children(recursive=True) if "ray" in " ".join(each.cmdline())
    ]
    before = sum(each.memory_info().rss for each in processes)
    for _ in range(3):
        with suppress(OSError):  # it may hang up while the client is still sending
            assert ask(server.url, "POST", "/predict", bytes(100_000_000), Content_Type=NPY)[0] == 413
    assert sum(each.memory_info().rss for each in processes if each.is_running()) - before < 150_000_000
    assert send_load(server.url, write_npy(ORDINARY), seconds=0.2).failed == 0


def test_grpc_gives_the_same_answers_and_refuses_the_same(server: Driven) -> None:
    with grpc.insecure_channel(server.grpc_address) as channel:
        predict = messages.stub(channel)
        reply = predict(request(key="user 1"), metadata=METADATA)
        assert (list(reply.shape), list(reply.labels), reply.logits) == ([1, 4], ["d"], ORDINARY.tobytes())
        for code, wrong in (
            (grpc.StatusCode.INVALID_ARGUMENT, request(dtype="object")),
            (grpc.StatusCode.INVALID_ARGUMENT, request(shape=[2, 1, 2, 2])),
            (grpc.StatusCode.INVALID_ARGUMENT, request(shape=[-1, 1, 2, 2])),
            (grpc.StatusCode.INVALID_ARGUMENT, request(np.full_like(ORDINARY, np.nan))),
            (grpc.StatusCode.NOT_FOUND, request(version=9)),
        ):
            with pytest.raises(grpc.RpcError) as error:
                predict(wrong, metadata=METADATA)
            assert error.value.code() == code
            assert error.value.details()


def test_the_messages_are_those_of_the_proto_file(repository: Path) -> None:
    text = (repository / "lib" / "compresslab" / "serving" / "predict.proto").read_text()
    for name, fields in messages.FIELDS.items():
        block = re.search(rf"message {name} {{(.*?)}}", text, re.DOTALL)[1]
        assert re.findall(r"^ *(.+?) (\w+) = (\d+);", block, re.MULTILINE) == [
            (kind, field, str(number)) for number, (field, kind) in enumerate(fields.items(), 1)
        ]
    assert f"package {messages.PACKAGE};" in text
    assert re.search(r"service Classifier {\s+rpc Predict\(PredictRequest\) returns \(PredictReply\);", text)


def test_without_ray_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from compresslab.serving.__main__ import main

    monkeypatch.delitem(sys.modules, "compresslab.serving.on_ray", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert main(["--ray", "--registry", str(tmp_path)]) == 2
    assert "pip install" in capsys.readouterr().err
