"""What few bits cost a language model: perplexity against bytes, for each method at equal group size.

    python reference/quantization/language_model.py

Writes language_model.json beside this file. The model is the shipped one; the linear layers of its four blocks are
quantized, its embedding and its head stay as they are. Methods that look at activations see the same windows of the
training text. Everything is measured on all test documents, intervals are bootstraps over documents, and differences
are paired. Nothing was tuned on the test documents: settings are those of the papers. A killed run goes on.
"""

import copy
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from torch import Tensor, nn

from compresslab.data.text import load_text
from compresslab.deploy.int4 import OnnxLanguageModel, export_language_model
from compresslab.files import cache_folder, write_json
from compresslab.hardware import machine
from compresslab.models import KVCache, LanguageModel, load_language_baseline
from compresslab.perplexity import Likelihood, likelihood, perplexity_increase, perplexity_interval, recovered
from compresslab.quantization.awq import awq
from compresslab.quantization.channel_scales import fold_scale, language_folds
from compresslab.quantization.gptq import gptq
from compresslab.quantization.groups import bits_per_weight, packed_bytes, quantize_groups
from compresslab.quantization.kv_cache import QuantizedKVCache, through_cache
from compresslab.quantization.smoothquant import smoothquant

WINDOWS = 32  # of `context` tokens, from anywhere in the training text
SEED = 0
SKIP = {"head"}
GRID = [(4, 32), (4, 128), (3, 32), (3, 128), (4, 64), (2, 32)]  # bits, group size
IN_DETAIL = [(4, 128), (3, 128)]  # where variants of the methods are measured, too
OUTLIERS = 8  # channels of each norm that are made large, as some are in models of billions of parameters
OUTLIER = 50.0  # how large


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
    folds = language_folds(model)

    def measured(name: str, make: Callable[[], Callable[[Tensor], Tensor]]) -> tuple[Likelihood, int | None]:
        """The likelihood of a variant and its packed bytes, from the cache if it was measured before."""
        path = cache_folder() / "language_model" / f"{shipped.card['sha256'][:12]} {name}.json"
        if not path.exists():
            variant = make()
            found = likelihood(variant, dataset.test, shipped.tokenizer)
            size = packed_bytes(variant) if isinstance(variant, nn.Module) else None
            write_json(path, {"likelihood": asdict(found), "packed_bytes": size})
            print(f"{name}: {found.perplexity:.3f}", flush=True)
        saved = json.loads(path.read_text())
        fields = {key: tuple(value) for key, value in saved["likelihood"].items()}
        return Likelihood(**fields), saved["packed_bytes"]

    fp32, fp32_bytes = measured("fp32", lambda: model)

    def line(found: Likelihood, size: int | None) -> dict:
        return {
            "perplexity": found.perplexity,
            "interval": asdict(perplexity_interval(found)),
            "bits_per_byte": found.bits_per_byte,
            "increase_percent": asdict(perplexity_increase(found, fp32)),
            **({} if size is None else {"packed_bytes": size}),
        }

    weight_only = []
    for bits, size in [(8, 128), *GRID]:
        settings = {"bits": bits, "group_size": size, "skip": SKIP}
        methods: dict[str, Callable[[], nn.Module]] = {
            "round to nearest": lambda s=settings: quantize_groups(model, **s),
            "GPTQ": lambda s=settings: gptq(model, calibration=calibration, **s),
            "GPTQ, act-order": lambda s=settings: gptq(model, calibration=calibration, act_order=True, **s),
            "AWQ": lambda s=settings: awq(model, calibration=calibration, folds=folds, **s),
            "AWQ without clipping": lambda s=settings: awq(
                model, calibration=calibration, folds=folds, clip=False, **s
            ),
        }
        if (bits, size) not in IN_DETAIL:
            methods = {name: make for name, make in methods.items() if name in ("round to nearest", "GPTQ", "AWQ")}
        if bits == 8:
            methods = {"round to nearest": methods["round to nearest"]}
        found = {name: measured(f"{bits} bits, groups of {size}, {name}", make) for name, make in methods.items()}
        nearest, _ = found["round to nearest"]
        for name, (result, packed) in found.items():
            entry = {"bits": bits, "group_size": size, "method": name, "bits_per_weight": bits_per_weight(bits, size)}
            entry |= line(result, packed)
            if name != "round to nearest" and nearest.perplexity > fp32.perplexity:
                entry["recovered"] = asdict(recovered(result, nearest, fp32))
            weight_only.append(entry)

    planted = plant_outliers(model)
    activations = []
    for title, start in (("as trained", model), ("with planted outliers", planted)):  # the same function
        for alpha in (None, 0.5):
            for per_token in (False, True) if start is planted else (False,):

                def make(
                    start: LanguageModel = start, alpha: float | None = alpha, each: bool = per_token
                ) -> nn.Module:
                    return smoothquant(
                        start, calibration=calibration, folds=folds, alpha=alpha, per_token=each, skip=SKIP
                    )

                result, _ = measured(f"W8A8, {title}, alpha {alpha}, per token {per_token}", make)
                entry = {"model": title, "alpha": alpha, "activation_scale": "token" if per_token else "tensor"}
                activations.append(entry | line(result, None))

    caches = []
    for bits in (None, 8, 4, 2):

        def make_cache(bits: int | None = bits) -> KVCache:
            return KVCache() if bits is None else QuantizedKVCache(bits=bits)

        result, _ = measured(f"cache of {bits} bits", lambda make_cache=make_cache: through_cache(model, make_cache))
        full = make_cache()
        with torch.inference_mode():
            model(calibration[0][:1], full)
        caches.append({"bits": bits, "cache_bytes": full.size_bytes} | line(result, None))

    engine = []
    with TemporaryDirectory() as folder:
        for name, activation in (("fp32", "fp32"), ("int8", "int8")):
            int4 = gptq(model, calibration=calibration, bits=4, group_size=32, skip=SKIP)
            path = export_language_model(int4, Path(folder, f"{name}.onnx"), activations=activation)
            result, _ = measured(f"engine, GPTQ, activations {name}", lambda path=path: OnnxLanguageModel(path))
            engine.append({"activations": activation, "file_bytes": path.stat().st_size} | line(result, None))

    write_json(
        Path(__file__).with_suffix(".json"),
        {
            "data": shipped.data,
            "documents": len(fp32.names),
            "tokens": sum(fp32.tokens),
            "weights_sha256": shipped.card["sha256"],
            "seed": SEED,
            "calibration_tokens": WINDOWS * model.context,
            "quantized_weights": sum(
                layer.weight.numel()
                for name, layer in model.named_modules()
                if type(layer) is nn.Linear and name not in SKIP
            ),
            "fp32": line(fp32, fp32_bytes),
            "weight_only": weight_only,
            "weights_and_activations": activations,
            "outliers": {"channels": OUTLIERS, "factor": OUTLIER},
            "cache": {"tokens": model.context, "group_size": 32, "variants": caches},
            "engine": {"bits": 4, "group_size": 32, "method": "GPTQ", "variants": engine},
            "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "machine": machine().to_dict(),
        },
    )


def plant_outliers(model: LanguageModel) -> LanguageModel:
    """The same function with a few large channels, as large models grow them: gains times a factor, columns over it."""
    planted = copy.deepcopy(model)
    for number, fold in enumerate(language_folds(planted)):
        if "norm" in fold.source:
            scale = torch.ones(planted.get_submodule(fold.source).weight.shape)
            chosen = torch.randperm(len(scale), generator=torch.Generator().manual_seed(number))[:OUTLIERS]
            scale[chosen] = 1 / OUTLIER
            fold_scale(planted, fold, scale)
    return planted


if __name__ == "__main__":
    main()
