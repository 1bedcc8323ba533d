"""Other runtimes: run for real where they are installed, and said to be missing elsewhere."""

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
import torch
from torch import Tensor, nn

from compresslab.deploy import OnnxModel, batch_parity, export_onnx, quantize_static
from compresslab.deploy.targets import (
    CoreMlModel,
    ExecuTorchModel,
    LiteRtModel,
    OpenVinoModel,
    ProgramModel,
    TensorRtModel,
    build_engine,
    compiled,
    export_ahead_of_time,
    export_coreml,
    export_executorch,
    export_litert,
    export_openvino,
    export_program,
    script,
)
from compresslab.deploy.targets.common import bytes_of, exported, needed
from compresslab.errors import InputError
from compresslab.models import resnet18

targets = pytest.mark.targets


@pytest.fixture(scope="module")
def network() -> nn.Module:
    """Batch-norm that does something, and logits that differ between images."""
    torch.manual_seed(0)
    model = resnet18(width=4)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


@pytest.fixture(scope="module")
def images() -> Tensor:
    return torch.randn(17, 3, 32, 32, generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def onnx_path(network: nn.Module, images: Tensor, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_onnx(network, images[:1], tmp_path_factory.mktemp("onnx") / "model.onnx")


def agrees(network: nn.Module, shipped: Callable[[Tensor], Tensor], images: Tensor) -> bool:
    found = batch_parity(network, shipped, images, dtype="float32", batch_sizes=(1, 2, 17))
    return all(each.passed for each in found) and max(each.relative_difference for each in found) > 0


@targets
@pytest.mark.filterwarnings("ignore")  # of libraries among themselves
class TestRunForReal:
    def test_openvino(self, network: nn.Module, images: Tensor, onnx_path: Path, tmp_path: Path) -> None:
        model = OpenVinoModel(export_openvino(onnx_path, tmp_path / "model.xml"))
        assert agrees(network, model, images) and agrees(network, OpenVinoModel(onnx_path), images)
        weights = sum(p.numel() for p in network.parameters()) * 4
        assert 0.9 * weights < model.size_bytes < 2.5 * weights  # the graph is as large as so few weights
        assert sorted(path.name for path in tmp_path.iterdir()) == ["model.bin", "model.xml"]
        first = model(images[:1])
        kept = first.clone()
        model(images[1:2])
        assert torch.equal(first, kept)  # answers are the caller's

    def test_openvino_runs_our_integers(
        self, network: nn.Module, images: Tensor, onnx_path: Path, tmp_path: Path
    ) -> None:
        int8 = quantize_static(onnx_path, tmp_path / "int8.onnx", [images])
        model = OpenVinoModel(export_openvino(int8, tmp_path / "int8.xml"))
        with torch.no_grad():
            to_float = (model(images) - network(images)).abs().max()
        assert 0 < to_float < 0.2 * network(images).abs().max()
        assert (model(images) - OnnxModel(int8)(images)).abs().max() < to_float

    def test_openvino_refuses(self, onnx_path: Path, images: Tensor, tmp_path: Path) -> None:
        (tmp_path / "broken.xml").write_text("<net/>")
        (tmp_path / "broken.bin").write_bytes(b"")
        with pytest.raises(InputError, match="OpenVINO cannot run"):
            OpenVinoModel(tmp_path / "broken.xml")
        with pytest.raises(InputError, match=r"ends in \.xml"):
            export_openvino(onnx_path, tmp_path / "model.bin")
        with pytest.raises(InputError, match=r"takes float32 \('batch', 3, 32, 32\)"):
            OpenVinoModel(onnx_path)(images[:, :1])

    def test_executorch(self, network: nn.Module, images: Tensor, tmp_path: Path) -> None:
        path = export_executorch(network, images.to(memory_format=torch.channels_last), tmp_path / "m.pte")
        model = ExecuTorchModel(path)
        assert agrees(network, model, images)
        first = model(images[:1])
        kept = first.clone()
        model(images[1:2])
        assert torch.equal(first, kept)
        with pytest.raises(InputError, match="does not take"):
            model(torch.zeros(65, 3, 32, 32))  # more than memory was planned for
        assert agrees(network, model, images)

    def test_executorch_says_what_its_kernels_lack(self, tmp_path: Path, images: Tensor) -> None:
        class Sums(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return torch.cumsum(x.flatten(1), dim=1)

        with pytest.raises(InputError, match=r"XNNPACK does not take .*cumsum"):
            export_executorch(Sums(), images, tmp_path / "m.pte")
        model = ExecuTorchModel(export_executorch(Sums(), images, tmp_path / "m.pte", portable=True))
        torch.testing.assert_close(model(images[:3]), Sums()(images[:3]), atol=1e-3, rtol=0)
        (tmp_path / "m.pte").write_bytes(b"no program")
        with pytest.raises(InputError, match="ExecuTorch cannot run"):
            ExecuTorchModel(tmp_path / "m.pte")

    def test_litert(self, network: nn.Module, images: Tensor, tmp_path: Path) -> None:
        model = LiteRtModel(export_litert(network, images, tmp_path / "m.tflite"))
        assert agrees(network, model, images)
        with pytest.raises(InputError, match=r"takes \(N, 3, 32, 32\)"):
            model(images[:, :1])
        (tmp_path / "m.tflite").write_bytes(b"no model")
        with pytest.raises(InputError, match="LiteRT cannot run"):
            LiteRtModel(tmp_path / "m.tflite")

    def test_coreml_is_converted(self, network: nn.Module, images: Tensor, tmp_path: Path) -> None:
        full = export_coreml(network, images, tmp_path / "full.mlpackage", precision="float32")
        half = export_coreml(network, images, tmp_path / "half.mlpackage")
        weights = sum(p.numel() for p in network.parameters()) * 4
        assert 0.45 < bytes_of(half / "Data/com.apple.CoreML/weights") / weights < 0.6
        assert 0.95 < bytes_of(full / "Data/com.apple.CoreML/weights") / weights < 1.1
        spec = needed("coremltools", target="the test").models.MLModel(str(half), skip_model_load=True).get_spec()
        (taken,) = spec.description.input
        ranges = [(size.lowerBound, size.upperBound) for size in taken.type.multiArrayType.shapeRange.sizeRanges]
        assert ranges == [(1, 64), (3, 3), (32, 32), (32, 32)]
        assert [given.name for given in spec.description.output] == ["logits"]


class TestWithoutTheLibraries:
    @pytest.mark.parametrize(
        ("use", "library"),
        [
            (lambda m, x, p: export_openvino(p, "m.xml"), "openvino"),
            (lambda m, x, p: OpenVinoModel(p), "openvino"),
            (lambda m, x, p: export_executorch(m, x, "m.pte"), "executorch"),
            (lambda m, x, p: ExecuTorchModel(p), "executorch"),
            (lambda m, x, p: export_litert(m, x, "m.tflite"), "litert_torch"),
            (lambda m, x, p: LiteRtModel(p), "ai_edge_litert"),
            (lambda m, x, p: export_coreml(m, x, "m.mlpackage"), "coremltools"),
        ],
        ids=["to OpenVINO", "OpenVINO", "to ExecuTorch", "ExecuTorch", "to LiteRT", "LiteRT", "to Core ML"],
    )
    def test_what_is_missing_is_named(
        self, use: Callable[..., Any], library: str, network: nn.Module, images: Tensor, onnx_path: Path,
        monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    ) -> None:  # fmt: skip
        monkeypatch.chdir(tmp_path)
        for name in [name for name in sys.modules if name.split(".")[0] == library]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
        with pytest.raises(InputError, match=rf"needs {library}\b.*extra `targets`"):
            use(network, images, onnx_path)
        assert not list(tmp_path.iterdir())

    def test_a_library_that_does_not_load_is_missing_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "broken_runtime.py").write_text("raise OSError('libthing.so.1: cannot open shared object file')")
        monkeypatch.syspath_prepend(str(tmp_path))
        with pytest.raises(InputError, match=r"libthing\.so\.1"):
            needed("broken_runtime", target="it")

    @pytest.mark.skipif(sys.platform == "darwin", reason="here Core ML runs")
    def test_core_ml_runs_on_apples_systems_only(self) -> None:
        with pytest.raises(InputError, match="Apple's systems only"):
            CoreMlModel("model.mlpackage")

    def test_tensorrt_needs_a_gpu(self, onnx_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        for use in (lambda: build_engine(onnx_path, "m.engine"), lambda: TensorRtModel("m.engine")):
            with pytest.raises(InputError, match="needs an NVIDIA GPU"):
                use()
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
        monkeypatch.setitem(sys.modules, "tensorrt", None)
        with pytest.raises(InputError, match="pip install tensorrt"):
            TensorRtModel("m.engine")


class FakeTensorRt(types.ModuleType):
    """The names of TensorRT 11.4 that are used, and a note of every call."""

    def __init__(self, *, parses: bool = True, builds: bool = True) -> None:
        super().__init__("tensorrt")
        self.asked: list[tuple[Any, ...]] = []
        asked = self.asked

        class Logger:
            WARNING = 2

            def __init__(self, level: int) -> None:
                pass

        class Config:
            def set_memory_pool_limit(self, pool: str, size: int) -> None:
                asked.append((pool, size))

            def add_optimization_profile(self, profile: "Profile") -> None:
                asked.append(("profile", profile.shapes))

        class Profile:
            def set_shape(self, name: str, *shapes: tuple[int, ...]) -> None:
                self.shapes = (name, *shapes)

        class Builder:
            def __init__(self, logger: Logger) -> None:
                pass

            def create_network(self, flags: int) -> str:
                asked.append(("flags", flags))
                return "network"

            def create_builder_config(self) -> Config:
                return Config()

            def create_optimization_profile(self) -> Profile:
                return Profile()

            def build_serialized_network(self, network: str, config: Config) -> bytearray | None:
                return bytearray(b"engine") if builds else None

        class OnnxParser:
            num_errors = 1

            def __init__(self, network: str, logger: Logger) -> None:
                pass

            def parse(self, data: bytes) -> bool:
                asked.append(("parsed", data))
                return parses

            def get_error(self, number: int) -> str:
                return "no such operator"

        self.Logger, self.Builder, self.OnnxParser = Logger, Builder, OnnxParser
        self.NetworkDefinitionCreationFlag = types.SimpleNamespace(STRONGLY_TYPED=1)
        self.MemoryPoolType = types.SimpleNamespace(WORKSPACE="workspace")


class TestTensorRtWithAStandIn:
    @pytest.fixture(autouse=True)
    def gpu(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    def test_an_engine_is_asked_for(self, onnx_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fake = FakeTensorRt()
        monkeypatch.setitem(sys.modules, "tensorrt", fake)
        path = build_engine(onnx_path, tmp_path / "m.engine", batches=(1, 4, 32), workspace_bytes=1000)
        assert path.read_bytes() == b"engine"
        shapes = ("images", (1, 3, 32, 32), (4, 3, 32, 32), (32, 3, 32, 32))
        assert fake.asked == [
            ("flags", 2), ("parsed", onnx_path.read_bytes()), ("workspace", 1000), ("profile", shapes),
        ]  # fmt: skip

    @pytest.mark.parametrize(("fault", "said"), [("parses", "no such operator"), ("builds", "cannot build")])
    def test_a_failure_leaves_no_engine(
        self, fault: str, said: str, onnx_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "tensorrt", FakeTensorRt(**{fault: False}))
        with pytest.raises(InputError, match=said):
            build_engine(onnx_path, tmp_path / "m.engine")
        assert not list(tmp_path.iterdir())


class TestPyTorchsOwn:
    def test_an_exported_program(self, network: nn.Module, images: Tensor, tmp_path: Path) -> None:
        before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
        path = export_program(network, images, tmp_path / "m.pt2")
        model = ProgramModel.exported(path)
        with torch.no_grad():
            assert torch.equal(model(images), network(images))
        larger = export_program(network, images, tmp_path / "larger.pt2", largest_batch=512)
        assert larger.stat().st_size < 1.01 * path.stat().st_size  # the example is not in the file
        larger.unlink()
        assert model.size_bytes == path.stat().st_size and list(tmp_path.iterdir()) == [path]
        assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())

    def test_torchscript(self, network: nn.Module, images: Tensor, tmp_path: Path) -> None:
        assert agrees(network, ProgramModel.scripted(script(network, tmp_path / "m.pt")), images)

    @targets  # a minute of compiling, which CI's time has no place for
    @pytest.mark.filterwarnings("ignore")
    def test_compiled_now_and_ahead_of_time(self, tmp_path: Path, images: Tensor) -> None:
        torch.manual_seed(0)
        small = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(3600, 5)).eval()
        assert agrees(
            small, ProgramModel.ahead_of_time(export_ahead_of_time(small, images, tmp_path / "m.pt2")), images
        )
        assert all(
            each.passed for each in batch_parity(small, compiled(small), images, dtype="float32", batch_sizes=(1, 17))
        )

    def test_what_cannot_be_loaded_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "m.pt").write_bytes(b"no program")
        for load in (ProgramModel.exported, ProgramModel.scripted):
            with pytest.raises(InputError, match="cannot load"):
                load(tmp_path / "m.pt")
            with pytest.raises(InputError, match="is missing"):
                load(tmp_path / "absent.pt")

    def test_a_fixed_batch_is_refused(self, images: Tensor) -> None:
        class Two(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return x.reshape(2, -1)

        with pytest.raises(InputError, match="fixed batch size"):
            exported(Two(), images, largest_batch=8)

    @pytest.mark.parametrize(
        "bad",
        [torch.zeros(3, 32, 32), torch.zeros(0, 3, 32, 32), torch.zeros(1, 3, 8, 8).half()],
        ids=["one image", "none", "half"],
    )
    def test_images_that_are_none(self, bad: Tensor, network: nn.Module, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="expected float32"):
            export_program(network, bad, tmp_path / "m.pt2")
        with pytest.raises(InputError, match="expected float32"):
            ProgramModel.exported(export_program(network, torch.zeros(1, 3, 32, 32), tmp_path / "m.pt2"))(bad)


def test_the_opset_is_stated(onnx_path: Path) -> None:
    assert [(opset.domain, opset.version) for opset in onnx.load(onnx_path).opset_import] == [("", 20)]


class TestParityAtSeveralBatchSizes:
    model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 5)).eval()

    @pytest.mark.parametrize(
        ("shipped", "failed"),
        [
            (lambda m, x: m(x), []),
            (lambda m, x: m(x[:1]).expand(len(x), -1), [3, 17]),  # the batch of the example, for all
            (lambda m, x: m(x - x.mean(0)), [1, 3, 17]),
            (lambda m, x: m(x) - m(x).mean(0) * (len(x) > 1), [3, 17]),  # a statistic of the batch
            (lambda m, x: m(x) * 1.001, [1, 3, 17]),
            (lambda m, x: m(x) * 1.00005, []),
        ],
        ids=["same", "one answer for all", "mean image", "mean logit", "a thousandth", "rounding"],
    )
    def test_a_fault_of_one_size_is_found(
        self, shipped: Callable[..., Tensor], failed: list[int], images: Tensor
    ) -> None:
        found = batch_parity(
            self.model, lambda x: shipped(self.model, x), images, dtype="float32", batch_sizes=(1, 3, 17)
        )
        assert [each.batch_size for each in found if not each.passed] == failed
        assert {each.found.n for each in found} == {17}

    @pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
    def test_a_format_has_the_tolerance_that_it_needs(self, dtype: str, images: Tensor) -> None:
        kind = getattr(torch, dtype)
        rounded = nn.Sequential(nn.Flatten(), nn.Linear(3072, 5)).eval()
        rounded.load_state_dict(self.model.state_dict())
        rounded.to(kind)

        def shipped(x: Tensor) -> Tensor:
            return rounded(x.to(kind)).float()

        full = batch_parity(self.model, shipped, images, dtype="float32", batch_sizes=(17,))[0]
        own = batch_parity(self.model, shipped, images, dtype=dtype, batch_sizes=(17,))[0]
        assert not full.passed and own.relative_difference <= 0.02

    def test_a_class_that_changes_fails_whatever_the_difference(self, images: Tensor) -> None:
        logits = torch.tensor([[1.0, 1.00001]]).expand(17, -1)
        found = batch_parity(
            lambda x: logits[: len(x)], lambda x: logits[: len(x)].flip(1), images, dtype="float32", batch_sizes=(17,)
        )
        assert found[0].relative_difference < 1e-4 and not found[0].passed

    def test_what_cannot_be_compared_is_named(self, images: Tensor) -> None:
        bad: list[tuple[dict[str, Any], str]] = [
            ({"batch_sizes": (18,)}, "17 images do not fill"),
            ({"batch_sizes": ()}, "empty"),
            ({"batch_sizes": (0,)}, "batch_size=0"),
            ({"dtype": "fp32", "batch_sizes": (1,)}, "dtype='fp32'"),
        ]
        for settings, said in bad:
            with pytest.raises(InputError, match=said):
                batch_parity(self.model, self.model, images, **{"dtype": "float32", **settings})
        with pytest.raises(InputError, match="training mode"):
            batch_parity(nn.Flatten(), self.model, images, dtype="float32", batch_sizes=(1,))
        with pytest.raises(InputError, match="NaN"):
            batch_parity(self.model, lambda x: self.model(x) * torch.nan, images, dtype="float32", batch_sizes=(1,))


def test_the_extra_is_complete_where_it_is_installed() -> None:
    """Half of it would deselect tests, or run them without their library."""
    names = ("openvino", "executorch", "litert_torch", "ai_edge_litert", "coremltools")
    assert len({importlib.util.find_spec(name) is None for name in names}) == 1
