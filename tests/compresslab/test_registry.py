"""The registry of served models: whole or absent, checked before it is loaded, and gone back in when asked."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from compresslab.data import load
from compresslab.deploy import ModelCard, OnnxModel, Preprocessing, Registry, current_git_revision, export_onnx
from compresslab.deploy.registry import example_registry
from compresslab.errors import InputError
from compresslab.onnx_file import load_onnx, save_onnx
from compresslab.onnx_session import open_session, session_options

CARD = ModelCard("made up", ("a", "b", "c", "d"), 0.25, 4, Preprocessing(1, 2, 2, mean=(0.5,), std=(0.25,)), "abc123")
SHAPE = "(float[batch, 1, 2, 2] images) => (float[batch, 4] logits)"


def written(path: Path, body: str = "logits = Flatten(images)", shape: str = SHAPE) -> Path:
    text = f'<ir_version: 8, opset_import: ["": 17]> pixels {shape} {{ {body} }}'
    return save_onnx(onnx.parser.parse_model(text), path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return written(tmp_path / "given.onnx")


@pytest.fixture
def registry(tmp_path: Path, model: Path) -> Registry:
    registry = Registry(tmp_path / "registry")
    registry.register("digits", model, card=CARD)
    return registry


def test_a_version_holds_the_file_its_checksum_and_its_card(registry: Registry, model: Path) -> None:
    version = registry.register("digits", model, card=CARD)
    data = version.path.read_bytes()
    assert (version.number, version.size_bytes, version.sha256) == (2, len(data), hashlib.sha256(data).hexdigest())
    assert registry.get("digits", 2) == version and len(registry.versions("digits")) == 2
    loaded = registry.load("digits", 2)
    assert loaded.card == CARD and loaded.version == version
    images = torch.rand(5, 1, 2, 2)
    assert torch.equal(loaded.model(images), images.flatten(1))
    assert registry.models() == ("digits",)


def test_a_file_with_a_card_of_its_own_needs_no_other(registry: Registry) -> None:
    again = registry.register("other", registry.get("digits", 1).path)
    assert registry.load("other", 1).card == CARD and again.sha256 == registry.get("digits", 1).sha256


def test_a_trained_network_is_prepared_as_in_training(tmp_path: Path) -> None:
    data = load("digits").subset(train=100)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).eval()
    card = ModelCard.of(data, accuracy=0.1, images=len(data.test), git_revision="abc")
    path = export_onnx(network, torch.zeros(1, 1, 8, 8), tmp_path / "m.onnx", notes=card.notes())
    registry = Registry(tmp_path / "registry")
    loaded = registry.load("digits", registry.register("digits", path).number)
    images = data.test.images[:7]
    assert torch.equal(loaded.card.preprocessing(images), data.normalize(images))
    assert loaded.card.labels == data.classes
    with torch.no_grad():
        torch.testing.assert_close(loaded.model(loaded.card.preprocessing(images)), network(data.normalize(images)))


def test_promote_and_roll_back(registry: Registry, model: Path) -> None:
    for _ in range(3):
        registry.register("digits", model, card=CARD)
    assert registry.live("digits") is None
    with pytest.raises(InputError, match="no live version"):
        registry.load("digits")
    with pytest.raises(InputError, match="fewer than two"):
        registry.rollback("digits", reason="try")
    for number in (1, 3, 2):
        registry.promote("digits", number, reason=f"to {number}")
    assert registry.load("digits").version.number == 2
    assert registry.rollback("digits", reason="slow").number == 3
    registry.promote("digits", 4, reason="mended")
    assert registry.rollback("digits", reason="NaN").number == 3  # not back to 2, which was rolled back
    assert registry.rollback("digits", reason="NaN too").number == 1
    with pytest.raises(InputError, match="fewer than two"):
        registry.rollback("digits", reason="try")
    steps = [(change.action, change.number, change.reason) for change in registry.journal("digits")]
    assert steps[:4] == [
        ("promote", 1, "to 1"),
        ("promote", 3, "to 3"),
        ("promote", 2, "to 2"),
        ("rollback", 3, "slow"),
    ]
    assert registry.live("digits").number == 1  # type: ignore[union-attr]
    with pytest.raises(InputError, match="live already"):
        registry.promote("digits", 1, reason="again")
    with pytest.raises(InputError, match="say why"):
        registry.promote("digits", 2, reason=" ")


@pytest.mark.parametrize("damage", ["a bit", "cut short", "empty", "gone", "another model", "link"])
def test_bytes_that_changed_are_not_loaded(damage: str, registry: Registry, model: Path, tmp_path: Path) -> None:
    registry.register("digits", model, card=CARD)
    for number in (1, 2):
        registry.promote("digits", number, reason="test")
    path = registry.get("digits", 2).path
    data = path.read_bytes()
    if damage == "a bit":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "cut short":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "gone":
        path.unlink()
    elif damage == "another model":  # and the record to it: the journal still knows
        other = save_onnx(
            load_onnx(written(tmp_path / "o.onnx", "m = Neg(images) logits = Flatten(m)")), path, CARD.notes()
        )
        record = {"sha256": hashlib.sha256(other.read_bytes()).hexdigest(), "size_bytes": other.stat().st_size}
        path.with_name("record.json").write_text(json.dumps({**record, "registered": "now"}))
    else:
        path.rename(tmp_path / "elsewhere.onnx")
        path.symlink_to(tmp_path / "elsewhere.onnx")
    with pytest.raises(InputError, match=r"changed since|cannot read|no plain file"):
        registry.load("digits")
    assert registry.rollback("digits", reason="damaged").number == 1
    assert registry.load("digits").version.number == 1
    with pytest.raises(InputError):
        registry.promote("digits", 2, reason="try")
    assert registry.live("digits").number == 1  # type: ignore[union-attr]


BROKEN = {
    "NaN": ("z = Sub(images, images) n = Div(z, z) logits = Flatten(n)", SHAPE, "NaN or infinity"),
    "infinite": ("e = Mul(images, images) f = Exp(e) g = Exp(f) h = Exp(g) logits = Flatten(h)", SHAPE, "NaN or inf"),
    "another size": (
        "logits = Flatten(images)",
        "(float[batch, 1, 1, 4] images) => (float[batch, 4] logits)",
        "its card says",
    ),
    "fixed batch": ("logits = Flatten(images)", "(float[3, 1, 2, 2] images) => (float[3, 4] logits)", "dynamic batch"),
    "logits of another number": (
        "f = Flatten(images) logits = Concat<axis=1>(f, f)",
        "(float[batch, 1, 2, 2] images) => (float[batch, 8] logits)",
        r"answers torch.float32 \(1, 8\)",
    ),
    "whole numbers": (
        "f = Flatten(images) logits = Cast<to=7>(f)",
        "(float[batch, 1, 2, 2] images) => (int64[batch, 4] logits)",
        "torch.int64",
    ),
    "one answer for all": (
        "f = Flatten(images) logits = ReduceMean<axes=[0]>(f)",
        "(float[batch, 1, 2, 2] images) => (float[n, 4] logits)",
        r"\(1, 4\) to 3 images",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_model_is_not_registered(fault: str, registry: Registry, tmp_path: Path) -> None:
    body, shape, said = BROKEN[fault]
    before = sorted(registry.folder.rglob("*"))
    with pytest.raises(InputError, match=said):
        registry.register("digits", written(tmp_path / "bad.onnx", body, shape), card=CARD)
    assert sorted(registry.folder.rglob("*")) == before


def test_what_slipped_in_is_found_when_it_is_loaded(registry: Registry, tmp_path: Path) -> None:
    bad = save_onnx(load_onnx(written(tmp_path / "bad.onnx", BROKEN["NaN"][0])), tmp_path / "b.onnx", CARD.notes())
    folder = registry.folder / "digits/versions/2"
    folder.mkdir()
    data = bad.read_bytes()
    (folder / "model.onnx").write_bytes(data)
    record = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data), "registered": "now"}
    (folder / "record.json").write_text(json.dumps(record))
    with pytest.raises(InputError, match="NaN or infinity"):
        registry.load("digits", 2)
    with pytest.raises(InputError, match="NaN or infinity"):
        registry.promote("digits", 2, reason="try")
    assert registry.live("digits") is None


def test_weights_in_another_file_are_refused_wherever_they_are_named(registry: Registry, tmp_path: Path) -> None:
    """A path in a model is whoever made it naming a file of this machine."""
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(16))
    weight = numpy_helper.from_array(torch.zeros(4).numpy(), "weight")
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../secret")
    plain = load_onnx(written(tmp_path / "plain.onnx"))
    outside = onnx.ModelProto()
    outside.CopyFrom(plain)
    outside.graph.initializer.append(weight)
    constant = onnx.ModelProto()
    constant.CopyFrom(plain)
    constant.graph.node.append(helper.make_node("Constant", [], ["c"], value=weight))
    nested = onnx.ModelProto()
    nested.CopyFrom(plain)
    output = helper.make_tensor_value_info("c", TensorProto.FLOAT, [4])
    branch = helper.make_graph([], "branch", [], [output], initializer=[weight])
    branch.initializer[0].name = "c"
    nested.graph.node.append(helper.make_node("If", ["yes"], ["d"], then_branch=branch, else_branch=branch))
    for model in (outside, constant, nested):
        path = tmp_path / "outside.onnx"
        path.write_bytes(model.SerializeToString())
        with pytest.raises(InputError, match=r"in another file: export it with external_data=False"):
            registry.register("digits", path, card=CARD)
        with pytest.raises(InputError, match="in another file"):
            OnnxModel(path)


class Payload:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("pickle-was-run",)


def test_a_pickle_is_no_model_and_is_not_run(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.onnx").write_bytes(pickle.dumps(Payload()))
    with pytest.raises(InputError, match="not a valid ONNX model"):
        registry.register("digits", tmp_path / "evil.onnx", card=CARD)
    assert not (tmp_path / "pickle-was-run").exists()


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "/etc", "a/b", "a\\b", "A", "a.b", "-a", "a-", "x" * 65, "a\n", "é", None]
)
def test_a_name_cannot_leave_the_folder(name: str, registry: Registry, model: Path) -> None:
    for use in (registry.versions, registry.live, registry.load, lambda n: registry.register(n, model, card=CARD)):
        with pytest.raises(InputError, match="small letters, digits"):
            use(name)


@pytest.mark.parametrize("number", [0, -1, True, "1", "../1", 1.0, None])
def test_a_number_is_a_number(number: int, registry: Registry) -> None:
    with pytest.raises(InputError, match="number="):
        registry.get("digits", number)
    with pytest.raises(InputError, match=r"no version 7: there are 1\."):
        registry.load("digits", 7)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"sha256": "../../x", "size_bytes": 3, "registered": "now"}', "[" * 20_000, "\ud800", "{}"]
)
def test_a_damaged_record_is_said_to_be_one(text: str, registry: Registry, model: Path) -> None:
    registry.promote("digits", 1, reason="test")
    for path in (registry.get("digits", 1).path.with_name("record.json"), registry.folder / "digits/journal/1.json"):
        whole = path.read_text()
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises(InputError, match="damaged"):
            registry.load("digits")
        path.write_text(whole)
    registry.load("digits")


def test_a_journal_that_lacks_a_line_is_not_guessed(registry: Registry, model: Path) -> None:
    registry.register("digits", model, card=CARD)
    registry.promote("digits", 1, reason="test")
    registry.promote("digits", 2, reason="test")
    (registry.folder / "digits/journal/1.json").unlink()
    with pytest.raises(InputError, match="lacks lines"):
        registry.live("digits")


def test_a_journal_that_rolls_back_to_nowhere_is_refused(registry: Registry) -> None:
    registry.promote("digits", 1, reason="test")
    line = registry.folder / "digits/journal/1.json"
    line.write_text(line.read_text().replace("promote", "rollback"))
    with pytest.raises(InputError, match="which was not before"):
        registry.rollback("digits", reason="try")


def test_what_is_not_finished_is_no_version(registry: Registry, model: Path) -> None:
    (registry.folder / "digits/.staging-abc.part").mkdir()
    (registry.folder / "digits/versions/7x").mkdir()
    (registry.folder / "digits/versions/007").mkdir()
    assert [version.number for version in registry.versions("digits")] == [1]
    assert registry.register("digits", model, card=CARD).number == 2


def test_writers_at_once_get_numbers_of_their_own(tmp_path: Path, model: Path) -> None:
    folder, start = tmp_path / "registry", threading.Barrier(6)

    def register(_: int) -> int:
        start.wait()
        return Registry(folder).register("digits", model, card=CARD).number

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(register, range(6))) == [1, 2, 3, 4, 5, 6]

    def promote(number: int) -> int:
        start.wait()
        return Registry(folder).promote("digits", number, reason=f"thread {number}").number

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(promote, range(1, 7)))
    journal = Registry(folder).journal("digits")
    assert sorted(change.number for change in journal) == [1, 2, 3, 4, 5, 6]
    assert Registry(folder).live("digits").number == journal[-1].number  # type: ignore[union-attr]


def test_a_writer_that_is_killed_leaves_the_old_version_live(registry: Registry, model: Path) -> None:
    registry.promote("digits", 1, reason="test")
    script = (
        "import os, sys; from compresslab.deploy import Registry, registry as module\n"
        "module.os.link = lambda *_: os._exit(9)\n"
        "registry = Registry(sys.argv[1]); registry.register('digits', sys.argv[2])\n"
        "registry.promote('digits', 2, reason='test')\n"
    )
    source = str(registry.get("digits", 1).path)
    assert subprocess.run([sys.executable, "-c", script, str(registry.folder), source], check=False).returncode == 9
    assert len(registry.versions("digits")) == 2 and list((registry.folder / "digits").glob(".staging-*.part"))
    assert registry.load("digits").version.number == 1
    assert registry.promote("digits", 2, reason="once more").number == 2


def test_too_large_a_file_is_not_read(registry: Registry, model: Path) -> None:
    small = Registry(registry.folder, largest_bytes=10)
    with pytest.raises(InputError, match="largest_bytes=10"):
        small.register("digits", model, card=CARD)
    with pytest.raises(InputError, match="largest_bytes=10"):
        small.load("digits", 1)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, model: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(InputError, match="cannot write in"):
        Registry(tmp_path / "file").register("digits", model, card=CARD)
    with pytest.raises(InputError, match="cannot read"):
        Registry(tmp_path).register("digits", tmp_path / "absent.onnx", card=CARD)


def test_a_file_without_a_card_is_refused(registry: Registry, model: Path) -> None:
    with pytest.raises(InputError, match="lack data, labels, accuracy"):
        registry.register("digits", model)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("labels", "[]"),
        ("labels", '["a", "a"]'),
        ("labels", '["a", 3]'),
        ("labels", '"abcd"'),
        ("labels", '["a", "b\\u0000"]'),
        ("labels", "not json"),
        ("labels", "[" * 20_000),
        ("accuracy", "nan"),
        ("accuracy", "97"),
        ("accuracy", "high"),
        ("accuracy_images", "0"),
        ("data", ""),
        ("data", "x" * 201),
        ("git_revision", "a\nb"),
        ("preprocessing", "{}"),
        ("preprocessing", "[]"),
        ("preprocessing", '{"channels": 1, "height": 2, "width": 2, "mean": [NaN], "std": [1]}'),
        ("preprocessing", '{"channels": 1, "height": 2, "width": 2, "mean": [0], "std": [0]}'),
        ("preprocessing", '{"channels": 3, "height": 2, "width": 2, "mean": [0], "std": [1]}'),
        ("preprocessing", '{"channels": 1, "height": 2.5, "width": 2, "mean": [0], "std": [1]}'),
        ("preprocessing", '{"channels": 1, "height": 2, "width": 2, "mean": ["x"], "std": [1]}'),
    ],
)
def test_metadata_are_not_trusted(key: str, value: str) -> None:
    with pytest.raises(InputError):
        ModelCard.from_notes({**CARD.notes(), key: value})


def test_images_of_another_kind_are_not_prepared() -> None:
    for images in (torch.zeros(1, 1, 2, 2), torch.zeros(1, 1, 2, 3, dtype=torch.uint8), torch.zeros(1, 2, 2).byte()):
        with pytest.raises(InputError, match=r"expected uint8 \(N, 1, 2, 2\)"):
            CARD.preprocessing(images)


def test_the_git_revision_says_when_files_differ(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        return subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        ).stdout

    git("init", "-q")
    (tmp_path / "a").write_text("1")
    git("add", "a")
    git("commit", "-qm", "a")
    revision = git("rev-parse", "HEAD").strip()
    assert current_git_revision(tmp_path) == revision
    (tmp_path / "a").write_text("2")
    assert current_git_revision(tmp_path) == f"{revision}-dirty"


def test_a_session_runs_on_what_was_asked_for_or_not_at_all(model: Path) -> None:
    with pytest.raises(InputError, match="has no CUDAExecutionProvider"):
        OnnxModel(model, providers=["CUDAExecutionProvider", "CPUExecutionProvider"])
    with pytest.raises(InputError, match="has no provider that was named"):
        open_session(model, session_options(), providers=[])
    assert open_session(model.read_bytes(), session_options()).get_providers() == ["CPUExecutionProvider"]
    with pytest.raises(InputError, match="cannot run it"):
        open_session(b"no model", session_options(), name="it")


def test_the_example_is_live(tmp_path: Path) -> None:
    assert example_registry(tmp_path).load("digits").version.label == "digits:1"
