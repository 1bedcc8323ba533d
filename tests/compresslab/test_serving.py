"""The server's core, without a network: who is answered by what, in which batches, and what is taken back when."""

import asyncio
import hashlib
import io
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save as save_safetensors
from served_models import BEYOND, CARD, ORDINARY

from compresslab.deploy.card import Preprocessing
from compresslab.errors import InputError
from compresslab.serving import (
    Batcher,
    Computed,
    Guard,
    Limits,
    ModelFailure,
    Refused,
    Service,
    Traffic,
    Version,
    position,
)
from compresslab.serving.bodies import JSON, NPY, RAW, SAFETENSORS, read_request, write_npy
from compresslab.serving.endpoints import Admission, Request, respond

PREPARE = CARD.preprocessing


# Who is answered by which version


def test_positions_are_spread_evenly() -> None:
    counts = np.histogram([position(f"user {n}", "canary 2") for n in range(20_000)], bins=20, range=(0, 1))[0]
    chi_squared = ((counts - 1000) ** 2 / 1000).sum()
    assert chi_squared < 43.8  # 99.9% of the distribution with 19 degrees of freedom


def test_a_position_is_the_same_in_every_process() -> None:
    assert position("user 1", "canary 2") == pytest.approx(0.95288850289, abs=1e-9)
    digest = hashlib.blake2b(b"canary 2\0user 1", digest_size=8).hexdigest()
    assert position("user 1", "canary 2") == pytest.approx(int(digest, 16) / 2**64, abs=1e-12)


def test_a_larger_share_keeps_the_keys_of_a_smaller_one() -> None:
    keys = [f"user {n}" for n in range(2000)]
    got = [{key for key in keys if Traffic(1, 2, share).choose(key) == 2} for share in (0.0, 0.05, 0.3, 1.0)]
    assert got[0] < got[1] < got[2] < got[3] == set(keys)
    assert len(got[2]) == pytest.approx(600, abs=62)  # three standard deviations


def test_the_next_canary_is_tried_by_other_users() -> None:
    keys = [f"user {n}" for n in range(4000)]
    second, third = ({key for key in keys if Traffic(1, other, 0.1).choose(key) == other} for other in (2, 3))
    assert len(second & third) == pytest.approx(40, abs=20)


