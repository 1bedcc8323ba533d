"""How far quantized predictions are from those of the original, where perplexities hardly differ: at 4 bits.

    python reference/quantization/language_model_divergence.py

Writes language_model_divergence.json beside this file. The model, the layers, the calibration and the documents are
those of language_model.py. Half of what rounding to nearest costs there is within the intervals, since a change of the
weights also moves the perplexity by chance, up or down; the Kullback-Leibler divergence has no such part.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch
from language_model import SEED, SKIP, WINDOWS
from torch import nn

from compresslab.data.text import load_text
from compresslab.files import write_json
from compresslab.hardware import machine
from compresslab.models import load_language_baseline
from compresslab.perplexity import Likelihood, divergence, recovered
from compresslab.quantization.awq import awq
from compresslab.quantization.channel_scales import language_folds
from compresslab.quantization.gptq import gptq
from compresslab.quantization.groups import quantize_groups

BITS = 4
GROUP_SIZES = (32,)


def main() -> None:
    """Measure and record."""
    shipped = load_language_baseline()
    model, dataset = shipped.model, load_text()
    text = torch.cat([shipped.tokenizer.document(document) for document in dataset.train])
    torch.manual_seed(SEED)
    starts = torch.randint(len(text) - model.context, (WINDOWS,)).tolist()
    calibration = [
        torch.stack([text[s : s + model.context] for s in starts[at : at + 16]]) for at in range(0, WINDOWS, 16)
    ]
    lines = []
    for size in GROUP_SIZES:
        settings = {"bits": BITS, "group_size": size, "skip": SKIP}
        methods: dict[str, Callable[[], nn.Module]] = {
            "round to nearest": lambda s=settings: quantize_groups(model, **s),
            "GPTQ": lambda s=settings: gptq(model, calibration=calibration, **s),
            "AWQ": lambda s=settings: awq(model, calibration=calibration, folds=language_folds(model), **s),
        }
        found: dict[str, Likelihood] = {}
        for name, make in methods.items():
            found[name] = divergence(make(), model, dataset.test, shipped.tokenizer)
            line = {
                "bits": BITS,
                "group_size": size,
                "method": name,
                "nats_per_token": sum(found[name].nats) / sum(found[name].tokens),
            }
            if name != "round to nearest":
                nothing = Likelihood(
                    found[name].names, (0.0,) * len(dataset.test), found[name].tokens, found[name].size_bytes
                )
                line["recovered"] = asdict(recovered(found[name], found["round to nearest"], nothing))
            lines.append(line)
            print(line, flush=True)
    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "data": shipped.data,
            "documents": len(dataset.test),
            "weights_sha256": shipped.card["sha256"],
            "seed": SEED,
            "calibration_tokens": WINDOWS * model.context,
            "variants": lines,
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


if __name__ == "__main__":
    main()
