"""One network in many formats: how fast each is, what its roofline would allow, and what the runtime made of it.

    python reference/measuring/formats.py --prepare ARCHIVE     makes the files, and compares answers
    python reference/measuring/formats.py                       times them: nothing else should run then

Writes formats.json beside this file: the shipped ResNet-18 of width 20 in PyTorch (eager fp32, twice, the second as a
control; bf16; torch.compile) and in ONNX Runtime (fp32; int8 as `quantize_static` writes it; int8 weights alone;
dynamic int8; int4 weights with int8 activations, stored as INT4, which DequantizeLinear reads straight or through a
Cast). For each batch size one interleaved run on one thread. The bound is a sum over operations: each takes at least
its arithmetic at the measured peak of the format in which it is computed, and at least its bytes at the bandwidth of
the caches, in which a network of this size stays. ARCHIVE is a class-per-folder copy of CIFAR-10.
"""

import argparse
import copy
import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from onnxruntime import quantization as ort
from torch import Tensor

from compresslab.benchmark import inference_call, interleave
from compresslab.data import load
from compresslab.deploy import OnnxModel, export_onnx, export_qdq, optimized_ops, quantize_static
from compresslab.deploy.packed import store_as_int4
from compresslab.evaluation import agreement
from compresslab.files import cache_folder, write_json
from compresslab.models import load_baseline
from compresslab.operators import Operator, profile_operators
from compresslab.peaks import Peaks, measure_peaks
from compresslab.quantization import BitWidths, quantize_post_training

WIDTH = 20
BATCHES = {1: 300, 64: 25}  # rounds of each
CALIBRATION_IMAGES, COMPARED_IMAGES = 256, 1000
EAGER, CONTROL = "PyTorch fp32", "PyTorch fp32 again"
FORMATS = {  # computed in; bytes of a weight, of an activation
    EAGER: ("fp32", 4, 4),
    CONTROL: ("fp32", 4, 4),
    "PyTorch bf16": ("bf16", 2, 2),
    "torch.compile fp32": ("fp32", 4, 4),
    "ONNX Runtime fp32": ("fp32", 4, 4),
    "int8": ("int8", 1, 1),
    "int8 weights only": ("fp32", 1, 4),
    "int8 dynamic": ("int8", 1, 4),
    "int4, straight": ("fp32", 0.5, 4),
    "int4, through a Cast": ("int8", 0.5, 1),
}
FOLDER = cache_folder() / "formats"
HERE = Path(__file__)