@pytest.mark.parametrize(
    ("settings", "named"),
    [({"share": 1.1, "other": 2}, "share"), ({"share": 0.1}, "other"), ({"other": 1}, "live"), ({"live": 0}, "live")],
)
def test_traffic_that_makes_no_sense_is_refused(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        Traffic(**{"live": 1, **settings})


# Batches


def calls(batcher: Batcher, sizes: list[int]) -> list[Any]:
    """What became of requests of these sizes, sent at once, whose images hold their own numbers."""

    async def send() -> list[Any]:
        images = np.arange(sum(sizes), dtype=np.float32).reshape(-1, 1, 1, 1)
        parts = np.split(images, np.cumsum(sizes)[:-1])
        answers = await asyncio.gather(*(batcher(part) for part in parts), return_exceptions=True)
        await batcher.close()
        return answers

    return asyncio.run(send())


def recording(batches: list[int]) -> Callable[[Any], Any]:
    async def run(images: Any) -> Any:
        batches.append(len(images))
        await asyncio.sleep(0)
        if (images < 0).any() or (images == 13).any():
            raise ModelFailure("error", "cannot bear 13")
        return images.reshape(len(images), 1) * 2

    return run


def test_each_request_gets_the_answers_to_its_own_images() -> None:
    batches: list[int] = []
    sizes = [1, 3, 2, 1, 4, 1]
    answers = calls(Batcher(recording(batches), max_images=4, wait_s=0.05), sizes)
    assert np.concatenate([answer.logits for answer in answers]).ravel().tolist() == [2 * n for n in range(12)]
    assert [len(answer.logits) for answer in answers] == sizes
    assert batches == [4, 3, 4, 1], "filled in their order, and none above 4"


def test_a_request_larger_than_a_batch_is_computed_alone() -> None:
    batches: list[int] = []
    calls(Batcher(recording(batches), max_images=4, wait_s=0.0), [1, 9, 1])
    assert batches == [1, 9, 1]


def test_a_request_that_the_model_cannot_bear_does_not_fail_its_neighbours() -> None:
    batches: list[int] = []
    answers = calls(Batcher(recording(batches), max_images=16, wait_s=0.05), [1] * 16)
    failed = [number for number, answer in enumerate(answers) if isinstance(answer, ModelFailure)]
    assert failed == [13]
    assert [answer.logits.item() for answer in answers if isinstance(answer, Computed)] == [
        2 * n for n in range(16) if n != 13
    ]


@pytest.mark.parametrize("error", [RuntimeError("a bug"), ModelFailure("error", "a fault")])
def test_the_worker_outlives_any_error(error: Exception) -> None:
    async def fails_first(images: Any, turns: list[int] = []) -> Any:  # noqa: B006
        turns.append(1)
        if len(turns) == 1:
            raise error
        return images.reshape(len(images), 1)

    answers = calls(Batcher(fails_first, max_images=1), [1, 1])
    assert isinstance(answers[0], ModelFailure)
    assert answers[1].logits.item() == 1


def test_too_many_answers_are_a_failure_and_not_someone_elses() -> None:
    async def wrong(images: Any) -> Any:
        return np.zeros((len(images) + 1, 2), np.float32)

    (answer,) = calls(Batcher(wrong), [2])
    assert isinstance(answer, ModelFailure)
    assert answer.kind == "shape"


def test_what_waits_is_bounded_and_a_closed_batcher_answers_nobody() -> None:
    async def flood() -> list[Any]:
        release = asyncio.Event()

        async def slow(images: Any) -> Any:
            await release.wait()
            return images.reshape(len(images), 1)

        batcher = Batcher(slow, max_images=1, wait_s=0.0, max_waiting=3)
        one = np.zeros((1, 1, 1, 1), np.float32)
        tasks = [asyncio.create_task(batcher(one)) for _ in range(20)]
        await asyncio.sleep(0.01)
        closing = asyncio.create_task(batcher.close())
        await asyncio.sleep(0)
        release.set()
        await closing
        return await asyncio.gather(*tasks, batcher(one), return_exceptions=True)

    *answers, late = asyncio.run(flood())
    kinds = [type(answer) for answer in answers]
    assert kinds.count(Refused) >= 16
    assert kinds.count(Computed) == 1
    assert kinds.count(Refused) + kinds.count(ModelFailure) + 1 == 20
    assert late.kind == "gone"


# The guard


def feed(guard: Guard, live: list[float], other: list[float], images: int = 1) -> None:
    for version, times in ((1, live), (2, other)):
        for seconds in times:
            guard.answered(version, seconds=seconds, batch_images=images)


def test_a_version_as_good_as_the_other_is_kept() -> None:
    generator = np.random.default_rng(0)
    guard = Guard(Limits())
    for _ in range(2000):
        version = int(generator.random() < 0.3) + 1
        if generator.random() < 0.005:
            guard.failed(version)
        else:
            guard.answered(version, seconds=generator.lognormal(-5, 0.5), batch_images=int(generator.integers(1, 9)))
        guard.compared(int(generator.random() < 0.05), 1)
        assert guard.verdict(live=1, other=2, trial=True) is None


def test_twice_as_slow_is_found_at_equal_batch_sizes_only() -> None:
    guard = Guard(Limits(least=20))
    feed(guard, [0.08] * 50, [], images=8)
    feed(guard, [], [0.02] * 50, images=1)  # twice as slow for an image, and yet its batches end sooner
    assert guard.slowdown(live=1, other=2) is None
    assert guard.verdict(live=1, other=2, trial=True) is None
    feed(guard, [0.01] * 20, [], images=1)
    assert guard.slowdown(live=1, other=2) == pytest.approx(2.0)
    verdict = guard.verdict(live=1, other=2, trial=True)
    assert (verdict.version, verdict.cause) == (2, "latency")


def test_a_smaller_share_alone_is_no_slowdown() -> None:
    """The canary's batches are small, the live version's large: a plain comparison would find a factor of six."""
    guard = Guard(Limits())
    for images, live, other in ((1, 40, 90), (8, 300, 10)):
        feed(guard, [0.01 * images**0.9] * live, [0.01 * images**0.9] * other, images=images)
    assert guard.slowdown(live=1, other=2) == pytest.approx(1.0)


def test_failures_count_by_the_lower_end_of_their_interval() -> None:
    guard = Guard(Limits(error_rate=0.02, least=30))
    feed(guard, [0.01] * 30, [0.01] * 28)
    guard.failed(2)
    guard.failed(2)  # 2 of 30 are 6.7%, and the interval begins at 1.2%
    assert guard.verdict(live=1, other=2, trial=True) is None
    for _ in range(3):
        guard.failed(2)
    assert guard.verdict(live=1, other=2, trial=True).cause == "errors"


def test_a_live_version_that_fails_is_left_for_a_proven_one_and_not_for_a_candidate() -> None:
    guard = Guard(Limits(least=10))
    for _ in range(40):
        guard.failed(1)
    assert guard.verdict(live=1, other=2, trial=True) is None
    assert guard.verdict(live=1, other=2, trial=False).version == 1


def test_disagreement_is_found() -> None:
    guard = Guard(Limits(disagreement=0.1))
    guard.compared(8, 100)
    assert guard.verdict(live=1, other=2, trial=True) is None
    guard.compared(40, 100)
    assert guard.verdict(live=1, other=2, trial=True).cause == "disagreement"


# The service


def answering(logits: list[float] | Callable[[Any], Any], seconds: float = 0.01) -> Any:
    async def infer(images: Any) -> Computed:
        found = logits(images) if callable(logits) else np.tile(np.float32(logits), (len(images), 1))
        return Computed(found, len(images), seconds)

    return infer


def failing(images: Any) -> Any:
    raise ModelFailure("error", "broken")


def served(*infers: Any, **settings: Any) -> Service:
    service = Service(**settings)
    for number, infer in enumerate(infers, 1):
        service.add(Version(number, CARD, infer))
    return service


FIRST, LAST = [1.0, 0, 0, 0], [0, 0, 0, 1.0]
NAN = [np.nan] * 4


async def ask(service: Service, count: int) -> list[Any]:
    return [await service.predict(ORDINARY, key=f"user {n}") for n in range(count)]


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (answering(failing), "errors"),
        (answering(NAN), "errors"),
        (answering([1.0, 2.0]), "errors"),
        (answering(FIRST, seconds=0.02), "latency"),
        (answering(LAST), "disagreement"),
    ],
    ids=["error", "NaN", "shape", "slow", "other classes"],
)
def test_a_bad_candidate_is_taken_back_and_nobody_goes_without_an_answer(fault: Any, cause: str) -> None:
    async def run() -> None:
        told = []
        service = served(answering(FIRST), fault, on_rollback=told.append)
        service.canary(2, share=0.3, shadow=1.0)
        answers = await ask(service, 400)
        await service.drained()
        assert [verdict.cause for verdict in told] == [cause]
        assert service.traffic == Traffic(live=1)
        assert all(np.isfinite(answer.logits).all() for answer in answers)
        assert all(answer.version == 1 for answer in answers[-100:])
        assert (1 if cause == "errors" else 2) in {answer.version for answer in answers[:100]}

    asyncio.run(run())


