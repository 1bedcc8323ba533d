"""A served model under load, through a promotion and a rollback: `python reference/shipping/load.py`.

Version 1 is the shipped ResNet-18 of width 20 in fp32, version 2 the same network in int8. Two replicas of each stand
behind Ray Serve's proxy and our gateway on a machine of two cores. For two minutes a client in another process keeps 16
connections busy, each with one image of random pixels a request; meanwhile version 2 gets a fifth of the keys, is
promoted, and is rolled back. Then the same client asks, in rounds of a few seconds each, the server that needs no Ray,
the same one without batching (the control), and a plain server of FastAPI and ONNX Runtime (`plain.py`), with both
models. Client and servers share the two cores, as they would on one machine. Five minutes, alone on the machine.
"""

import argparse
import hashlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from compresslab.deploy import export_onnx, quantize_static
from compresslab.deploy.card import ModelCard, Preprocessing
from compresslab.deploy.registry import Registry
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import load_baseline
from compresslab.serving import LocalServer

HERE = Path(__file__)
NAME, WIDTH, REPLICAS, CONNECTIONS = "photographs", 20, 2, 16
MAX_IMAGES, WAIT_S = 16, 0.002
SHIFTS = {"canary": 20.0, "promotion": 55.0, "rollback": 90.0, "end": 120.0}  # seconds since the load began
COMPARED_SECONDS, ROUNDS = 4.0, 3  # of each server with each model


