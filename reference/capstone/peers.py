"""The same network through other libraries: what their compression makes of the capstone's baseline.

    /tmp/peers/bin/python reference/capstone/peers.py --data ARCHIVE      after variants.py, alone on the machine
    /tmp/peers/bin/python reference/capstone/peers.py --profile smoke     a try on small digits

In an environment of its own: CONTRIBUTING says how to make it. Baseline, calibration images, test images and the timing
are those of `variants.py`, and all files that it has left are timed in the same rounds. Five of the peers quantize
after training, which trains nothing; Torch-Pruning's network is trained on with the recipe, images and epochs of ours.
Each library is used as its own documentation shows it, with defaults where there are any.

Studied: the library. A row that can't run says why. Writes peers.json, beside this script or, for `smoke`, into the
cache folder.
"""

import argparse
import hashlib
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from measuring import AGAIN, EAGER, RUNTIME, batch_of, compared, digest, kept_logits, timed
from plans import PROFILES, Workshop
from stopping import add_until, stop_at
from torch import Tensor, nn

from compresslab.benchmark import inference_call
from compresslab.deploy import OnnxModel, export_onnx
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.identity import fingerprint
from compresslab.training import fit

HERE = Path(__file__).parent
LIBRARIES = {
    "ONNX Runtime static": "onnxruntime",
    "torchao pt2e, Inductor": "torchao",
    "NNCF, OpenVINO": "nncf",
    "NNCF, ONNX": "nncf",
    "Torch-Pruning, ONNX Runtime static": "torch-pruning",
    "Intel Neural Compressor, Inductor": "neural-compressor",
    "ExecuTorch, XNNPACK": "executorch",
}


@dataclass(frozen=True)
class Shipped:
    """What a library has made.

    Attributes:
        call: from images (N, C, H, W) to logits, on one thread.
        paths: of the files to ship.
        epochs: that were trained.
    """

    call: Callable[[Tensor], Tensor]
    paths: tuple[Path, ...]
    epochs: int = 0


@dataclass(frozen=True)
class Task:
    """What every library is given.

    Attributes:
        workshop: the baseline and the data.
        onnx: the baseline as ONNX, fp32.
        folder: for files.
    """

    workshop: Workshop
    onnx: Path
    folder: Path

    @property
    def model(self) -> nn.Module:
        """The baseline, in evaluation mode."""
        return self.workshop.baseline

    @property
    def calibration(self) -> list[Tensor]:
        """Batches of training images, of at most `many`: exported graphs take no more."""
        return [part for batch in self.workshop.calibration() for part in batch.split(self.many)]

    @property
    def many(self) -> int:
        """Images of the larger batch."""
        return self.workshop.profile.many