def test_a_candidate_as_good_is_promoted_and_rolled_back_by_hand() -> None:
    async def run() -> None:
        service = served(answering(FIRST), answering(FIRST))
        service.canary(2, share=0.3, shadow=0.5)
        assert {answer.version for answer in await ask(service, 100)} == {1, 2}
        assert service.promote() == 2
        assert {answer.version for answer in await ask(service, 100)} == {2}
        assert service.rollback() == 1
        assert {answer.version for answer in await ask(service, 100)} == {1}

    asyncio.run(run())


def test_a_promoted_version_that_begins_to_fail_is_left_for_the_one_before() -> None:
    async def run() -> None:
        broken = False

        def sometimes(images: Any) -> Any:
            if broken:
                raise ModelFailure("error", "broken")
            return np.tile(np.float32(FIRST), (len(images), 1))

        service = served(answering(FIRST), answering(sometimes))
        service.canary(2, share=1.0)
        service.promote()
        assert (await ask(service, 1))[0].version == 2
        broken = True
        assert {answer.version for answer in await ask(service, 100)} == {1}
        assert service.traffic.live == 1

    asyncio.run(run())


def test_a_version_that_hangs_is_passed_over() -> None:
    async def run() -> None:
        async def hangs(images: Any) -> Any:
            await asyncio.Event().wait()

        service = served(answering(FIRST), hangs, timeout_s=0.01)
        service.canary(2, share=1.0)
        assert (await service.predict(ORDINARY)).version == 1
        with pytest.raises(Refused, match=r"503.*timeout"):
            await service.predict(ORDINARY, version=2)

    asyncio.run(run())


