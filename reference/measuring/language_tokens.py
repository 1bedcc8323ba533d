"""Tokens a second of a language model, reading a prompt and writing: by format, context length and batch size.

    python reference/measuring/language_tokens.py --prepare     exports the models into the cache
    python reference/measuring/language_tokens.py               times them: nothing else should run then

Writes language_tokens.json beside this file. Two models: the shipped one, whose 13 MB of fp32 weights fit into a
processor's caches, and two layers of the size of a model of a billion parameters, which don't. Three formats in ONNX
Runtime, one thread: fp32, and int8 and int4 weights by groups of 32 with int8 arithmetic (`MatMulNBits`); the head
stays in fp32. Beside each time stand the multiply-accumulates of the load, the bytes of the weights that it passes, and
those of the keys and values that it reads. The fp32 file is opened a second time as a control.
"""

import argparse
import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from compresslab.benchmark import interleave
from compresslab.data.text import load_text
from compresslab.deploy.decoding import OnnxDecodingStep, export_decoding_step
from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.files import cache_folder, write_json
from compresslab.models import LanguageModel, language_model, load_language_baseline
from compresslab.quantization.gptq import gptq
from compresslab.quantization.groups import GroupLinear, quantize_groups

FOLDER = cache_folder() / "language_tokens"
# Two layers of TinyLlama's width; weights drawn anew, as speed does not depend on their values.
LARGE = {"vocabulary": 1024, "context": 2048, "dim": 2048, "depth": 2, "heads": 32, "hidden": 5632}
GROUP_SIZE = 32
FORMATS = {"fp32": None, "int8": 8, "int4": 4}  # bits of the weights
CONTROL = "fp32 again"
READING = {"shipped": ((1, 200), (16, 150), (64, 100), (256, 30)), "large": ((1, 25), (16, 12), (128, 6))}
WRITING = {  # tokens before, texts at a time, rounds
    "shipped": ((0, 1, 200), (64, 1, 200), (255, 1, 200), (255, 4, 100), (255, 16, 60)),
    "large": ((0, 1, 25), (512, 1, 25), (2047, 1, 20), (512, 4, 15), (512, 16, 8)),
}
HERE = Path(__file__)