def main() -> None:
    """Try every library, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=PROFILES, default="full")
    parser.add_argument("--data", metavar="ARCHIVE", help="for the profile full")
    parser.add_argument("--title", default="CIFAR-10 (JPEG copy)", help="of that data")
    parser.add_argument("--only", action="append", choices=LIBRARIES)
    add_until(parser)
    options = parser.parse_args()
    stop_at(options.until)
    torch.set_num_threads(1)
    folder = cache_folder() / "capstone" / options.profile
    workshop = Workshop(PROFILES[options.profile], options.data, options.title, folder)
    onnx_path = folder / "files" / "baseline.onnx"
    if not onnx_path.exists():
        export_onnx(workshop.baseline, workshop.example, onnx_path)
    kept = folder / "peers" / fingerprint([workshop.profile, workshop.baseline, workshop.dataset.name])
    kept.mkdir(parents=True, exist_ok=True)
    task, dataset = Task(workshop, onnx_path, kept), workshop.dataset
    answers = folder / "answers" / f"{digest(onnx_path)[:16]}-test.npy"
    before = kept_logits(answers, OnnxModel(onnx_path), dataset, "test")
    shipped: dict[str, Shipped] = {}
    rows: list[dict[str, Any]] = []
    for name in options.only or LIBRARIES:
        row: dict[str, Any] = {"name": name, "library": LIBRARIES[name], "version": installed(LIBRARIES[name])}
        try:
            made = MAKERS[name](task)
            for images in (1, task.many):  # what can't be timed is no row
                made.call(batch_of(dataset, images))
            logits = kept_logits(kept / f"{name}.npy", in_batches(made.call, task.many), dataset, "test")
            row |= compared(logits, before, dataset)
            row |= {"bytes": sum(path.stat().st_size for path in made.paths), "epochs": made.epochs}
            shipped[name] = made
        except Exception as error:  # noqa: BLE001  whatever a library raises is its row
            traceback.print_exc()
            row["failed"] = f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
        rows.append(row)
        print(name, row.get("accuracy", row.get("failed")), row.get("bytes"), flush=True)
    speed = times(task, shipped)
    out = HERE if options.profile == "full" else folder
    write_json(
        out / "peers.json",
        {
            "data": {"name": dataset.name, "images": {"test": len(dataset.test)}},
            "profile": options.profile,
            "calibration_images": workshop.profile.calibration_images,
            "peers": rows,
            "speed": speed,
            "versions": {name: installed(name) for name in ("torch", "onnxruntime", "openvino", "numpy")},
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine(threads=1).to_dict(),
        },
    )


def times(task: Task, shipped: Mapping[str, Shipped]) -> dict[str, Any]:
    """The peers, the references and all of our files, in the same rounds."""
    profile, dataset = task.workshop.profile, task.workshop.dataset
    ours = {}
    for row in sorted((task.workshop.folder / "rows").glob("*.json")):
        name = json.loads(row.read_text(encoding="utf-8"))["name"]
        if name != "baseline":
            ours[f"ours: {name}"] = (task.workshop.folder / "files" / row.name).with_suffix(".onnx")
    speed = {}
    for images, rounds in ((1, profile.rounds_of_one), (profile.many, profile.rounds_of_many)):
        batch = batch_of(dataset, images)
        calls: dict[str, Callable[[], object]] = {EAGER: inference_call(task.model, batch)}
        calls |= {name: inference_call(OnnxModel(task.onnx), batch) for name in (RUNTIME, AGAIN)}
        calls |= {name: inference_call(made.call, batch) for name, made in shipped.items()}
        calls |= {name: inference_call(OnnxModel(path), batch) for name, path in ours.items()}
        speed[str(images)] = timed(calls, images=images, rounds=rounds, data=dataset.name)
    return speed


def onnxruntime_static(task: Task) -> Shipped:
    """`quantize_static` as its example for CNNs on x86: QDQ, a scale for each channel."""
    path = task.folder / "onnxruntime.onnx"
    _static(task.onnx, path, task)
    return Shipped(OnnxModel(path), (path,))


def _static(source: Path, path: Path, task: Task) -> None:
    from onnxruntime import quantization as ort
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = path.with_suffix(".prepared.onnx")
    quant_pre_process(source, prepared, skip_symbolic_shape=True)
    feeds = iter({"images": images.numpy()} for images in task.calibration)

    class Reader(ort.CalibrationDataReader):
        def get_next(self) -> dict[str, Any] | None:
            return next(feeds, None)

    ort.quantize_static(prepared, path, Reader(), quant_format=ort.QuantFormat.QDQ, per_channel=True)


def torchao_inductor(task: Task) -> Shipped:
    """PyTorch 2 export quantization for x86, compiled by Inductor with frozen weights."""
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
    from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

    quantizer = x86.X86InductorQuantizer().set_global(x86.get_default_x86_inductor_quantization_config())
    prepared = prepare_pt2e(_exported(task).module(), quantizer)
    for images in task.calibration:
        prepared(images)
    converted = convert_pt2e(prepared)
    return Shipped(_compiled(converted), (_saved(converted, task.folder / "torchao.pt2", task),))


def nncf_openvino(task: Task) -> Shipped:
    """NNCF's post-training quantization of the OpenVINO graph."""
    import nncf
    import openvino

    from compresslab.deploy.targets import OpenVinoModel

    graph = openvino.Core().read_model(str(task.onnx))
    images = nncf.Dataset([batch.numpy() for batch in task.calibration])
    path = task.folder / "nncf.xml"
    openvino.save_model(nncf.quantize(graph, images, subset_size=len(task.calibration)), str(path))
    return Shipped(OpenVinoModel(path), (path, path.with_suffix(".bin")))


def nncf_onnx(task: Task) -> Shipped:
    """NNCF's post-training quantization of the ONNX graph, in ONNX Runtime."""
    import nncf

    images = nncf.Dataset([{"images": batch.numpy()} for batch in task.calibration])
    path = task.folder / "nncf.onnx"
    onnx.save(nncf.quantize(onnx.load(task.onnx), images, subset_size=len(task.calibration)), str(path))
    return Shipped(OnnxModel(path), (path,))