def test_where_both_fail_the_asker_is_told() -> None:
    async def run() -> None:
        service = served(answering(failing), answering(failing))
        service.canary(2, share=0.5)
        with pytest.raises(Refused, match="503"):
            await service.predict(ORDINARY, key="user 1")

    asyncio.run(run())


def test_requests_at_once_are_bounded() -> None:
    async def run() -> None:
        release = asyncio.Event()

        async def slow(images: Any) -> Computed:
            await release.wait()
            return Computed(np.tile(np.float32(FIRST), (len(images), 1)), len(images), 0.01)

        service = served(slow, max_in_flight=5)
        tasks = [asyncio.create_task(service.predict(ORDINARY)) for _ in range(50)]
        await asyncio.sleep(0)
        release.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(answer, Refused) and answer.status == 429 for answer in answers) == 45

    asyncio.run(run())


def test_a_version_of_another_shape_is_not_served_beside() -> None:
    service = served(answering(FIRST))
    card = CARD.__class__(**{**vars(CARD), "preprocessing": Preprocessing(1, 3, 2, mean=(0.5,), std=(0.25,))})
    with pytest.raises(InputError, match="as another model"):
        service.add(Version(2, card, answering(FIRST)))
    for wrong in (lambda: service.canary(2, share=0.1), lambda: service.remove(1), service.promote, service.rollback):
        with pytest.raises(InputError):
            wrong()
    assert service.traffic == Traffic(live=1)


def test_the_metrics_are_counters_and_histograms_that_add_up() -> None:
    async def run() -> str:
        service = served(answering(FIRST), answering(NAN))
        service.canary(2, share=0.5)
        await ask(service, 20)
        body = write_npy(ORDINARY)
        headers = {"content-type": NPY}
        for path in ("/predict", "/no/such/path", "/another"):
            await respond(service, Request("POST", path, headers=headers, body=body))
        return (await respond(service, Request("GET", "/metrics"))).body.decode()

    text = asyncio.run(run())
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    failed = float(lines['serving_model_failures_total{kind="not finite",version="2"}'])
    assert failed == float(lines['serving_fallbacks_total{version="2"}']) > 0
    assert float(lines['serving_request_seconds_count{version="1"}']) == 21
    assert float(lines['serving_request_seconds_bucket{le="+Inf",version="1"}']) == 21
    assert lines['serving_requests_total{endpoint="other",status="404"}'] == "2.0"
    assert "# TYPE serving_requests_total counter" in text
    assert "# TYPE serving_request_seconds histogram" in text


