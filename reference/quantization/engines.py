"""How fast integers are, by engine, at batch 1 on one thread: shipped ResNet-18 of width 20 and of width 64.

    python reference/quantization/engines.py --prepare ARCHIVE     makes the files, and counts and compares answers
    python reference/quantization/engines.py                       times them: nothing else should run then

Writes engines.json beside this file. For each network one interleaved run of PyTorch's eager mode in fp32, twice (the
control), torch.compile, bfloat16, ONNX Runtime in fp32 and in integers, and PyTorch's own route to integers (torchao's
pt2e with the quantizer for x86, lowered to its kernels). ONNX Runtime gets integers from our quantizers
(`export_qdq`) and from its own, with three choices of signs for activations and weights: what its optimizer leaves in
floating point is counted in the graph that it runs. ARCHIVE is a class-per-folder copy of CIFAR-10; images for
calibration are drawn at random. The same file also has torchao's `quantize_` on the tiny ViT, and an LSTM quantized
dynamically by ONNX Runtime: answers and bytes, on the digits.
"""

import argparse
import copy
import hashlib
import json
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from onnxruntime import quantization as ort
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from torchao.quantization import Int8WeightOnlyConfig, quantize_
from torchao.quantization.pt2e.lowering import lower_pt2e_quantized_to_x86
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
    X86InductorQuantizer,
    get_default_x86_inductor_quantization_config,
)

from compresslab.benchmark import inference_call, interleave
from compresslab.data import load
from compresslab.deploy import OnnxModel, export_onnx, export_qdq, integer_operators, optimized_ops
from compresslab.evaluation import agreement
from compresslab.files import cache_folder, write_json
from compresslab.models import load_baseline, tiny_vit
from compresslab.quantization import quantize_post_training
from compresslab.training import Recipe, fit

WIDTHS = {20: 300, 64: 60}  # rounds of each
CALIBRATION_IMAGES, COMPARED_IMAGES = 256, 500
SIGNS = {  # activations, weights: per channel unless ONNX Runtime has no kernel for it
    "uint8 x int8": (ort.QuantType.QUInt8, ort.QuantType.QInt8, True),
    "int8 x int8": (ort.QuantType.QInt8, ort.QuantType.QInt8, True),
    "uint8 x uint8": (ort.QuantType.QUInt8, ort.QuantType.QUInt8, False),
}
CONTROL = "PyTorch fp32 again"
DIGITS = Recipe(epochs=20, batch_size=64, learning_rate=3e-3, optimizer="adamw", precision="fp32", channels_last=False)
FOLDER = cache_folder() / "engines"
HERE = Path(__file__)


