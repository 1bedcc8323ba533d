"""A `RayServer` in a process of its own, driven line by line: Ray leaves open what pytest takes for a fault of a test.

Run as a script it serves the registry and model of its arguments, and obeys lines of JSON: a method and its arguments.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from compresslab.deploy.registry import Registry
from compresslab.errors import InputError


class Driven:
    """The server's methods, each called in its process."""

    def __init__(self, registry: Registry, name: str) -> None:
        patient = {"RAY_AUTH_MODE": "disabled"}
        patient |= {"RAY_raylet_start_wait_time_s": "300", "RAY_agent_register_timeout_ms": "300000"}
        patient |= {"RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "100"}  # after three times 5 s it would be killed
        command = [sys.executable, __file__, str(registry.folder), name]
        self._process = subprocess.Popen(
            command, env=os.environ | patient, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url, self.grpc_address = self._read()
        self.pid = self._process.pid

    def call(self, method: str, *arguments: Any, **settings: Any) -> Any:
        """What a method returns; an `InputError` is raised here again."""
        self._process.stdin.write(json.dumps([method, arguments, settings]) + "\n")
        self._process.stdin.flush()
        return self._read()

    def end(self) -> None:
        self._process.stdin.close()
        assert self._process.wait(120) == 0
        self._process.stdout.close()

    def _read(self) -> Any:
        for line in self._process.stdout:
            if line.startswith("{"):  # not one of Ray's own
                found = json.loads(line)
                if "refused" in found:
                    raise InputError(found["refused"])
                return found["value"]
        raise RuntimeError("the server ended")


def main() -> None:
    from ray.serve._private import api, client
    from served_models import ANY_SPEED

    from compresslab.serving.on_ray import RayServer

    for starting in (api, client):  # there is no setting, and where tests share the cores its 60 s are too few
        starting.HTTP_PROXY_TIMEOUT = 300

    with RayServer(Registry(Path(sys.argv[1])), sys.argv[2], replicas=2, cpus=0.05, limits=ANY_SPEED) as server:
        print(json.dumps({"value": [server.url, server.grpc_address]}), flush=True)
        for line in sys.stdin:
            method, arguments, settings = json.loads(line)
            try:
                value = (
                    asdict(server.traffic) if method == "traffic" else getattr(server, method)(*arguments, **settings)
                )
                print(json.dumps({"value": value}), flush=True)
            except InputError as error:
                print(json.dumps({"refused": str(error)}), flush=True)


if __name__ == "__main__":
    main()