def test_a_log_line_is_json(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "compresslab.serving")

    async def run() -> None:
        service = served(answering(FIRST))
        await respond(service, Request("POST", "/predict", headers={"content-type": JSON}, body=b"{"))

    asyncio.run(run())
    events = [json.loads(record.getMessage()) for record in caplog.records]
    assert [event["event"] for event in events] == ["traffic", "request"]
    assert events[1]["status"] == 400


# Bodies


def npy(array: Any) -> bytes:
    written = io.BytesIO()
    np.save(written, array)
    return written.getvalue()


def header_of(shape: str, descr: str = "'<f4'", order: str = "False") -> bytes:
    text = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def picture(mode: str = "L", size: tuple[int, int] = (2, 2), kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 255 if mode == "L" else (255, 255, 255)).save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "body", "headers"),
    [
        (JSON, json.dumps({"images": ORDINARY.tolist()}).encode(), {}),
        (NPY, npy(ORDINARY), {}),
        (NPY, npy(np.asfortranarray(np.tile(ORDINARY, (1, 1, 1, 1)))), {}),
        (SAFETENSORS, save_safetensors({"images": ORDINARY}), {}),
        (RAW, ORDINARY.tobytes(), {"x-shape": "1,1,2,2"}),
    ],
    ids=["JSON", "npy", "npy in Fortran's order", "safetensors", "raw"],
)
def test_all_forms_hold_the_same_images(kind: str, body: bytes, headers: dict[str, str]) -> None:
    images, _ = read_request(kind, body, headers, PREPARE, most=4)
    assert np.array_equal(images, ORDINARY)
    assert images.dtype == np.float32


def test_pixels_are_prepared_as_in_training() -> None:
    pixels = np.array([[[[0, 255], [51, 102]]]], np.uint8)
    wanted = (pixels / 255 - 0.5) / 0.25
    for kind, body, headers in (
        (NPY, npy(pixels), {}),
        (RAW, pixels.tobytes(), {"x-shape": "1,1,2,2", "x-dtype": "uint8"}),
    ):
        np.testing.assert_allclose(read_request(kind, body, headers, PREPARE, most=1)[0], wanted, rtol=1e-6)
    for mode, kind in (("L", "PNG"), ("RGB", "JPEG")):
        images, _ = read_request(f"image/{kind.lower()}", picture(mode, (9, 7), kind), {}, PREPARE, most=1)
        np.testing.assert_allclose(images, np.full((1, 1, 2, 2), 2.0), rtol=1e-6)


BAD_BODIES = [
    (400, JSON, b"", {}),
    (400, JSON, b"{", {}),
    (400, JSON, b"[" * 100_000, {}),
    (400, JSON, b"\xff\xfe", {}),
    (422, JSON, b"[]", {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, NaN]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, 1000000.0000001]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, 1e999]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, 1' + b"0" * 400 + b"]]]]}", {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, "4"]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, true]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, null]]]]}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3]]]]}', {}),
    (422, JSON, b'{"images": [[[1, 2], [3, 4]]]}', {}),
    (422, JSON, b'{"images": []}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, 4]]]], "more": 1}', {}),
    (422, JSON, b'{"images": [[[[1, 2], [3, 4]]]], "key": 7}', {}),
    (422, NPY, npy(np.zeros((5, 1, 2, 2), np.float32)), {}),
    (422, NPY, npy(np.zeros((1, 1, 2, 3), np.float32)), {}),
    (422, NPY, npy(np.zeros((1, 1, 2, 2))), {}),
    (422, NPY, npy(np.zeros((1, 1, 2, 2), ">f4")), {}),
    (422, NPY, npy(np.array([{}], dtype=object)), {}),
    (422, NPY, npy(np.full((1, 1, 2, 2), np.inf, np.float32)), {}),
    (400, NPY, npy(ORDINARY)[:-1], {}),
    (400, NPY, npy(ORDINARY)[:20], {}),
    (400, NPY, header_of("(1000000, 1000000, 1000)"), {}),
    (400, NPY, header_of("(-1, 1, 2, 2)"), {}),
    (400, NPY, header_of("(True, 1, 2, 2)"), {}),
    (400, NPY, header_of("(" * 300), {}),
    (400, NPY, header_of("__import__('os').getpid()"), {}),
    (400, NPY, header_of("(1, 1, 2, 2)")[:9], {}),
    (400, SAFETENSORS, b"\xff" * 8, {}),
    (400, SAFETENSORS, struct.pack("<Q", 2**60) + b"{}", {}),
    (422, SAFETENSORS, save_safetensors({"pictures": ORDINARY}), {}),
    (400, RAW, ORDINARY.tobytes(), {}),
    (400, RAW, ORDINARY.tobytes(), {"x-shape": "1,1,2,3"}),
    (400, RAW, ORDINARY.tobytes(), {"x-shape": "-1,1,2,2"}),
    (422, RAW, ORDINARY.tobytes(), {"x-shape": "1,1,2,2", "x-dtype": "object"}),
    (400, "image/png", picture()[:-30], {}),
    (400, "image/png", b"\x89PNG", {}),
    (400, "image/png", picture(kind="GIF"), {}),
    (422, "image/png", picture(size=(3000, 3000)), {}),
    (415, "text/html", b"<p>", {}),
    (415, "application/x-pickle", b"cos\nsystem\n(S'true'\ntR.", {}),
    (415, "", b"", {}),
]


