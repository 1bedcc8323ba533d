"""One network in every target: bytes, speed on one thread, agreement, and what each needs to run.

    python reference/shipping/targets.py --prepare ARCHIVE     makes the files and compares answers
    python reference/shipping/targets.py                       times them: nothing else should run then

Both in the environment of the extra `targets`. Writes targets.json beside this file. The network is the shipped
ResNet-18 of width 20; ARCHIVE is a class-per-folder copy of CIFAR-10, whose test images are answered at batch 1 and at
batch 64, and whose training images calibrate the int8 file. Each batch size is one interleaved run of all targets, with
PyTorch's eager mode twice as the control. A target that can't run here has the reason in its row.
"""

import argparse
import copy
import hashlib
import json
import warnings
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from compresslab.benchmark import inference_call, interleave
from compresslab.data import load
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
from compresslab.deploy.targets.common import bytes_of
from compresslab.errors import InputError
from compresslab.files import cache_folder, write_json
from compresslab.models import load_baseline

WIDTH, CALIBRATION_IMAGES, COMPARED_IMAGES = 20, 256, 256
ROUNDS = {1: 200, 16: 40}  # by batch size
EAGER, CONTROL = "PyTorch eager", "PyTorch eager again"
NEEDS = {
    EAGER: "Python, PyTorch, the model's code",
    "torch.compile": "the same, a C++ compiler, and time at every start",
    "torch.export": "Python, PyTorch",
    "AOTInductor": "PyTorch's C++ library, this kind of CPU",
    "TorchScript (deprecated)": "PyTorch's C++ library",
    "ONNX Runtime": "onnxruntime",
    "ONNX Runtime int8": "onnxruntime, calibration images; VNNI for the speed",
    "OpenVINO": "openvino",
    "OpenVINO int8": "openvino, calibration images; VNNI for the speed",
    "ExecuTorch (XNNPACK)": "executorch",
    "LiteRT (XNNPACK)": "ai-edge-litert",
    "Core ML": "an Apple system",
    "TensorRT": "an NVIDIA GPU of the kind that built it",
}
PACKAGES = ("torch", "onnxruntime", "openvino", "executorch", "litert-torch", "ai-edge-litert", "coremltools")
FOLDER = cache_folder() / "targets"
HERE = Path(__file__)


def main() -> None:
    """Prepare or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", metavar="ARCHIVE", help="only make the files, from these photographs")
    archive = parser.parse_args().prepare
    warnings.simplefilter("ignore")  # what the libraries say to each other
    torch.set_num_threads(1)
    if archive:
        prepare(archive)
        return
    made = json.loads((FOLDER / "made.json").read_text())
    if made["script_sha256"] != digest():
        raise SystemExit("the script has changed since it prepared its files: prepare them again.")
    models, _ = opened()
    rows: dict[str, dict[str, Any]] = {row["target"]: row for row in made["rows"]}
    doubt = {}
    for batch, rounds in ROUNDS.items():
        images = torch.randn(batch, 3, 32, 32, generator=torch.Generator().manual_seed(0))
        measured = interleave(
            {name: inference_call(model, images) for name, model in models.items()},
            rounds=rounds, images_per_call=batch, data="noise",
        )  # fmt: skip
        doubt[str(batch)] = measured.doubt(CONTROL, EAGER)
        for name in models:
            if name != CONTROL:
                rows[name].setdefault("speed", {})[str(batch)] = {
                    "latency_ms_p50": measured.timings[name].latency_ms(50),
                    "latency_ms_p95": measured.timings[name].latency_ms(95),
                    "speedup_over_eager": None if name == EAGER else asdict(measured.ratio(name, EAGER)),
                }
                print(batch, name, json.dumps(rows[name]["speed"][str(batch)]), flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "network": f"ResNet-18 of width {WIDTH}",
            "weights_sha256": load_baseline(width=WIDTH).card["sha256"],
            "data": made["data"],
            "compared_images": COMPARED_IMAGES,
            "calibration_images": CALIBRATION_IMAGES,
            "rounds": {str(batch): rounds for batch, rounds in ROUNDS.items()},
            "rows": [rows[name] for name in NEEDS],
            "doubt": doubt,
            "versions": {package: version(package) for package in PACKAGES},
            "script_sha256": digest(),
            "machine": measured.machine.to_dict(),
        },
    )


def digest() -> str:
    """Of this script."""
    return hashlib.sha256(HERE.read_bytes()).hexdigest()


def prepare(archive: str) -> None:
    """Make the files, and note what can be said of them without a clock."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    dataset = load(f"imagefolder:{archive}", title="CIFAR-10 (JPEG copy)")
    random = torch.Generator().manual_seed(0)
    calibration, compared = (
        dataset.normalize(split.images[torch.randperm(len(split), generator=random)[:count]])
        for split, count in ((dataset.train, CALIBRATION_IMAGES), (dataset.test, COMPARED_IMAGES))
    )
    model, example = load_baseline(width=WIDTH).model, calibration[:1]
    export_onnx(model, example, FOLDER / "model.onnx")
    quantize_static(FOLDER / "model.onnx", FOLDER / "model.int8.onnx", [calibration])
    export_openvino(FOLDER / "model.onnx", FOLDER / "model.xml")
    export_openvino(FOLDER / "model.int8.onnx", FOLDER / "model.int8.xml")
    export_program(model, example, FOLDER / "program.pt2")
    export_ahead_of_time(model, example, FOLDER / "ahead.pt2")
    script(model, FOLDER / "script.pt")
    export_executorch(model, example, FOLDER / "model.pte")
    export_litert(model, example, FOLDER / "model.tflite")
    export_coreml(model, example, FOLDER / "model.mlpackage")
    models, why_not = opened()
    rows = []
    for name, needs in NEEDS.items():
        row: dict[str, Any] = {"target": name, "needs": needs, "size_bytes": shipped_bytes(name)}
        if name in why_not:
            row["not_run"] = why_not[name]
        else:
            dtype = "int8" if "int8" in name else "float32"
            found = batch_parity(model, models[name], compared, dtype=dtype, batch_sizes=(1, 64))
            row["parity"] = [asdict(each) for each in found]
        rows.append(row)
        print(json.dumps(row), flush=True)
    write_json(FOLDER / "made.json", {"data": dataset.name, "rows": rows, "script_sha256": digest()})


