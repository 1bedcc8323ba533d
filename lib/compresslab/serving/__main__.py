"""Command line of the server: a page, an API and two versions, from a registry folder."""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from compresslab.errors import InputError

if TYPE_CHECKING:
    from compresslab.deploy.registry import Registry
    from compresslab.serving.local import LocalServer
    from compresslab.serving.on_ray import RayServer

MODEL = "capstone"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; 0 then, 2 with one sentence when the input does not allow it."""
    parser = argparse.ArgumentParser(
        prog="python -m compresslab.serving",
        description="Serve a capstone run's model.onnx beside its uncompressed baseline, or any model of a registry.",
    )
    parser.add_argument("--run", type=Path, help="folder of a capstone run, registered on the first start")
    parser.add_argument("--registry", type=Path, help="folder of versions; default: registry/ in the run's folder")
    parser.add_argument("--model", default=MODEL, help="name of the model in the registry")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--share", type=float, default=0.1, help="of the keys that the second version answers")
    parser.add_argument("--shadow", type=float, default=0.1, help="of the keys that both versions compute")
    parser.add_argument("--ray", action="store_true", help="on Ray Serve (extra scale), in processes of their own")
    parser.add_argument("--replicas", type=int, default=1, help="of each version")
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s", level=logging.INFO, stream=sys.stderr)
    for quiet in ("tornado.access", "tornado.general"):
        logging.getLogger(quiet).setLevel(logging.ERROR)

    from compresslab.deploy.registry import Registry

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        if options.registry is None and options.run is None:
            raise InputError("nothing to serve: name a capstone run with --run, or a registry with --registry.")
        registry = Registry(options.registry or options.run / "registry")
        if options.run is not None and not registry.versions(options.model):
            register_run(registry, options.model, options.run)
        with _server(options.ray)(registry, options.model, port=options.port, replicas=options.replicas) as server:
            live = server.traffic.live
            others = [version.number for version in registry.versions(options.model) if version.number != live]
            if others:
                server.load(others[-1])
                server.canary(others[-1], share=options.share, shadow=options.shadow)
            print(f"serving {options.model} at {server.url} (Ctrl-C ends it)", flush=True)
            stop.wait()
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def register_run(registry: "Registry", name: str, run: Path) -> None:
    """Register a capstone run's baseline, which becomes live, and its compressed model, as the next version.

    Args:
        registry: takes them.
        name: of the model in it.
        run: folder of a finished run.

    Raises:
        InputError: there is no finished run, its data are not here, or a file does not pass the registry's checks.
    """
    import json

    from compresslab.data import load
    from compresslab.deploy.card import ModelCard

    try:
        results = json.loads((run / "results.json").read_text(encoding="utf-8"))
        data, variants, chosen = results["data"], results["variants"], results["chosen"]
        images = data["images"]["test"]
        accuracy, compressed_accuracy = variants["baseline"]["test_accuracy"], variants[chosen]["test_accuracy"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{run} holds no finished capstone run: `make capstone` makes one.") from error
    dataset = load(data["name"].partition(" [")[0], progress=False)
    for path, share in ((run / "stages/baseline/model.onnx", accuracy), (run / "model.onnx", compressed_accuracy)):
        registry.register(name, path, card=ModelCard.of(dataset, accuracy=share, images=images))
    registry.promote(name, 1, reason="the uncompressed baseline")


def _server(on_ray: bool) -> "type[LocalServer] | type[RayServer]":
    if on_ray:
        try:
            from compresslab.serving.on_ray import RayServer
        except ImportError as error:
            raise InputError("Ray is not installed: `pip install -e '.[scale]'`.") from error
        return RayServer
    from compresslab.serving import LocalServer

    return LocalServer


if __name__ == "__main__":
    sys.exit(main())