@pytest.mark.parametrize(
    ("status", "kind", "body", "headers"), BAD_BODIES, ids=[f"{n}-{case[1]}" for n, case in enumerate(BAD_BODIES)]
)
def test_a_body_that_is_no_image_is_refused_with_a_reason(
    status: int, kind: str, body: bytes, headers: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refusal:
        read_request(kind, body, headers, PREPARE, most=4)
    assert refusal.value.status == status
    assert len(refusal.value.reason) > 10


def test_memory_for_bodies_is_granted_up_to_a_sum() -> None:
    admission = Admission(longest=10, together=25)
    ten = {"content-length": "10"}
    with admission.grant(ten), admission.grant(ten):
        with pytest.raises(Refused, match="429"), admission.grant(ten):
            pass
        with admission.grant({"content-length": "5"}):
            pass
    with admission.grant(ten) as length:
        assert length == 10


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (411, {"transfer-encoding": "chunked"}),
        (400, {"content-length": "ten"}),
        (400, {"content-length": "-1"}),
        (400, {"content-length": "٣"}),
        (413, {"content-length": "11"}),
        (413, {"content-length": "9" * 5000}),
    ],
    ids=["chunked", "text", "negative", "Arabic digit", "too long", "5,000 digits"],
)
def test_a_body_that_is_not_granted(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(Refused) as refusal, Admission(longest=10, together=25).grant(headers):
        pass
    assert refusal.value.status == status


@pytest.mark.parametrize(
    ("status", "method", "path", "query"),
    [
        (404, "POST", "/predict", "version=7"),
        (400, "POST", "/predict", "version=two"),
        (400, "POST", "/predict", "version=9999999999"),
        (400, "POST", "/predict", "versoin=1"),
        (422, "POST", "/predict", "key=" + "k" * 300),
        (405, "GET", "/predict", ""),
        (405, "DELETE", "/metrics", ""),
        (404, "GET", "/../etc/passwd", ""),
        (200, "POST", "/predict", "version=1&key=user"),
        (200, "POST", "/compare", ""),
    ],
)
def test_addresses_and_parameters(status: int, method: str, path: str, query: str) -> None:
    async def run() -> Any:
        request = Request(method, path, query, {"content-type": NPY}, write_npy(BEYOND))
        return await respond(served(answering(FIRST)), request)

    response = asyncio.run(run())
    assert response.status == status
    if status != 200:
        assert json.loads(response.body)["error"]
    assert ("Allow" in response.headers) == (status == 405)