def opened() -> tuple[dict[str, Callable[[Tensor], Tensor]], dict[str, str]]:
    """The targets that run here, and of the others why not."""
    model = load_baseline(width=WIDTH).model
    opens: dict[str, Callable[[], Callable[[Tensor], Tensor]]] = {
        EAGER: lambda: model,
        CONTROL: lambda: copy.deepcopy(model),
        "torch.compile": lambda: compiled(model),
        "torch.export": lambda: ProgramModel.exported(FOLDER / "program.pt2"),
        "AOTInductor": lambda: ProgramModel.ahead_of_time(FOLDER / "ahead.pt2"),
        "TorchScript (deprecated)": lambda: ProgramModel.scripted(FOLDER / "script.pt"),
        "ONNX Runtime": lambda: OnnxModel(FOLDER / "model.onnx"),
        "ONNX Runtime int8": lambda: OnnxModel(FOLDER / "model.int8.onnx"),
        "OpenVINO": lambda: OpenVinoModel(FOLDER / "model.xml"),
        "OpenVINO int8": lambda: OpenVinoModel(FOLDER / "model.int8.xml"),
        "ExecuTorch (XNNPACK)": lambda: ExecuTorchModel(FOLDER / "model.pte"),
        "LiteRT (XNNPACK)": lambda: LiteRtModel(FOLDER / "model.tflite"),
        "Core ML": lambda: CoreMlModel(FOLDER / "model.mlpackage"),
        "TensorRT": lambda: TensorRtModel(build_engine(FOLDER / "model.onnx", FOLDER / "model.engine")),
    }
    models, why_not = {}, {}
    for name, open_it in opens.items():
        try:
            models[name] = open_it()
        except InputError as error:
            why_not[name] = str(error)
    return models, why_not


def shipped_bytes(name: str) -> int | None:
    """Of the files that go to where the model runs; None where there is none."""
    files = {
        "torch.export": ("program.pt2",), "AOTInductor": ("ahead.pt2",), "TorchScript (deprecated)": ("script.pt",),
        "ONNX Runtime": ("model.onnx",), "ONNX Runtime int8": ("model.int8.onnx",),
        "OpenVINO": ("model.xml", "model.bin"), "OpenVINO int8": ("model.int8.xml", "model.int8.bin"),
        "ExecuTorch (XNNPACK)": ("model.pte",), "LiteRT (XNNPACK)": ("model.tflite",), "Core ML": ("model.mlpackage",),
    }  # fmt: skip
    return sum(bytes_of(FOLDER / file) for file in files[name]) if name in files else None


if __name__ == "__main__":
    main()
