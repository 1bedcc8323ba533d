"""The server on Ray Serve: each version an application with replicas of its own, behind one gateway. Extra `scale`.

    client -- HTTP, gRPC --> Serve's proxy --> Gateway (the core, one replica) --> version 1: Replica, Replica
                                                                               --> version 2: Replica, Replica

The gateway batches before it sends, so that a batch is one message and not sixteen, and it can see both versions'
answers. A replica that dies takes its batch with it: the gateway sends that to another one, since computing twice does
no harm, while Serve starts a new replica. A gateway that dies is started anew with the registry's live version alone:
a canary under way ends there. Whatever replicas run, they load from the registry, and so only what passes its checks.
"""

import asyncio
import logging
import os
import socket
import warnings
from functools import partial
from types import TracebackType
from typing import Any

import ray
import torch
from ray.exceptions import RayActorError

from compresslab.arguments import positive, whole
from compresslab.deploy.card import ModelCard
from compresslab.deploy.registry import Registry
from compresslab.errors import InputError
from compresslab.onnx_session import RUNTIME_ERRORS
from compresslab.serving.batching import Batcher, Images
from compresslab.serving.bodies import prepared, shaped
from compresslab.serving.endpoints import MOST_IMAGES, Admission, Request, Response, refused, respond
from compresslab.serving.errors import ModelFailure, Refused
from compresslab.serving.guard import Limits, Verdict
from compresslab.serving.messages import PredictReply
from compresslab.serving.service import Service, Version, log
from compresslab.serving.traffic import Traffic

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # Serve's own, of pydantic
    from ray import serve
    from ray.serve.config import AutoscalingConfig, HTTPOptions, gRPCOptions
    from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, RequestCancelledError

_LOST = (RayActorError, DeploymentUnavailableError, RequestCancelledError, BackPressureError)
_REPLICA, _GATEWAY = "Replica", "Gateway"  # names of Serve's deployments
_TRIES, _PAUSE_S = 20, 0.05
_SERVICER = "compresslab.serving.messages.add_classifier_to_server"
_GRPC_CODES = {400: 3, 404: 5, 413: 8, 415: 3, 422: 3, 429: 8, 503: 14}  # INVALID_ARGUMENT, NOT_FOUND, ...


@serve.deployment
class Replica:
    """A process that computes with one version."""

    def __init__(self, folder: str, name: str, number: int) -> None:
        torch.set_num_threads(1)
        self._model = Registry(folder).load(name, number).model

    def infer(self, images: Images) -> Images:
        """Logits of a batch."""
        try:
            return self._model(torch.from_numpy(images.copy())).numpy()  # what Ray hands over is read-only
        except RUNTIME_ERRORS as error:
            raise ModelFailure("error", str(error)) from error

    def process(self) -> int:
        """Number of the process, for whoever wants to end it."""
        return os.getpid()


