"""How fast int4 weights are in ONNX Runtime, at batch 1 on one thread, beside fp32 and int8.

    python reference/quantization/language_model_speed.py --prepare     exports the models into the cache
    python reference/quantization/language_model_speed.py               times them: nothing else should run then

Writes language_model_speed.json beside this file. Three loads, each one interleaved run with a control, which is the
fp32 file opened a second time: one token through the shipped model, whose 13 MB of fp32 weights fit into a processor's
caches; 128 tokens at once; and one token through two layers of the size of a model of a billion parameters, which have
to come from memory, as those of real language models do. What a cache of keys and values costs is no part of it.
"""

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path

import torch

from compresslab.benchmark import inference_call, interleave
from compresslab.data.text import load_text
from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.files import cache_folder, write_json
from compresslab.models import LanguageModel, language_model, load_language_baseline
from compresslab.quantization.gptq import gptq
from compresslab.quantization.groups import quantize_groups

FOLDER = cache_folder() / "language_model"
# Two layers of TinyLlama's width; weights drawn anew, as speed does not depend on their values. The vocabulary is
# small: a real one would be a third matrix of this kind.
LARGE = {"vocabulary": 1024, "context": 8, "dim": 2048, "depth": 2, "heads": 32, "hidden": 5632}
GROUP_SIZE = 32
FILES = {  # name: bits of the weights, what the operator computes with
    "fp32": (None, "fp32"),
    "int8 weights, fp32 activations": (8, "fp32"),
    "int8 weights, int8 activations": (8, "int8"),
    "int4 weights, fp32 activations": (4, "fp32"),
    "int4 weights, int8 activations": (4, "int8"),
}
LOADS = {
    "shipped, 1 token": ("shipped", 1, 1000),
    "shipped, 128 tokens": ("shipped", 128, 100),
    "large, 1 token": ("large", 1, 60),
}
CONTROL = "fp32 again"


def main() -> None:
    """Export or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", action="store_true", help="only export the models")
    prepare = parser.parse_args().prepare
    shipped = load_language_baseline()
    tag = shipped.card["sha256"][:12]
    paths = {(model, name): FOLDER / f"{tag} {model} {name}.onnx" for model in ("shipped", "large") for name in FILES}
    if prepare:
        text = torch.cat([shipped.tokenizer.document(document) for document in load_text().train[:20]])
        windows = text[: 16 * shipped.model.context].reshape(16, -1)
        torch.manual_seed(0)
        for model, network in (("shipped", shipped.model), ("large", language_model(**LARGE).eval())):
            for name, (bits, activations) in FILES.items():
                quantized: LanguageModel = network
                if bits == 4 and model == "shipped":
                    quantized = gptq(network, calibration=[windows], bits=bits, group_size=GROUP_SIZE, skip={"head"})
                elif bits:
                    quantized = quantize_groups(network, bits=bits, group_size=GROUP_SIZE, skip={"head"})
                export_language_model(quantized, paths[model, name], activations=activations)
        return

    results = {}
    for title, (model, tokens, rounds) in LOADS.items():
        batch = torch.randint(LARGE["vocabulary"], (1, tokens), generator=torch.Generator().manual_seed(0))
        opened = {name: OnnxLanguageModel(paths[model, name]) for name in FILES}
        opened[CONTROL] = OnnxLanguageModel(paths[model, "fp32"])
        measured = interleave(
            {name: inference_call(session, batch) for name, session in opened.items()}, rounds=rounds, data=shipped.data
        )
        results[title] = {
            "tokens": tokens,
            "rounds": rounds,
            "doubt": measured.doubt(CONTROL, "fp32"),
            "variants": {
                name: {
                    "file_bytes": session.size_bytes,
                    "latency_ms_p50": measured.timings[name].latency_ms(50),
                    "latency_ms_p95": measured.timings[name].latency_ms(95),
                    "speedup_over_fp32": None if name == "fp32" else asdict(measured.ratio(name, "fp32")),
                }
                for name, session in opened.items()
            },
        }
        for name, line in results[title]["variants"].items():
            ratio = line["speedup_over_fp32"]
            print(title, name, f"{line['latency_ms_p50']:.3f} ms", ratio and (ratio["value"], ratio["interval"]))
    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "data": shipped.data,
            "seed": 0,
            "weights_sha256": shipped.card["sha256"],
            "group_size": GROUP_SIZE,
            "large": LARGE,
            "loads": results,
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": measured.machine.to_dict(),
        },
    )


if __name__ == "__main__":
    main()