def main() -> None:
    """Prepare or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", metavar="ARCHIVE", help="only make the files, from these photographs")
    archive = parser.parse_args().prepare
    warnings.simplefilter("ignore")  # what torch.export and torchao say to each other
    torch.set_num_threads(1)
    if archive:
        prepare(archive)
        return
    made = json.loads((FOLDER / "made.json").read_text())
    if made["script_sha256"] != digest():
        raise SystemExit("the script has changed since it prepared its files: prepare them again.")
    calibration = torch.load(FOLDER / "calibration.pt")
    results = {}
    for width, rounds in WIDTHS.items():
        variants = engines(width, calibration)
        measured = interleave(
            {name: inference_call(model, calibration[:1]) for name, model in variants.items()},
            rounds=rounds,
            data=made["data"],
        )
        results[f"width {width}"] = {
            "rounds": rounds,
            "doubt": measured.doubt(CONTROL, "PyTorch fp32"),
            "variants": {
                name: made["answers"][str(width)][name]
                | {
                    "latency_ms_p50": measured.timings[name].latency_ms(50),
                    "latency_ms_p95": measured.timings[name].latency_ms(95),
                }
                | {
                    f"speedup_over_{key}": None if name == reference else asdict(measured.ratio(name, reference))
                    for key, reference in (("eager", "PyTorch fp32"), ("onnxruntime", "ONNX Runtime fp32"))
                }
                for name in variants
            },
        }
        for name, line in results[f"width {width}"]["variants"].items():
            print(width, name, f"{line['latency_ms_p50']:.2f} ms", line["speedup_over_eager"], flush=True)
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": made["data"],
            "batch": 1,
            "calibration_images": CALIBRATION_IMAGES,
            "compared_images": COMPARED_IMAGES,
            "weights_sha256": {str(width): load_baseline(width=width).card["sha256"] for width in WIDTHS},
            "networks": results,
            "without_convolutions": made["without_convolutions"],
            "script_sha256": digest(),
            "machine": measured.machine.to_dict(),
        },
    )


def digest() -> str:
    """Of this script."""
    return hashlib.sha256(HERE.read_bytes()).hexdigest()


def prepare(archive: str) -> None:
    """Make the files, and note what can be said of them without a clock."""
    dataset = load(f"imagefolder:{archive}", title="CIFAR-10 (JPEG copy)")
    random = torch.Generator().manual_seed(0)
    calibration, compared = (
        dataset.normalize(split.images[torch.randperm(len(split), generator=random)[:count]])
        for split, count in ((dataset.train, CALIBRATION_IMAGES), (dataset.test, COMPARED_IMAGES))
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save(calibration, FOLDER / "calibration.pt")
    answers = {}
    for width in WIDTHS:
        model = load_baseline(width=width).model
        export_onnx(model, calibration, path(width, "fp32"))
        export_qdq(quantize_post_training(model, [calibration]), calibration, path(width, "ours"))
        for signs, (activations, weights, per_channel) in SIGNS.items():
            in_integers(path(width, "fp32"), path(width, signs), calibration, activations, weights, per_channel)
        variants = engines(width, calibration)
        logits = {name: logits_of(variant, compared) for name, variant in variants.items()}
        answers[width] = {
            name: {
                "agreement": agreement(found, logits["PyTorch fp32"]),
                "rms_difference": float((found - logits["PyTorch fp32"]).square().mean().sqrt()),
                **told(variants[name]),
            }
            for name, found in logits.items()
        }
        print(width, json.dumps(answers[width], indent=1), flush=True)
    write_json(
        FOLDER / "made.json",
        {
            "data": dataset.name,
            "answers": answers,
            "without_convolutions": {"vision transformer": transformer(), "LSTM": recurrent()},
            "script_sha256": digest(),
        },
    )


def path(width: int, name: str) -> Path:
    """Of a file in the cache."""
    return FOLDER / f"{width} {name}.onnx"


def engines(width: int, calibration: Tensor) -> dict[str, Callable[[Tensor], Tensor]]:
    """What is compared: models that are called with images of batch 1."""
    model = load_baseline(width=width).model
    half = copy.deepcopy(model).bfloat16()
    with torch.no_grad():
        integers = lower_pt2e_quantized_to_x86(converted(model, calibration), (calibration[:1],))
    integers.training = False  # an exported graph computes what it was exported as; its flag says otherwise
    found: dict[str, Callable[[Tensor], Tensor]] = {
        "PyTorch fp32": model,
        CONTROL: copy.deepcopy(model),
        "torch.compile fp32": torch.compile(copy.deepcopy(model)),
        "PyTorch bf16": lambda images: half(images.bfloat16()),
        "torchao pt2e int8": integers,
        "ONNX Runtime fp32": OnnxModel(path(width, "fp32")),
        "ONNX Runtime int8, our quantizers": OnnxModel(path(width, "ours")),
    }
    return found | {f"ONNX Runtime {signs}": OnnxModel(path(width, signs)) for signs in SIGNS}


def converted(model: nn.Module, calibration: Tensor) -> Any:
    """PyTorch's route: the exported graph with quantizers where x86's kernels want them."""
    exported = torch.export.export(model, (calibration[:1],)).module()
    quantizer = X86InductorQuantizer().set_global(get_default_x86_inductor_quantization_config())
    prepared = prepare_pt2e(exported, quantizer)
    for image in calibration.split(1):
        prepared(image)
    return convert_pt2e(prepared)


class OneBatch(ort.CalibrationDataReader):
    """What ONNX Runtime reads its calibration images from."""

    def __init__(self, images: Tensor) -> None:
        self._batches = iter([{"images": images.numpy()}])

    def get_next(self) -> Any:
        return next(self._batches, None)


def in_integers(
    floating: Path,
    integers: Path,
    calibration: Tensor,
    activations: ort.QuantType,
    weights: ort.QuantType,
    per_channel: bool,
) -> None:
    """ONNX Runtime's own static quantization, with these types."""
    with tempfile.TemporaryDirectory() as folder:
        folded = Path(folder, "folded.onnx")
        quant_pre_process(floating, folded, skip_symbolic_shape=True)
        ort.quantize_static(
            folded,
            integers,
            OneBatch(calibration),
            quant_format=ort.QuantFormat.QDQ,
            activation_type=activations,
            weight_type=weights,
            per_channel=per_channel,
        )


