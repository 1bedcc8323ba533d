"""What every variant is worth and what it costs: accuracy, size and speed, each with how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from compresslab.benchmark import Benchmark, inference_call, interleave
from compresslab.capstone.profiles import Profile
from compresslab.capstone.variants import Variant
from compresslab.cost import file_bytes, gzip_bytes, mac_count, parameter_count, sparsity
from compresslab.data import Batches, Dataset, Split
from compresslab.deploy import OnnxModel, parity
from compresslab.evaluation import Difference, Interval, accuracy_difference, accuracy_interval
from compresslab.training import Epoch, evaluate

EAGER = "PyTorch eager fp32"


@dataclass(frozen=True)
class VariantResult:
    """All figures of one variant. Accuracies are shares; differences are percentage points against the baseline.

    Attributes:
        name: of the variant.
        int8: whether the shipped file computes in int8.
        test_accuracy, test_interval: of the shipped file on the test split.
        validation_accuracy: the same on the validation split, by which the exported variant is chosen.
        difference: test accuracy less the baseline's, paired, clustered by source image.
        size_bytes: of the shipped ONNX file.
        gzip_bytes: of that file after gzip.
        parameters, zero_share, macs: of the model; `zero_share` over convolution and linear weights.
        float_top1_agreement: of the fp32 export with PyTorch on the test split.
        float_max_difference: largest absolute difference of a logit between those two.
        shipped_top1_agreement: of the shipped file with the fp32 PyTorch model that it was made from.
        training_seconds: of the last stage that made it.
    """

    name: str
    int8: bool
    test_accuracy: float
    test_interval: Interval
    validation_accuracy: float
    difference: Difference
    size_bytes: int
    gzip_bytes: int
    parameters: int
    zero_share: float
    macs: int
    float_top1_agreement: float
    float_max_difference: float
    shipped_top1_agreement: float
    training_seconds: float


@dataclass(frozen=True, eq=False)
class Measured:
    """A whole run's figures.

    Attributes:
        dataset: that everything was measured on.
        profile, seed: of the run.
        variants: results, the baseline first.
        chosen: the variant to ship.
        single, batch: benchmarks with one and with `profile.batch_size` images a call.
        histories: training history by stage.
    """

    dataset: Dataset
    profile: Profile
    seed: int
    variants: Sequence[VariantResult]
    chosen: VariantResult
    single: Benchmark
    batch: Benchmark
    histories: Mapping[str, Sequence[Epoch]]

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON holds it."""
        baseline = self.variants[0].name
        variants = {}
        for variant in self.variants:
            variants[variant.name] = asdict(variant)
            for name, benchmark in (("single", self.single), ("batch", self.batch)):
                for reference, against in (("eager", EAGER), ("onnxruntime_fp32", baseline)):
                    ratio = asdict(benchmark.ratio(variant.name, against))
                    variants[variant.name][f"{name}_speedup_over_{reference}"] = ratio
        splits = ("train", "validation", "test")
        return {
            "data": {"name": self.dataset.name, "images": {s: len(getattr(self.dataset, s)) for s in splits}},
            "profile": self.profile.to_dict(),
            "seed": self.seed,
            "machine": self.single.machine.to_dict(),
            "chosen": self.chosen.name,
            "variants": variants,
            "histories": {name: [asdict(epoch) for epoch in history] for name, history in self.histories.items()},
            "benchmark": {"single": self.single.to_dict(), "batch": self.batch.to_dict()},
        }


def measure_variants(variants: dict[str, Variant], dataset: Dataset, *, threads: int) -> list[VariantResult]:
    """Evaluate every variant's file on the test split, against its PyTorch model and against the baseline."""
    results: list[VariantResult] = []
    baseline_correct = None
    for variant in variants.values():
        test, validation = Batches(dataset, dataset.test, 256), Batches(dataset, dataset.validation, 256)
        torch_answer = evaluate(variant.stage.model, test)
        float_answer = evaluate(OnnxModel(variant.float_onnx, threads), test)
        shipped = OnnxModel(variant.onnx, threads)
        answer = evaluate(shipped, test) if variant.onnx != variant.float_onnx else float_answer
        if baseline_correct is None:
            baseline_correct = answer.correct
        exported = parity(torch_answer.logits, float_answer.logits)
        results.append(
            VariantResult(
                name=variant.name,
                int8=variant.onnx != variant.float_onnx,
                test_accuracy=answer.accuracy,
                test_interval=accuracy_interval(answer.correct, dataset.test.groups),
                validation_accuracy=evaluate(shipped, validation).accuracy,
                difference=accuracy_difference(answer.correct, baseline_correct, dataset.test.groups),
                size_bytes=file_bytes(variant.onnx),
                gzip_bytes=gzip_bytes(variant.onnx),
                parameters=parameter_count(variant.stage.model),
                zero_share=sparsity(variant.stage.model).weights,
                macs=mac_count(variant.stage.model, (1, dataset.channels, dataset.image_size, dataset.image_size)),
                float_top1_agreement=exported.top1_agreement,
                float_max_difference=exported.max_abs_difference,
                shipped_top1_agreement=parity(torch_answer.logits, answer.logits).top1_agreement,
                training_seconds=variant.stage.seconds,
            )
        )
    return results


def time_variants(variants: dict[str, Variant], dataset: Dataset, *, images: int, rounds: int, seed: int) -> Benchmark:
    """Time every shipped file and the baseline in PyTorch, interleaved, on one thread.

    Args:
        variants: the baseline first.
        dataset: gives the images, from its test split.
        images: a call.
        rounds: timed calls of each.
        seed: of the order within rounds.
    """
    batch = next(iter(Batches(dataset, _first(dataset.test, images), images))).images
    eager = next(iter(variants.values())).stage.model
    calls = {EAGER: inference_call(eager, batch)}
    calls |= {name: inference_call(OnnxModel(v.onnx, 1), batch) for name, v in variants.items()}
    return interleave(calls, rounds=rounds, images_per_call=images, seed=seed, data=dataset.name)


def choose(results: list[VariantResult], profile: Profile) -> VariantResult:
    """The smallest file within the tolerance on the validation split; the baseline always is.

    >>> from types import SimpleNamespace
    >>> from compresslab.capstone.profiles import profile
    >>> dense = SimpleNamespace(validation_accuracy=0.90, size_bytes=4_000_000)
    >>> small = SimpleNamespace(validation_accuracy=0.89, size_bytes=1_000_000)
    >>> poor = SimpleNamespace(validation_accuracy=0.60, size_bytes=500_000)
    >>> choose([dense, small, poor], profile("quick")) is small  # which may lose two points
    True
    """
    # Accuracies are shares of whole counts: what is lost by rounding must not refuse "exactly 2 points".
    floor = results[0].validation_accuracy - profile.tolerance_points / 100 - 1e-9
    return min((r for r in results if r.validation_accuracy >= floor), key=lambda r: r.size_bytes)


def _first(split: Split, count: int) -> Split:
    return split.select(split.ids.argsort()[:count])