def main() -> None:
    """Prepare or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", metavar="ARCHIVE", help="only make the files, from these photographs")
    archive = parser.parse_args().prepare
    torch.set_num_threads(1)
    if archive:
        prepare(archive)
        return
    made = json.loads((FOLDER / "made.json").read_text())
    if made["script_sha256"] != digest():
        raise SystemExit("the script has changed since it prepared its files: prepare them again.")
    images = torch.load(FOLDER / "images.pt")
    peaks = measure_peaks()
    results = {}
    for batch, rounds in BATCHES.items():
        variants = engines()
        measured = interleave(
            {name: inference_call(model, images[:batch]) for name, model in variants.items()},
            rounds=rounds,
            images_per_call=batch,
            data=made["data"],
        )
        operators = profile_operators(load_baseline(width=WIDTH).model, images[:batch])
        results[str(batch)] = {
            "rounds": rounds,
            "doubt": measured.doubt(CONTROL, EAGER),
            "formats": {
                name: {
                    "latency_ms_p50": measured.timings[name].latency_ms(50),
                    "latency_ms_p95": measured.timings[name].latency_ms(95),
                    "speedup_over_eager": None if name == EAGER else asdict(measured.ratio(name, EAGER)),
                    "speedup_over_onnxruntime": asdict(measured.ratio(name, "ONNX Runtime fp32")),
                    **bound(operators, peaks, *FORMATS[name]),
                }
                for name in variants
            },
        }
        for name, line in results[str(batch)]["formats"].items():
            print(batch, name, f"{line['latency_ms_p50']:.3f} ms, bound {line['bound_ms']:.3f}", flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": made["data"],
            "network": f"ResNet-18 of width {WIDTH}, shipped weights",
            "weights_sha256": load_baseline(width=WIDTH).card["sha256"],
            "calibration_images": CALIBRATION_IMAGES,
            "compared_images": COMPARED_IMAGES,
            "files": made["files"],
            "peaks": {
                "macs_per_second": peaks.macs_per_second,
                "cached_bytes_per_second": peaks.cached_bytes_per_second,
            },
            "batches": results,
            "seed": 0,
            "script_sha256": digest(),
            "machine": measured.machine.to_dict(),
        },
    )


def bound(
    operators: list[Operator], peaks: Peaks, computed: str, weight_bytes: float, activation_bytes: float
) -> dict[str, float | str]:
    """The least milliseconds, and the share of it in operations that arithmetic limits.

    A profile's bytes are of fp32; weights are counted as parameters of the network, all else as activations.
    """
    weights = {name: value.numel() for name, value in load_baseline(width=WIDTH).model.named_parameters()}
    roof = peaks.roofline(computed, cached=True)
    total = by_arithmetic = 0.0
    for each in operators:
        own = sum(count for name, count in weights.items() if name.rpartition(".")[0] == each.layer)
        moved = own * weight_bytes + (each.operation.bytes_moved / 4 - own) * activation_bytes
        arithmetic, memory = each.operation.macs / roof.macs_per_second, moved / roof.bytes_per_second
        total += max(arithmetic, memory) if each.operation.macs else 0.0  # the others are fused into their neighbours
        by_arithmetic += arithmetic if arithmetic >= memory else 0.0
    return {"computed_in": computed, "bound_ms": 1e3 * total, "bound_by_arithmetic": by_arithmetic / total}


def digest() -> str:
    """Of this script."""
    return hashlib.sha256(HERE.read_bytes()).hexdigest()


def path(name: str) -> Path:
    """Of a file in the cache."""
    return FOLDER / f"{name}.onnx"


def engines() -> dict[str, Callable[[Tensor], Tensor]]:
    """What is compared."""
    model = load_baseline(width=WIDTH).model
    half = copy.deepcopy(model).bfloat16()
    found: dict[str, Callable[[Tensor], Tensor]] = {
        EAGER: model,
        CONTROL: copy.deepcopy(model),
        "PyTorch bf16": lambda images: half(images.bfloat16()).float(),
        "torch.compile fp32": torch.compile(copy.deepcopy(model)),
    }
    return found | {name: OnnxModel(path(name)) for name in FORMATS if name not in found}


def prepare(archive: str) -> None:
    """Make the files, and note what can be said of them without a clock."""
    dataset = load(f"imagefolder:{archive}", title="CIFAR-10 (JPEG copy)")
    random = torch.Generator().manual_seed(0)
    calibration, compared = (
        dataset.normalize(split.images[torch.randperm(len(split), generator=random)[:count]])
        for split, count in ((dataset.train, CALIBRATION_IMAGES), (dataset.test, COMPARED_IMAGES))
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save(compared, FOLDER / "images.pt")
    model = load_baseline(width=WIDTH).model
    export_onnx(model, compared, path("ONNX Runtime fp32"))
    quantize_static(path("ONNX Runtime fp32"), path("int8"), [calibration])
    only = quantize_post_training(model, [calibration], bits=BitWidths(weights=8, activations=None))
    export_qdq(only, compared, path("int8 weights only"))
    logging.disable(logging.WARNING)  # the quantizer asks for a preparation that the exporter has done already
    ort.quantize_dynamic(
        path("ONNX Runtime fp32"), path("int8 dynamic"), op_types_to_quantize=["Conv", "Gemm", "MatMul"]
    )
    four = quantize_post_training(model, [calibration], bits=BitWidths(weights=4))
    export_qdq(four, compared, FOLDER / "four.onnx")
    for name, widen in (("int4, straight", False), ("int4, through a Cast", True)):
        store_as_int4(FOLDER / "four.onnx", path(name), widen=widen)
    with torch.inference_mode():
        expected = model(compared)
        logits = {name: variant(compared) for name, variant in engines().items() if name != "torch.compile fp32"}
    write_json(
        FOLDER / "made.json",
        {
            "data": dataset.name,
            "files": {
                name: {
                    "agreement": agreement(found, expected),
                    "bytes": path(name).stat().st_size if path(name).exists() else None,
                    "operators": dict(optimized_ops(path(name))) if path(name).exists() else None,
                }
                for name, found in logits.items()
            },
            "script_sha256": digest(),
        },
    )
    print(json.dumps(json.loads((FOLDER / "made.json").read_text()), indent=1))


if __name__ == "__main__":
    main()
