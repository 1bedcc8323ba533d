"""The capstone's report: one page of Markdown with three charts, every sentence made from the figures."""

from collections.abc import Mapping
from pathlib import Path

from compresslab.benchmark import Ratio
from compresslab.capstone.measure import EAGER, Measured, VariantResult
from compresslab.files import atomic_write
from compresslab.plots import Chart, Point, accuracy_vs_size, learning_curves, speedup_chart


def write_report(folder: Path, measured: Measured) -> Path:
    """Write report.md and its charts into `folder`.

    Args:
        folder: of the run.
        measured: all figures.

    Returns:
        Path of report.md.
    """
    data = measured.dataset.name
    points = [
        Point(v.name, v.size_bytes, v.test_accuracy, v.test_interval, "int8" if v.int8 else "fp32")
        for v in measured.variants
    ]
    ratios = [measured.single.ratio(variant.name, EAGER) for variant in measured.variants]
    charts = {
        "accuracy_vs_size.png": accuracy_vs_size(points, data=f"{data}, test split"),
        "speedup.png": speedup_chart(ratios, data=f"{data}, one image a call", machine=str(measured.single.machine)),
        "training.png": learning_curves(measured.histories, data=data),
    }
    for name, chart in charts.items():
        chart.save(folder / name)
    report = folder / "report.md"
    with atomic_write(report) as partial:
        partial.write_text(_text(measured, charts), encoding="utf-8")
    return report


def _text(measured: Measured, charts: Mapping[str, Chart]) -> str:
    dataset, chosen, baseline = measured.dataset, measured.chosen, measured.variants[0]
    over_eager = measured.single.ratio(chosen.name, EAGER)
    over_onnx = measured.single.ratio(chosen.name, baseline.name)
    images = ", ".join(f"{len(getattr(dataset, split)):,} {split}" for split in ("train", "validation", "test"))
    p = measured.profile
    figures = "\n\n".join(f"![{chart.alt}]({name})" for name, chart in charts.items())
    return f"""# Compressing ResNet-18 on {dataset.name}

`model.onnx` is the **{chosen.name}** network: {_mb(chosen.size_bytes)} MB,
{baseline.size_bytes / chosen.size_bytes:.1f} times smaller than the fp32 baseline's file,
{_times(over_eager)} as fast as {EAGER} and {_times(over_onnx)} as fast as the baseline in ONNX Runtime fp32.
Its test accuracy is {_percent(chosen.test_accuracy)}, {_points(chosen)} against the baseline.

Data: {dataset.name} (images: {images}). Profile: {p.name}, seed {measured.seed}.
Machine: {measured.single.machine}.

{_table(measured)}

- **accuracy**: of the file in ONNX Runtime on the test split, with its 95% interval.
- **against baseline**: difference in percentage points on the same images, with the 95% interval of a paired
  bootstrap over source images.
- **MB**: bytes of the ONNX file / 10⁶. **gzip** is what entropy coding makes of the file: the only place where
  weights that are zero save anything here.
- **speed-up**: over {EAGER} / over ONNX Runtime fp32 of the baseline, on one thread, medians of {p.rounds}
  interleaved rounds with one image a call and of {p.batch_rounds} with {p.batch_size}, with 95% intervals.
- **agrees**: share of test images on which the file gives the top-1 class of the fp32 PyTorch model behind it.

The exported model is the smallest file that loses at most {p.tolerance_points:g} points on the validation split, which
is the split that chooses; the test split only reports.

{figures}

## What was done

| stage | epochs | seconds |
|---|---|---|
{_stages(measured)}

The baseline has width {p.width}. *pruned* sets the {p.sparsity:.0%} smallest weights of the whole network to zero and
fine-tunes the others. *distilled* is a student of width {p.student_width} trained on the baseline's answers
(temperature {p.temperature:g}, weight {p.alpha:g} in the loss). *quantized* is the baseline in int8, calibrated on
{p.calibration_images} training images. *pruned+distilled+quantized* prunes {p.student_sparsity:.0%} of the student,
fine-tunes it on the baseline's answers and quantizes it. The fp32 exports give the top-1 class of PyTorch on
{_float_agreement(measured)} of the test images.
"""


def _table(measured: Measured) -> str:
    baseline = measured.variants[0]
    columns = (
        "variant", "accuracy %", "against baseline", "parameters", "zeros", "MB", "gzip MB", "speed-up, 1 image",
        f"speed-up, {measured.profile.batch_size} images", "agrees",
    )  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for v in measured.variants:
        interval = f"[{100 * v.test_interval.low:.1f}, {100 * v.test_interval.high:.1f}]"
        single, batch = (
            " / ".join(_times(benchmark.ratio(v.name, reference)) for reference in (EAGER, baseline.name))
            for benchmark in (measured.single, measured.batch)
        )
        lines.append(
            f"| {v.name} | {100 * v.test_accuracy:.1f} {interval} | {'' if v is baseline else _points(v)} "
            f"| {v.parameters:,} | {v.zero_share:.0%} | {_mb(v.size_bytes)} | {_mb(v.gzip_bytes)} "
            f"| {single} | {batch} | {_percent(v.shipped_top1_agreement)} |"
        )
    return "\n".join(lines)


def _stages(measured: Measured) -> str:
    return "\n".join(
        f"| {name} | {len(history)} | {sum(epoch.seconds for epoch in history):.0f} |"
        for name, history in measured.histories.items()
    )


def _float_agreement(measured: Measured) -> str:
    worst = min(v.float_top1_agreement for v in measured.variants)
    return "all" if worst == 1 else f"at least {_percent(worst)}"


def _points(variant: VariantResult) -> str:
    difference = variant.difference
    return f"{difference.points:+.2f} points [{difference.interval.low:+.2f}, {difference.interval.high:+.2f}]"


def _mb(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:.3g}"


def _percent(share: float) -> str:
    # Rounded down: 99.99% must not read as all of them.
    return "100%" if share == 1 else f"{int(share * 10_000) / 100:.2f}%"


def _times(ratio: Ratio) -> str:
    return f"{ratio.value:.2f}x [{ratio.interval.low:.2f}, {ratio.interval.high:.2f}]"
