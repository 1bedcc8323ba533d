"""Every chapter runs from top to bottom in a fresh kernel, quietly, and has all the parts that a chapter has."""

import ast
import re
from html import escape
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from run_notebook import execute

CHAPTERS = sorted((Path(__file__).parents[2] / "course").glob("[0-9]*.ipynb"))
PARTS = (
    "You will be able to",
    "## Predict",
    "## Live",
    "### Explorer",
    "## Spot the bug",
    "## Myth or fact",
    "## Recorded",
    "## When to use it, and when not",
    "## In production",
    "## Operator's checklist",
    "## An analogy",
    "## Pointers",
)
# What an operator might ship by mistake, and the line of the checklist that must then stay open.
MISTAKES = {
    "01_why_compression": {
        "the file is as small as claimed": 'files = files | {"quantized": files["baseline"]}',
        "the speed differs from 1": """
times = benchmark.timings | {"quantized": benchmark.timings["baseline"]}
benchmark = replace(benchmark, timings=times)""",
        "the loss is below one point": """
runs = runs | {"quantized": evaluate(mlp(inputs=pixels, hidden=(8,)), test)}""",
        "the export is right on the same images": 'runs = runs | {"baseline": runs["small, alone"]}',
        "zeros pay in the download": 'files = files | {"pruned": files["baseline"]}',
    },
    "02_pruning_unstructured": {
        "the sparsity is the whole model's": "pruned = one_layer",
        "the file is 5 times smaller": """
small_file = work / "half.gz"
storage.save_compressed(networks[0.5], small_file)""",
        "zeros outlast training": """
revivals = revivals | {"momentum and decay,\\nmask re-applied": revivals["SGD, momentum"]}""",
        "no mask is attached": "pruned = pruning.attach_masks(baseline, masks)",
        "CSR is faster by more than the control": """
times = benchmarks[1].timings | {"CSR 0.9": benchmarks[1].timings["dense"]}
benchmarks = benchmarks | {1: replace(benchmarks[1], timings=times)}""",
        "the loss is below one point": """
small_file = work / "99.gz"
storage.save_compressed(networks[0.99], small_file)""",
    },
    "03_pruning_structured": {
        "tensors really shrank": 'cut = cut | {"50%": masked}',
        "removal computes what silencing computes": "masked = network",
        "the speed-up exceeds the control": """
times = cnn_times.timings | {"50%": cnn_times.timings["uncut"]}
cnn_times = replace(cnn_times, timings=times)""",
        "the loss against a network trained as long": 'runs = runs | {"50%": evaluate(cut["70%"], test)}',
        "the choice beats a random one": 'runs = runs | {"50%": runs["50%, random"]}',
    },
    "04_magnitude_pruning": {
        "the sparsity is the one asked for": """
networks = networks | {("iterative", 0.95, 0): networks["iterative", 0.9, 0]}""",
        "no layer is nearly empty": """
collapsed = masks_from_scores(magnitude_scores(dense), sparsity=0.995, scope="layer")
networks = networks | {("iterative", 0.95, 0): apply_masks(dense, collapsed)}""",
        "biases were left alone": 'networks = networks | {("iterative", 0.95, 0): broken}',
        "all methods and the dense control had the same epochs": 'epochs = epochs | {"dense": SHORT.epochs}',
        "the starts lie within 5 points": """
right = right | {("iterative", 0.95, 0): right["random ticket", 0.95, 0]}""",
        "at most 5 points lost": """
right = right | {("iterative", 0.95, seed): right["iterative", 0.99, seed] for seed in SEEDS}""",
        "the stored file is at least 5 times smaller": """
networks = networks | {("iterative", 0.95, 0): networks["dense", 0, 0]}""",
    },
    "05_movement_pruning": {
        "the sparsity is the one asked for": """
models = models | {("movement", 0.97, 0): models["movement", 0.9, 0]}""",
        "the new head was left whole": """
cut = copy.deepcopy(models["movement", 0.97, 0])
cut.fc.weight.data[0, 0] = 0
models = models | {("movement", 0.97, 0): cut}""",
        "the score's sign is right": "movement = {name: -score for name, score in movement.items()}",
        "less than 5 points behind magnitude": "gains = gains | {0.97: one_shot[0.05, 'running magnitude', 0.95]}",
        "the seeds lie within 5 points": """
answers = answers | {("movement", 0.97, 0): evaluate(starts[0], test)}""",
        "nothing of the training is left": """
models = models | {("movement", 0.97, 0): movement_pruning(starts[0], final=0.97, **shared)}""",
        "the stored file is at least 5 times smaller": """
models = models | {("movement", 0.97, 0): models["dense", 0.0, 0]}""",
    },
    "10_prune_distill_quantize": {
        "zero is exact": "zero_point = torch.tensor(300)",
        "every layer's signal is 30 dB above its error": """
def nearest(weight, bits):
    steps = quantization.symmetric_scale(weight, bits=4)
    return quantization.fake_quantize(weight, steps, format=quantization.weight_format(4))""",
        "sums fit into 32 bits": 'prunable_weights = lambda model: [("wide", torch.randn(1, 70_000))]',
        "the integers are the runtime's": "agree = torch.equal(torch.from_numpy(runtimes), ours + 1)",
        "it is as small as claimed": "sizes = [sizes[0], sizes[0]]",
        "the loss is below one point": """
def nearest(weight, bits):
    return quantization.binarize(weight)""",
    },
}