def main() -> None:
    """Export or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prepare", action="store_true", help="only export the models")
    torch.set_num_threads(1)
    if parser.parse_args().prepare:
        prepare()
        return
    random = torch.Generator().manual_seed(0)
    loads, machine = [], None
    for name, settings in models().items():
        for reading in (True, False):
            opened = {each: session(name, each, reading) for each in FORMATS} | {
                CONTROL: session(name, "fp32", reading)
            }
            for past, new, batch, rounds in loads_of(name, reading):
                inputs = inputs_of(settings, past, new, batch, random)
                calls = {each: call(one, *inputs) for each, one in opened.items()}
                measured = interleave(calls, rounds=rounds, warmup=3, data="random tokens")
                machine = measured.machine
                loads.append(
                    {
                        "model": name,
                        "load": "reading" if reading else "writing",
                        "past": past,
                        "new": new,
                        "batch": batch,
                        "rounds": rounds,
                        "macs": macs(settings, past, new, batch),
                        "cache_bytes": 2 * 4 * settings["depth"] * settings["dim"] * past * batch,
                        "doubt": measured.doubt(CONTROL, "fp32"),
                        "formats": {each: told(measured, each, batch * new) for each in opened},
                    }
                )
                print(*(loads[-1][key] for key in ("model", "load", "past", "new", "batch")), end=": ")
                print({each: round(line["tokens_per_second"], 1) for each, line in loads[-1]["formats"].items()})
            del opened
    write_json(
        HERE.with_suffix(".json"),
        {
            "data": "random tokens: their values don't matter for time",
            "weights_sha256": load_language_baseline().card["sha256"],
            "group_size": GROUP_SIZE,
            "models": models(),
            "weight_bytes": {name: weight_bytes(settings) for name, settings in models().items()},
            "loads": loads,
            "seed": 0,
            "script_sha256": hashlib.sha256(HERE.read_bytes()).hexdigest(),
            "machine": machine.to_dict() if machine else None,
        },
    )


def models() -> dict[str, dict[str, int]]:
    """The settings of both."""
    shipped = load_language_baseline()
    own = {key: shipped.card["architecture"][key] for key in ("dim", "depth", "heads", "hidden")}
    return {
        "shipped": {"vocabulary": shipped.tokenizer.vocabulary, "context": shipped.model.context, **own},
        "large": LARGE,
    }


def loads_of(name: str, reading: bool) -> list[tuple[int, int, int, int]]:
    """Tokens before, new tokens, texts at a time, rounds."""
    if reading:
        return [(0, new, 1, rounds) for new, rounds in READING[name]]
    return [(past, 1, batch, rounds) for past, batch, rounds in WRITING[name]]


def session(name: str, format: str, reading: bool) -> OnnxLanguageModel | OnnxDecodingStep:
    """A file of `prepare`, opened."""
    return (OnnxLanguageModel if reading else OnnxDecodingStep)(path(name, format, reading))


def inputs_of(
    settings: dict[str, int], past: int, new: int, batch: int, random: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """The tokens of a load, and what is kept of those before: keys, and as well the values."""
    heads, dim = settings["heads"], settings["dim"]
    kept = torch.randn(settings["depth"], batch, heads, past, dim // heads, generator=random)
    return torch.randint(settings["vocabulary"], (batch, new), generator=random), kept


def call(
    opened: OnnxLanguageModel | OnnxDecodingStep, tokens: torch.Tensor, kept: torch.Tensor
) -> Callable[[], object]:
    """One run of a load."""
    if isinstance(opened, OnnxLanguageModel):
        return lambda: opened(tokens)
    return lambda: opened(tokens, kept, kept)


def told(measured: Any, name: str, tokens: int) -> dict[str, Any]:
    """Of one format: time, tokens a second, and its ratio to fp32."""
    latency = measured.timings[name].latency_ms(50)
    return {
        "latency_ms_p50": latency,
        "tokens_per_second": 1e3 * tokens / latency,
        "speedup_over_fp32": None if name == "fp32" else asdict(measured.ratio(name, "fp32")),
    }


def macs(settings: dict[str, int], past: int, new: int, batch: int) -> int:
    """Of a call: the matrices, and the attention of each new token to all that are there."""
    dim = settings["dim"]
    matrices = settings["depth"] * (4 * dim**2 + 3 * dim * settings["hidden"]) + dim * settings["vocabulary"]
    return batch * (new * matrices + settings["depth"] * 2 * dim * new * (past + new))


def weight_bytes(settings: dict[str, int]) -> dict[str, int]:
    """Bytes of the matrices that each token passes, with scales and zero points; of the embedding it reads one row."""
    dim, found = settings["dim"], {}
    inner, head = settings["depth"] * (4 * dim**2 + 3 * dim * settings["hidden"]), dim * settings["vocabulary"]
    for name, bits in FORMATS.items():
        found[name] = 4 * head + (4 * inner if bits is None else int(inner * (bits + (32 + bits) / GROUP_SIZE) / 8))
    return found


def path(name: str, format: str, reading: bool) -> Path:
    """Of a file in the cache."""
    return FOLDER / f"{name} {format} {'reading' if reading else 'writing'}.onnx"


def prepare() -> None:
    """Export both models in all formats, for reading and for writing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    shipped = load_language_baseline()
    text = torch.cat([shipped.tokenizer.document(document) for document in load_text().train[:20]])
    windows = text[: 16 * shipped.model.context].reshape(16, -1)
    torch.manual_seed(0)
    for name, network in (("shipped", shipped.model), ("large", language_model(**LARGE).eval())):
        for format, bits in FORMATS.items():
            quantized: LanguageModel = network
            if bits == 4 and name == "shipped":
                quantized = gptq(network, calibration=[windows], bits=bits, group_size=GROUP_SIZE, skip={"head"})
            elif bits:
                quantized = quantize_groups(network, bits=bits, group_size=GROUP_SIZE, skip={"head"})
            assert bits is None or any(isinstance(module, GroupLinear) for module in quantized.modules())
            export_language_model(quantized, path(name, format, True), activations="int8")
            export_decoding_step(quantized, path(name, format, False), activations="int8")
            print("exported", name, format, flush=True)


if __name__ == "__main__":
    main()