def logits_of(variant: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """Answers in the very form that is timed: one image a call."""
    with torch.inference_mode():
        return torch.cat([variant(image).float() for image in images.split(1)])


def told(variant: object) -> dict[str, object]:
    """Bytes of a file, and how many operators run in integers."""
    if isinstance(variant, OnnxModel):
        return {"file_bytes": variant.size_bytes, "operators": asdict(integer_operators(variant.path))}
    if isinstance(variant, torch.fx.GraphModule):
        called = [str(node.target) for node in variant.graph.nodes if node.op == "call_function"]
        kernels = sum("qconv" in name for name in called)
        floating = sum(name.startswith(("aten.conv", "mkldnn._convolution")) for name in called)
        return {"operators": {"convolutions": {"integer": kernels, "floating": floating}}}
    return {}


def transformer() -> dict[str, object]:
    """The tiny vision transformer, its linear layers with int8 weights and fp32 arithmetic."""
    dataset = load("digits")
    torch.manual_seed(0)
    model = fit(tiny_vit(), dataset, DIGITS, progress=False).model
    images, weights_only = dataset.normalize(dataset.test.images), copy.deepcopy(model)
    quantize_(weights_only, Int8WeightOnlyConfig())
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        sizes = {}
        for name, network in (("fp32", model), ("int8", weights_only)):
            torch.save(network.state_dict(), Path(folder, name))
            sizes[name] = Path(folder, name).stat().st_size
        exact, found = model(images), weights_only(images)
    return compared_on(dataset.test.labels, exact, found) | {"bytes": sizes}


class RowReader(nn.Module):
    """An LSTM that reads an image row by row: (N, 1, 8, 8) to (N, 10)."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(8, 64, batch_first=True)
        self.fc = nn.Linear(64, 10)

    def forward(self, images: Tensor) -> Tensor:
        _, (last, _) = self.lstm(images.flatten(1, 2))
        return self.fc(last[-1])


def recurrent() -> dict[str, object]:
    """An LSTM quantized dynamically, as it is exported and once its constants are folded."""
    dataset = load("digits")
    torch.manual_seed(0)
    model = fit(RowReader(), dataset, DIGITS, progress=False).model
    images = dataset.normalize(dataset.test.images)
    with tempfile.TemporaryDirectory() as folder:
        plain, folded, hasty, right = (Path(folder, f"{name}.onnx") for name in ("plain", "folded", "hasty", "right"))
        export_onnx(model, images, plain)
        quant_pre_process(plain, folded, skip_symbolic_shape=True)
        for source, target in ((plain, hasty), (folded, right)):
            ort.quantize_dynamic(source, target, weight_type=ort.QuantType.QInt8, per_channel=True)
        exact, found = OnnxModel(plain)(images), OnnxModel(right)(images)
        files = {"fp32": plain, "int8, constants not folded": hasty, "int8": right}
        return compared_on(dataset.test.labels, exact, found) | {
            "bytes": {name: file.stat().st_size for name, file in files.items()},
            "lstm_in_integers": {name: optimized_ops(file)["DynamicQuantizeLSTM"] for name, file in files.items()},
        }


def compared_on(labels: Tensor, exact: Tensor, found: Tensor) -> dict[str, object]:
    """Accuracy of both, and how often they agree."""
    accuracy = {name: float((logits.argmax(1) == labels).double().mean()) for name, logits in
                (("fp32", exact), ("int8", found))}  # fmt: skip
    return {"data": "digits", "images": len(labels), "accuracy": accuracy, "agreement": agreement(exact, found)}


if __name__ == "__main__":
    main()