# What the text says of the run above it, as conditions on the chapter's own variables.
SAID = {
    "01_why_compression": {
        "activations outgrow a CNN's weights at a batch of one": """
            sum(activation_bytes(convolutions, torch.zeros(1, 3, 32, 32))[1:3]) > cost.state_bytes(convolutions)""",
        "there are two mistakes, and both count": "1.05 < true / reported < 1.07",
        "a few singular values stand out": "S[0] > 1.3 * torch.linalg.svdvals(random)[0] and S[30] < 1.1",
        "by the norm, a low rank loses nearly everything": "left_out > 0.85",
        "pruned has the baseline's bytes": "abs(points[1].size_bytes / points[0].size_bytes - 1) < 0.01",
        "quantized takes about a quarter": "3.5 < smaller < 4",
        "distilled and small, alone are the same network": """
            abs(cost.file_bytes(files["distilled"]) / cost.file_bytes(files["small, alone"]) - 1) < 0.01""",
        "fewer weights are not as many times faster": """all(
            benchmark.ratio(name, "baseline").value
            < cost.parameter_count(baseline) / cost.parameter_count(models[name])
            for name in ("factorized", "distilled"))""",
    },
    "02_pruning_unstructured": {
        "SGD and its decay keep the zeros": 'revivals["SGD"][-1] == revivals["SGD, weight decay"][-1] == 0',
        "momentum and Adam bring nearly all back in a step": """
            min(revivals["SGD, momentum"][1], revivals["Adam"][1]) > 0.95""",
        "hidden weights shrink": "after < before",
        "scales alone do the damage": """evaluate(pruning.apply_masks(cnn, pruning.masks_from_scores(
            scales, sparsity=0.5, scope="layer")), test).accuracy < evaluate(cnn, test).accuracy - 0.2""",
        "masks still attached make the file larger": "cost.file_bytes(attached_file) > cost.file_bytes(dense_file)",
        "the compressed file comes near to ten times smaller": "8 < smaller < 10.5",
        "CSR is 5 times smaller": "4.9 < dense / storage.csr_bytes(pruned_weight) < 5.1",
        "2:4 keeps less of the norm than a free choice": """
            two_four[3].weight.norm() < networks[0.5][3].weight.norm() < baseline[3].weight.norm()""",
    },
    "03_pruning_structured": {
        "a group may be shuffled": "right(whole) == right(network)",
        "one of its layers alone may not": "right(part) < right(network) - 0.02",
        "each for itself is worse than as one group": "right(each) < right(as_one) < right(network)",
        "ten lines find the library's groups": "same",
        "about half of the MACs are left": "0.45 < left < 0.53",
        "a cut without training does great damage": "right_without(structured.l2(network, graph), 0.3) < 0.6",
        "heads hold few of the MACs": """
            cost.mac_count(vit_cut["3 of 4 heads"], tiny.shape) > 0.65 * cost.mac_count(vit, tiny.shape)""",
        "only removal shrinks": """
            cost.mac_count(masked, example.shape) == macs > 3 * cost.mac_count(cut["50%"], example.shape)""",
    },
    "04_magnitude_pruning": {
        "one threshold is far ahead until the network is trained again": """
            accuracy(apply_masks(networks["dense, trained once", 0, 0], masks_from_scores(magnitude_scores(
                networks["dense, trained once", 0, 0]), sparsity=0.9, scope="global")))
            > 0.1 + accuracy(apply_masks(networks["dense, trained once", 0, 0], masks_from_scores(magnitude_scores(
                networks["dense, trained once", 0, 0]), sparsity=0.9, scope="layer")))""",
        "in the MLP the last layer suffers": """max(
            run["accuracy"] for run in alone["MLP"] if run["sparsity"] == 0.95 and run["method"].startswith("layer 3"))
            < min(run["accuracy"] for run in alone["MLP"] if run["sparsity"] == 0.95 and "8,192" in run["method"])""",
        "in the CNN the first does, and the last minds least": """all(
            sum(run["accuracy"] for run in alone["CNN"] if run["sparsity"] == 0.9 and f"layer {a}" in run["method"])
            < sum(run["accuracy"] for run in alone["CNN"] if run["sparsity"] == 0.9 and f"layer {b}" in run["method"])
            for a, b in ((1, 2), (1, 3), (1, 4), (2, 4), (3, 4)))""",
        "at 90% those that keep trained weights are alike": """
            max(abs(paired(method, "one-shot", 0.9)["points"]) for method in ("iterative", "gradual")) < 2""",
        "towards 99% they part": 'paired("iterative", "one-shot", 0.99)["interval"]["low"] > 5',
        "the ticket is far ahead of its control": 'paired("ticket", "random ticket", 0.95)["interval"]["low"] > 20',
        "most of the lead over the usual control is scale": "closed[0.95] > 0.75 and closed[0.99] < closed[0.95]",
        "shuffled, the ticket is far behind, and rescaled it is close": """
            mean_of("ticket", 0.95) - mean_of("shuffled ticket", 0.95) > 0.2
            and mean_of("rescaled ticket", 0.95) - mean_of("rescaled shuffled ticket", 0.95) < 0.06""",
        "the ticket gains by rescaling": """
            all(mean_of("rescaled ticket", share) > mean_of("ticket", share) for share in SPARSITIES)""",
        "given time, all come close but the unscaled one": """all(
            abs(paired("long ticket", f"long {name}", 0.98)["points"]) < 5
            for name in ("shuffled ticket", "rescaled random ticket"))
            and mean_of("long random ticket", 0.98) > mean_of("random ticket", 0.98) + 0.4""",
        "with a budget of its own the ticket is beside the iterative network": """
            abs(paired("long ticket", "iterative", 0.98)["points"]) < 3""",
        "pruning stands still": "sparsity(broken).weights < 0.6 and (biases == 0).any()",
    },
    "05_movement_pruning": {
        "movement ranks by the growth of the square": "correlation > 0.98 and shared_tenth > 0.95",
        "it does not keep small weights that grew": "overlap(kept(movement, 0.9), small) < 0.25",
        "running magnitude chooses what magnitude chooses": "overlap(kept(running_mean, 0.9), by_size) > 0.9",
        "a penalty of about 100 leaves a tenth": "0.85 < sparsity(soft(100)).weights < 0.95",
        "at the very low rate little is learned, and the choice is repeatable": """
            evaluate(runs[0.0005][0][0], validation).accuracy < 0.7
            and overlap(*(kept(run[1], 0.9) for run in runs[0.0005])) > 0.9""",
        "weights hardly change there": """overlap(*(
            kept({name: w.abs() for name, w in weights.items()}, 0.9)
            for weights in (before, now(runs[0.0005][0][0])))) > 0.97""",
        "at the high rate two orders give two choices": """
            overlap(*(kept(run[1], 0.9) for run in runs[0.5])) < 0.4
            and overlap(kept(runs[0.5][0][1], 0.9), kept(growth(before, now(runs[0.5][0][0]), 0.5), 0.9)) < 0.95""",
        "movement doesn't run away from magnitude": "abs(gains[0.97].points) < 5",
        "in one step, after small steps, movement is ahead": """
            one_shot[0.05, "movement", 0.95].interval.low > 5
            and one_shot[0.05, "running magnitude", 0.95].interval.high < 0""",
        "after large steps most of the advantage is gone": """
            one_shot[0.5, "movement", 0.95].points < one_shot[0.05, "movement", 0.95].points / 3""",
    },
    "10_prune_distill_quantize": {
        "a bit is worth about 6 dB, for all three": """
            all(abs((found[8] - found[6]) / 2 - 6.02) < 0.3 for found in ratios.values())""",
        "they start from different heights": """
            [found[8] for found in ratios.values()] == sorted((found[8] for found in ratios.values()), reverse=True)
            and ratios["even, -1 to 1"][8] > list(ratios.values())[2][8] + 15""",
        "all of these activations are positive": "float(activations.min()) == 0",
        "at 8 bits there is little to gain, and entropy cuts off too much": """
            decibels(flat, rounded(flat, 0.0, ends[8]["mse"], 8))
            < decibels(flat, rounded(flat, 0.0, ends[8]["min-max"], 8)) + 1
            < decibels(flat, rounded(flat, 0.0, ends[8]["entropy"], 8)) + 20""",
        "at 3 bits it pays to clamp": """
            decibels(flat, rounded(flat, 0.0, ends[3]["mse"], 3))
            > decibels(flat, rounded(flat, 0.0, ends[3]["min-max"], 3)) + 2""",
        "most gradients vanish in e4m3, few in e5m2": """
            quantization.what_is_lost(gradients, quantization.FLOAT_FORMATS[3]).underflow > 0.5
            > 0.1 > quantization.what_is_lost(gradients, quantization.FLOAT_FORMATS[4]).underflow""",
        "three values are far better than two bits": """
            lines["three values (-a, 0, a)"][1.58][0] > channel[2][0] + 10""",
        "the integer layer is within a step": "int(apart.max()) <= 1",
        "binary weights are no faster": 'times.ratio("binary", "fp32").value < 1.2',
    },
}


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """The chapter, executed, and after its own cells the checklist once more for each mistake."""
    notebook = nbformat.read(request.param, as_version=4)
    place = next(number for number, cell in enumerate(notebook.cells) if "checklist(\n" in cell.source)
    values, checks = notebook.cells[place - 1].source, notebook.cells[place].source
    said = ", ".join(f"{text!r}: bool({condition})" for text, condition in SAID.get(request.param.stem, {}).items())
    start = nbformat.v4.new_code_cell(f"as_it_was = dict(globals())\n{{{said}}}", id="as-it-was")
    again = [
        nbformat.v4.new_code_cell(f"globals().update(as_it_was)\n{mistake}\n{values}\n{checks}", id=f"mistake-{number}")
        for number, mistake in enumerate(MISTAKES.get(request.param.stem, {}).values())
    ]
    notebook.cells += [start, *again]
    nbformat.write(notebook, path := tmp_path_factory.mktemp("chapter") / request.param.name)
    executed = execute(path)
    executed.metadata["mistakes"] = {
        line: shown(cell)
        for line, cell in zip(MISTAKES.get(request.param.stem, {}), executed.cells[-len(again) :], strict=False)
    }
    (verdicts,) = executed.cells[-1 - len(again)].outputs
    executed.metadata["said"] = ast.literal_eval(verdicts.data["text/plain"])
    executed.cells = executed.cells[: -1 - len(again)]
    return executed