def main() -> None:
    """Measure, and write `load.json` beside this script."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scale", type=float, default=1.0, help="of all times: 0.1 tries the script out")
    parser.add_argument("--out", type=Path, default=HERE.with_suffix(".json"))
    options, before = parser.parse_args(), round(os.getloadavg()[0], 2)
    with TemporaryDirectory() as folder:
        registry = prepare(Path(folder))
        found = {"through promotion and rollback": on_ray(registry, options.scale)}
        print(json.dumps(found), flush=True)
        rounds: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for _ in range(ROUNDS):
            for number in (1, 2):
                for name, server in {"local": local, "local, one at a time": one_at_a_time, "plain": plain}.items():
                    with server(registry, number) as url:
                        came = send(url, options.scale * COMPARED_SECONDS)
                    del came["sent"]
                    rounds[f"{name}, version {number}"].append(came)
                    print(name, number, came, flush=True)
        for name, came in rounds.items():
            each = [one["per_second"] for one in came]
            found[name] = came[each.index(statistics.median_low(each))] | {"per_second_by_round": each}
    write_json(
        options.out,
        {
            "what": "requests of one image each from one client process, closed loop; times include the client's side",
            "model": f"ResNet-18 of width {WIDTH}: version 1 fp32, version 2 int8",
            "settings": {
                "replicas": REPLICAS, "connections": CONNECTIONS, "max_images": MAX_IMAGES, "wait_s": WAIT_S,
                "seconds": {name: options.scale * at for name, at in SHIFTS.items()},
                "seconds of each round": options.scale * COMPARED_SECONDS, "rounds": ROUNDS,
            },
            "machine": machine(1).to_dict(),
            "load_average_before": before,  # of others, which should be none
            "found": found,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "plain_sha256": hashlib.sha256(HERE.with_name("plain.py").read_bytes()).hexdigest(),
        },
    )  # fmt: skip


def prepare(folder: Path) -> Registry:
    """The two versions. Ranges are set by random pixels: what is measured here is time and loss, not accuracy."""
    baseline = load_baseline(width=WIDTH)
    images = Preprocessing(3, 32, 32, baseline.mean, baseline.std)
    card = ModelCard(baseline.data, baseline.classes, baseline.test_accuracy, baseline.card["images"]["test"], images)
    pixels = torch.randint(0, 256, (256, 3, 32, 32), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    fp32 = export_onnx(baseline.model, images(pixels[:2]), folder / "fp32.onnx")
    saturates = machine(1).int8_saturates
    int8 = quantize_static(fp32, folder / "int8.onnx", list(images(pixels).split(64)), reduce_range=saturates)
    registry = Registry(folder / "registry")
    for path in (fp32, int8):
        registry.register(NAME, path, card=card)
    registry.promote(NAME, 1, reason="the fp32 network")
    return registry


def on_ray(registry: Registry, scale: float) -> dict[str, Any]:
    """The two minutes, in their four parts."""
    from compresslab.serving.on_ray import RayServer

    shifts = {name: scale * at for name, at in SHIFTS.items()}
    with RayServer(registry, NAME, replicas=REPLICAS, cpus=0.1, max_images=MAX_IMAGES, wait_s=WAIT_S) as server:
        server.load(2)
        send(server.url, scale * 3)  # the first requests open connections
        with Client(server.url, shifts["end"]) as client:
            at = {}
            for name, act in {
                "canary": lambda: server.canary(2, share=0.2, shadow=0.05),
                "promotion": lambda: server.promote("as good, and faster"),
                "rollback": lambda: server.rollback("to show that it can be"),
            }.items():
                time.sleep(max(0.0, client.began + shifts[name] - time.time()))
                act()
                at[name] = round(time.time() - client.began, 3)
            came = client.result()
    sent = came.pop("sent")
    edges = [0.0, *at.values(), shifts["end"]]
    parts = {}
    for name, start, end in zip(("before", "canary", "promoted", "rolled back"), edges[:-1], edges[1:], strict=True):
        inside = [row for row in sent if start + scale * 2 <= row[0] < end - scale * 2]  # clear of the change itself
        seconds = [row[1] for row in inside if row[2] == 200]
        parts[name] = {
            "per_second": round(len(seconds) / (end - start - 4 * scale), 2),
            "p50_ms": round(1000 * float(np.quantile(seconds, 0.5)), 3),
            "p99_ms": round(1000 * float(np.quantile(seconds, 0.99)), 3),
            "versions": dict(Counter(str(row[3]) for row in inside)),
        }
    return came | {"done_at_s": at, "parts": parts}


class Client:
    """`compresslab.serving.load` in a process of its own."""

    def __init__(self, url: str, seconds: float) -> None:
        self._folder = TemporaryDirectory()
        self._out = Path(self._folder.name, "load.json")
        command = [sys.executable, "-m", "compresslab.serving.load", url, "--seconds", str(seconds)]
        flags = ["--connections", str(CONNECTIONS), "--out", str(self._out)]
        self._process = subprocess.Popen([*command, *flags], stdout=subprocess.PIPE, text=True)
        self.began: float = json.loads(self._process.stdout.readline())["began"]  # imports are done by then

    def result(self) -> dict[str, Any]:
        """What came of it."""
        self._process.communicate()
        found = json.loads(self._out.read_text())
        del found["began"]
        return found

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()


def send(url: str, seconds: float) -> dict[str, Any]:
    """Load of some seconds."""
    with Client(url, seconds) as client:
        return client.result()


@contextmanager
def local(registry: Registry, number: int, *, max_images: int = MAX_IMAGES, wait_s: float = WAIT_S) -> Iterator[str]:
    """The server that needs no Ray, in this process; its live version is made `number`."""
    live = registry.live(NAME)
    if live is None or live.number != number:
        registry.promote(NAME, number, reason="to be measured")
    with LocalServer(registry, NAME, replicas=REPLICAS, max_images=max_images, wait_s=wait_s) as server:
        yield server.url


def one_at_a_time(registry: Registry, number: int) -> AbstractContextManager[str]:
    """The same server without batching."""
    return local(registry, number, max_images=1, wait_s=0)


@contextmanager
def plain(registry: Registry, number: int) -> Iterator[str]:
    """The plain server, in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "plain:app", "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"PLAIN_MODEL": str(registry.get(NAME, number).path)}
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=HERE.parent, env=environment)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