class _Asgi:
    """The gateway's end of HTTP. A class, since Serve calls a function to get an application from it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        gateway: Any = serve.get_replica_context().servable_object
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            with gateway.admission.grant(headers) as length:
                body = bytearray()
                while len(body) < length:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    if not message.get("more_body"):
                        break
                query = scope["query_string"].decode("latin-1")
                request = Request(scope["method"], scope["path"], query, headers, bytes(body))
                response = await respond(gateway.service, request)
        except Refused as refusal:
            response = refused(refusal)
        await _send(send, response)


async def _send(send: Any, response: Response) -> None:
    headers = {"content-type": response.kind, "x-content-type-options": "nosniff", **response.headers}
    headers["content-length"] = str(len(response.body))
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": pairs})
    await send({"type": "http.response.body", "body": response.body})


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


@serve.deployment
@serve.ingress(_Asgi())
class Gateway:
    """The core, in one process."""

    def __init__(self, folder: str, name: str, settings: dict[str, Any]) -> None:
        self.admission = Admission()
        self._registry, self._name = Registry(folder), name
        self._batched = partial(
            Batcher, max_images=settings["max_images"], wait_s=settings["wait_s"], workers=settings["workers"]
        )
        self._timeout_s = settings["timeout_s"]
        self.service = Service(limits=settings["limits"], timeout_s=self._timeout_s, on_rollback=self._rolled_back)
        live = self._registry.load(name)
        self._add(live.version.number, live.card)

    async def add(self, number: int) -> None:
        """Take in a version whose application runs."""
        card = await asyncio.to_thread(lambda: self._registry.load(self._name, number).card)
        self._add(number, card)

    async def remove(self, number: int) -> None:
        """Let go of a version that gets no traffic."""
        version = self.service.remove(number)
        assert isinstance(version.infer, Batcher)
        await version.infer.close()

    async def canary(self, number: int, share: float, shadow: float) -> None:
        """As `Service.canary`."""
        self.service.canary(number, share=share, shadow=shadow)

    async def promote(self) -> int:
        """As `Service.promote`."""
        return self.service.promote()

    async def rollback(self) -> int:
        """As `Service.rollback`."""
        return self.service.rollback()

    async def traffic(self) -> Traffic:
        """How requests are shared now."""
        assert self.service.traffic is not None
        return self.service.traffic

    async def Predict(self, request: Any, grpc_context: Any) -> Any:
        """The method of gRPC."""
        try:
            pixels = shaped(request.images, list(request.shape), request.dtype or "float32")
            images = prepared(pixels, self.service.card.preprocessing, MOST_IMAGES)
            found = await self.service.predict(images, key=request.key or None, version=request.version or None)
        except Refused as refusal:
            grpc_context.set_code(_GRPC_CODES.get(refusal.status, 2))
            grpc_context.set_details(refusal.reason)
            return PredictReply()
        return PredictReply(
            version=found.version, shape=found.logits.shape, logits=found.logits.tobytes(), labels=found.top
        )

    def check_health(self) -> None:
        """Serve asks now and then, and starts the gateway anew if this raises."""
        _ = self.service.card

    def _add(self, number: int, card: ModelCard) -> None:
        handle = serve.get_deployment_handle(_REPLICA, app_name=_application(self._name, number)).infer

        async def run(images: Images) -> Images:
            for _ in range(_TRIES):
                try:
                    return await handle.remote(images)
                except _LOST as error:  # the replica died, or none is there yet
                    log("replica_lost", version=number, reason=type(error).__name__)
                    await asyncio.sleep(_PAUSE_S)
            raise ModelFailure("lost", f"no replica of version {number} answered in {_TRIES} tries")

        self.service.add(Version(number, card, self._batched(run)))

    def _rolled_back(self, verdict: Verdict) -> None:
        live = self._registry.live(self._name)
        if live is not None and verdict.version == live.number:
            write = partial(self._registry.rollback, self._name, reason=verdict.reason)
            asyncio.get_running_loop().run_in_executor(None, write)


class RayServer:
    """Serves one model of a registry on Ray Serve; a context manager, which ends what it started.

    It has the methods of `LocalServer`. Ray is started on this machine unless it runs already. Its own ports, which are
    not those of the server, are on the machine's network address, and want Ray's token (see RAY_AUTH_MODE).

    Args:
        registry: holds the versions; on a cluster, a folder that all machines see.
        name: of the model.
        port, grpc_port: on `host`; 0 takes a free one.
        host: the loopback interface, unless you know who can reach another one: there is no password.
        limits: beyond which a version is rolled back.
        replicas: of each version; a pair is the least and the most, between which Serve scales by the load.
        cpus: that Ray sets aside for a replica; it computes on one thread.
        max_images: of a batch.
        wait_s: longest time that a request waits for others to be computed with.
        timeout_s: after which a version's answer counts as a failure.
        patience_s: for a whole request over HTTP or gRPC.

    Raises:
        InputError: the model has no live version, it does not pass its checks, or Serve did not start it.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, RayServer(Registry(folder), "digits") as server:
    ...     print(server.url)
    Traceback (most recent call last):
    compresslab.errors.InputError: digits has no live version: promote one, or name its number.
    """

    def __init__(
        self,
        registry: Registry,
        name: str,
        *,
        port: int = 0,
        grpc_port: int = 0,
        host: str = "127.0.0.1",
        limits: Limits | None = None,
        replicas: int | tuple[int, int] = 1,
        cpus: float = 1.0,
        max_images: int = 16,
        wait_s: float = 0.002,
        timeout_s: float = 10.0,
        patience_s: float = 30.0,
    ) -> None:
        least, most = replicas if isinstance(replicas, tuple) else (replicas, replicas)
        whole(least=least)
        whole(least, most=most)
        whole(0, 65_535, port=port, grpc_port=grpc_port)
        positive(cpus=cpus, timeout_s=timeout_s, patience_s=patience_s)
        self._registry, self._name, self._replicas, self._cpus = registry, name, (least, most), cpus
        live = registry.load(name).version.number
        port, grpc_port = port or _free_port(host), grpc_port or _free_port(host)
        self.url, self.grpc_address = f"http://{host}:{port}", f"{host}:{grpc_port}"
        self._started_ray = not ray.is_initialized()
        if self._started_ray:
            os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
            ray.init(address="local", include_dashboard=False, log_to_driver=False, logging_level=logging.WARNING)
        try:
            serve.start(
                http_options=HTTPOptions(host=host, port=port, request_timeout_s=patience_s),
                grpc_options=gRPCOptions(
                    port=grpc_port, grpc_servicer_functions=[_SERVICER], request_timeout_s=patience_s
                ),
                logging_config={"log_level": "WARNING", "enable_access_log": False},
            )
            self._deploy(live)
            settings = {
                "limits": limits, "max_images": max_images, "wait_s": wait_s, "workers": most, "timeout_s": timeout_s
            }  # fmt: skip
            # One gateway, since one must see all answers to judge; it only passes them on.
            gateway = Gateway.options(  # type: ignore[attr-defined]
                name=_GATEWAY, num_replicas=1, max_ongoing_requests=512, ray_actor_options={"num_cpus": 0}
            )
            application = gateway.bind(str(registry.folder.resolve()), name, settings)
            self._gateway = serve.run(application, name=name, route_prefix="/")
        except RuntimeError as error:
            found = _messages(name) or str(error)
            self.close()
            raise InputError(f"Ray Serve did not start {name}: {found}") from error
        except BaseException:
            self.close()
            raise

    @property
    def traffic(self) -> Traffic:
        """How requests are shared now."""
        return self._gateway.traffic.remote().result()

    def load(self, number: int) -> None:
        """As `LocalServer.load`, in new processes."""
        self._registry.load(self._name, number)  # refused here, before a process is started
        self._deploy(number)
        try:
            self._gateway.add.remote(number).result()
        except InputError:
            serve.delete(_application(self._name, number))
            raise

    def unload(self, number: int) -> None:
        """As `LocalServer.unload`; the version's processes end."""
        self._gateway.remove.remote(number).result()
        serve.delete(_application(self._name, number))

    def canary(self, number: int, *, share: float, shadow: float = 0.0) -> None:
        """As `Service.canary`."""
        self._gateway.canary.remote(number, share, shadow).result()

    def promote(self, reason: str) -> int:
        """As `LocalServer.promote`."""
        other = self.traffic.other
        if other is None:
            raise InputError("there is no other version: load one, and call canary.")
        self._registry.promote(self._name, other, reason=reason)
        return self._gateway.promote.remote().result()

    def rollback(self, reason: str) -> int:
        """As `LocalServer.rollback`."""
        traffic = self.traffic
        if traffic.other is not None and not traffic.trial:
            self._registry.rollback(self._name, reason=reason)
        return self._gateway.rollback.remote().result()

    def replica_process(self, number: int) -> int:
        """The process of one of a version's replicas."""
        handle = serve.get_deployment_handle(_REPLICA, app_name=_application(self._name, number))
        return handle.process.remote().result()

    def close(self) -> None:
        """End Serve, and Ray if it was started here."""
        serve.shutdown()
        if self._started_ray:
            ray.shutdown()

    def __enter__(self) -> "RayServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _deploy(self, number: int) -> None:
        least, most = self._replicas
        scaling: dict[str, Any] = {"num_replicas": least}
        if most > least:  # as many batches are under way as there may be replicas: one for each is what is aimed at
            scaling = {"autoscaling_config": AutoscalingConfig(
                min_replicas=least, max_replicas=most, target_ongoing_requests=1,
                upscale_delay_s=5, downscale_delay_s=60,
            )}  # fmt: skip
        replica = Replica.options(  # type: ignore[attr-defined]
            name=_REPLICA,
            max_ongoing_requests=1,
            health_check_period_s=2,
            ray_actor_options={"num_cpus": self._cpus},
            **scaling,
        )
        application = replica.bind(str(self._registry.folder.resolve()), self._name, number)
        try:
            serve.run(application, name=_application(self._name, number), route_prefix=None)
        except RuntimeError as error:
            found = _messages(_application(self._name, number)) or str(error)
            serve.delete(_application(self._name, number))
            raise InputError(f"Ray Serve did not start version {number}: {found}") from error


def _messages(application: str) -> str:
    """What Serve says of an application that did not start."""
    found = serve.status().applications.get(application)
    return "" if found is None else " ".join(each.message for each in found.deployments.values()).strip()


def _application(name: str, number: int) -> str:
    return f"{name}-{number}"


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]