def shown(cell: NotebookNode) -> str:
    """The page that a cell ends with."""
    (page,) = (output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {}))
    return page


def test_it_runs_quietly_and_describes_its_figures(chapter: NotebookNode) -> None:
    outputs = [output for cell in chapter.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output.text for output in outputs if output.get("name") == "stderr"]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2
    descriptions = [re.match(r'<img alt="([^"]{40,})"', picture.data["text/html"]) for picture in pictures]
    assert all(descriptions)


def test_it_has_every_part_of_a_chapter(chapter: NotebookNode) -> None:
    text = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    assert [part for part in PARTS if part not in text] == []


def test_its_checklist_is_ticked_by_this_run(chapter: NotebookNode) -> None:
    (cell,) = (cell for cell in chapter.cells if "checklist(\n" in cell.source)
    assert shown(cell).count("<td ") >= 3 * 4 and "✓ done" in shown(cell)


def test_what_it_says_of_its_run_is_so(chapter: NotebookNode) -> None:
    assert [text for text, holds in chapter.metadata["said"].items() if not holds] == []


def test_its_checklist_stays_open_where_a_mistake_was_made(chapter: NotebookNode) -> None:
    for line, page in chapter.metadata["mistakes"].items():
        (row,) = (row for row in re.findall(r"<tr>.*?</tr>", page) if escape(line) in row)
        assert "✗ open" in row, f"{line}: {row}"


def test_every_prediction_is_revealed(chapter: NotebookNode) -> None:
    source = "\n".join(cell.source for cell in chapter.cells if cell.cell_type == "code")
    assert source.count("= Prediction(") == source.count(".reveal(") >= 1


def test_no_answer_stands_in_code_that_is_shown(chapter: NotebookNode) -> None:
    revealing = [cell for cell in chapter.cells if cell.cell_type == "code" and ".reveal(" in cell.source]
    shown = [cell.id for cell in revealing if not cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert shown == [], "fold them: metadata.jupyter.source_hidden"