def torch_pruning(task: Task) -> Shipped:
    """Channels removed by L2 norm, as many as ours, trained on as ours; then ONNX Runtime's quantization."""
    import copy

    import torch_pruning as tp

    workshop, profile = task.workshop, task.workshop.profile
    model = copy.deepcopy(task.model)
    pruner = tp.pruner.MagnitudePruner(
        model,
        workshop.example,
        importance=tp.importance.MagnitudeImportance(p=2),
        pruning_ratio=profile.ratio,
        ignored_layers=[model.get_submodule("fc")],
        round_to=8,
    )
    pruner.step()
    checkpoint = task.folder / "torch-pruning.pt"
    trained = fit(model, workshop.part, workshop.seeded(profile.cut, 8), checkpoint=checkpoint, progress=False).model
    path = task.folder / "torch-pruning.onnx"
    floating = export_onnx(trained, workshop.example, path.with_suffix(".fp32.onnx"))
    _static(floating, path, task)
    return Shipped(OnnxModel(path), (path,), epochs=profile.cut.epochs)


def neural_compressor(task: Task) -> Shipped:
    """Intel Neural Compressor's static quantization of an exported graph, compiled by Inductor."""
    from neural_compressor.torch.export import export
    from neural_compressor.torch.quantization import convert, get_default_static_config, prepare

    example = task.workshop.example.repeat(task.many, 1, 1, 1)
    graph = export(task.model, (example,), dynamic_shapes=({0: torch.export.Dim("batch")},))
    prepared = prepare(graph, get_default_static_config())
    for images in task.calibration:
        prepared(images)
    converted = convert(prepared)
    return Shipped(_compiled(converted), (_saved(converted, task.folder / "inc.pt2", task),))


def executorch_xnnpack(task: Task) -> Shipped:
    """PyTorch 2 export quantization for XNNPACK, lowered to a `.pte` for each batch size: one for both failed."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.backends.xnnpack.quantizer import xnnpack_quantizer as xnnpack
    from executorch.exir import to_edge_transform_and_lower
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e

    from compresslab.deploy.targets import ExecuTorchModel

    settings = xnnpack.get_symmetric_quantization_config(is_per_channel=True)
    models, paths = {}, []
    for images in (1, task.many):
        example = (task.workshop.example.repeat(images, 1, 1, 1),)
        quantizer = xnnpack.XNNPACKQuantizer().set_global(settings)
        prepared = prepare_pt2e(torch.export.export(task.model, example).module(), quantizer)
        for batch in task.calibration:
            for part in batch.split(images):
                prepared(part)
        program = torch.export.export(convert_pt2e(prepared), example)
        lowered = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
        paths.append(task.folder / f"executorch-{images}.pte")
        paths[-1].write_bytes(lowered.to_executorch().buffer)
        models[images] = ExecuTorchModel(paths[-1])
    return Shipped(lambda images: models[len(images)](images), (paths[0],))


MAKERS: Mapping[str, Callable[[Task], Shipped]] = {
    "ONNX Runtime static": onnxruntime_static,
    "torchao pt2e, Inductor": torchao_inductor,
    "NNCF, OpenVINO": nncf_openvino,
    "NNCF, ONNX": nncf_onnx,
    "Torch-Pruning, ONNX Runtime static": torch_pruning,
    "Intel Neural Compressor, Inductor": neural_compressor,
    "ExecuTorch, XNNPACK": executorch_xnnpack,
}


def _batches(task: Task) -> tuple[dict[int, Any]]:
    return ({0: torch.export.Dim("batch", min=1, max=task.many)},)


def _exported(task: Task) -> Any:
    example = (task.workshop.example.repeat(task.many, 1, 1, 1),)
    return torch.export.export(task.model, example, dynamic_shapes=_batches(task))


def _compiled(graph: nn.Module) -> Callable[[Tensor], Tensor]:
    """Inductor's code, for each batch size its own."""
    import torch._inductor.config

    torch._inductor.config.freezing = True
    compiled = torch.compile(graph, dynamic=False)

    def call(images: Tensor) -> Tensor:
        with torch.no_grad():
            return compiled(images).clone()

    return call


def _saved(graph: nn.Module, path: Path, task: Task) -> Path:
    """The program as PyTorch stores it, for its bytes."""
    example = (task.workshop.example.repeat(task.many, 1, 1, 1),)
    torch.export.save(torch.export.export(graph, example, dynamic_shapes=_batches(task)), path)
    return path


def in_batches(call: Callable[[Tensor], Tensor], size: int) -> Callable[[Tensor], Tensor]:
    """The same for any number of images, by calls of one size: compilers make code for each."""

    def split(images: Tensor) -> Tensor:
        logits = []
        for part in images.split(size):
            padded = torch.cat([part, part[:1].expand(size - len(part), -1, -1, -1)]).contiguous()
            logits.append(call(padded)[: len(part)])
        return torch.cat(logits)

    return split


def installed(name: str) -> str | None:
    """Version of a distribution, or None."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


if __name__ == "__main__":
    np.random.seed(0)  # noqa: NPY002  NNCF draws from it
    sys.exit(main())
