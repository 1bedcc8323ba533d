"""Exported files against PyTorch, read back with onnx and run by ONNX Runtime."""

import copy
import logging
import math
from pathlib import Path

import onnx
import pytest
import torch
from torch import nn
from torch.nn.utils import prune

from compresslab.deploy import OnnxModel, Parity, export_onnx, optimized_ops, parity
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn
from compresslab.pruning import attach_masks

IMAGE = (3, 32, 32)


def with_statistics(model: nn.Module) -> nn.Module:
    """Batch-norm that does something, as after training, so that folding it is put to the test."""
    torch.manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    torch.manual_seed(0)
    return with_statistics(resnet18(width=8))


@pytest.fixture(scope="module")
def path(resnet, tmp_path_factory) -> Path:
    """Exported from an example of one image."""
    return export_onnx(resnet, torch.zeros(1, *IMAGE), tmp_path_factory.mktemp("export") / "model.onnx")


@pytest.mark.parametrize("batch", [1, 2, 64])
def test_any_batch_gives_pytorchs_logits(resnet, path, batch) -> None:
    images = torch.randn(batch, *IMAGE, generator=torch.Generator().manual_seed(batch))
    with torch.no_grad():
        expected = resnet(images)
    found = OnnxModel(path)(images)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert parity(expected, found).top1_agreement == 1


def test_file_is_one_valid_model_with_the_agreed_names(path) -> None:
    assert list(path.parent.iterdir()) == [path]
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    (images,), (logits,) = model.graph.input, model.graph.output
    assert (images.name, logits.name) == ("images", "logits")
    shapes = [[d.dim_param or d.dim_value for d in v.type.tensor_type.shape.dim] for v in (images, logits)]
    assert shapes == [["batch", *IMAGE], ["batch", 10]]


def test_file_is_hardly_larger_than_its_weights(resnet, path) -> None:
    convolutions = [module for module in resnet.modules() if isinstance(module, nn.Conv2d)]
    numbers = sum(c.weight.numel() + c.out_channels for c in convolutions)  # batch-norm becomes a bias
    numbers += resnet.fc.weight.numel() + resnet.fc.bias.numel()
    assert 4 * numbers < OnnxModel(path).size_bytes == path.stat().st_size < 4 * numbers + 20_000
    model = onnx.load(path)
    parts = (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.initializer)
    assert not any(part.doc_string or part.metadata_props for part in parts)
    assert not model.graph.value_info


def test_batch_norm_is_folded_away(path) -> None:
    ops = optimized_ops(path)
    assert ops["Conv"] == 20
    assert ops["BatchNormalization"] == 0


def test_export_leaves_the_model_alone_says_nothing_and_keeps_the_notes(tmp_path, capfd, caplog) -> None:
    model = with_statistics(small_cnn(width=4)).train()
    model[1].eval()
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    notes = {"data": "digits, 8x8", "seed": "0"}
    file = export_onnx(model, torch.zeros(5, 1, 8, 8), tmp_path / "new" / "model.onnx", notes=notes)
    assert modes == [module.training for module in model.modules()]
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert OnnxModel(file).notes == notes
    assert capfd.readouterr() == ("", "")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    images = torch.randn(3, 1, 8, 8)
    torch.testing.assert_close(OnnxModel(file)(images), model.eval()(images), rtol=1e-4, atol=1e-5)


class FixedInput(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return torch.stack([images[i].flatten() for i in range(len(images))])


class FixedOutput(nn.Module):
    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images.reshape(2, -1)[:, :10]


@pytest.mark.parametrize("model", [FixedInput(), FixedOutput()])
def test_a_model_for_one_batch_size_is_refused_and_the_old_file_kept(model, tmp_path) -> None:
    file = tmp_path / "model.onnx"
    file.write_text("the old one")
    with pytest.raises(InputError, match=f"{type(model).__name__} can only be exported for a fixed batch size"):
        export_onnx(model, torch.zeros(2, 1, 8, 8), file)
    assert [f.read_text() for f in tmp_path.iterdir()] == ["the old one"]


@pytest.mark.parametrize(
    "example", [torch.zeros(3, 32, 32), torch.zeros(0, 3, 32, 32), torch.zeros(1, 3, 32, 32, dtype=torch.uint8)]
)
def test_an_example_that_is_no_batch_of_images_is_refused(resnet, example, tmp_path) -> None:
    with pytest.raises(InputError, match="example is torch"):
        export_onnx(resnet, example, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_memory_format_and_gradients_of_the_images_do_not_matter(path) -> None:
    model, images = OnnxModel(path), torch.randn(4, *IMAGE)
    expected = model(images)
    assert torch.equal(model(images.to(memory_format=torch.channels_last)), expected)
    assert torch.equal(model(images.clone().requires_grad_()), expected)
    assert expected.dtype == torch.float32


def test_threads_change_no_answer(path) -> None:
    images = torch.randn(4, *IMAGE)
    torch.testing.assert_close(OnnxModel(path, threads=2)(images), OnnxModel(path)(images), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "images",
    [
        torch.zeros(1, 1, 32, 32),
        torch.zeros(1, 3, 28, 28),
        torch.zeros(3, 32, 32),
        torch.zeros(0, 3, 32, 32),
        torch.zeros(1, 3, 32, 32, dtype=torch.uint8),
        torch.zeros(1, 3, 32, 32, dtype=torch.float64),
    ],
)
def test_images_that_do_not_fit_are_refused(path, images) -> None:
    with pytest.raises(InputError, match=r"batch for model\.onnx is .* takes float32 \('batch', 3, 32, 32\)"):
        OnnxModel(path)(images)


@pytest.mark.parametrize("use", [OnnxModel, optimized_ops])
def test_files_that_are_no_model_are_refused_by_name(use, path, tmp_path) -> None:
    whole = path.read_bytes()
    broken = {
        "empty.onnx": b"",
        "text.onnx": b"this is not a model",
        "cut.onnx": whole[: len(whole) // 2],
        "zeros.onnx": bytes(1000),
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    for name in (*broken, "missing.onnx", "."):
        with pytest.raises(InputError, match=name.replace(".", r"\.")):
            use(tmp_path / name)


def test_a_valid_model_that_the_runtime_cannot_run_is_refused(tmp_path) -> None:
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Unheard", ["x"], ["y"], domain="of.nobody")
    output = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    graph = onnx.helper.make_graph([node], "g", [value], [output])
    opsets = [onnx.helper.make_opsetid("", 20), onnx.helper.make_opsetid("of.nobody", 1)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10), tmp_path / "model.onnx")
    with pytest.raises(InputError, match=r"ONNX Runtime cannot run .*model\.onnx"):
        OnnxModel(tmp_path / "model.onnx")


def test_no_threads_is_refused(path) -> None:
    with pytest.raises(InputError, match="threads=0"):
        OnnxModel(path, threads=0)


def test_parity_counts_classes_and_measures_logits() -> None:
    reference = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.3, 0.4]])
    candidate = torch.tensor([[1.5, 0.0], [0.0, 1.0], [0.41, 0.4]])
    assert parity(reference, candidate) == Parity(n=3, same_top1=2, max_abs_difference=0.5)
    assert parity(reference, candidate).top1_agreement == 2 / 3
    assert parity(reference, reference) == Parity(3, 3, 0)


@pytest.mark.parametrize("bad", [torch.zeros(2, 2), torch.zeros(3, 3), torch.full((3, 2), math.inf)])
def test_parity_refuses_what_it_cannot_compare(bad) -> None:
    with pytest.raises(InputError, match="logits"):
        parity(torch.zeros(3, 2), bad)


class TwoOutputs(nn.Linear):
    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        logits = super().forward(images.flatten(1))
        return logits, logits


def attached() -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    return attach_masks(model, {"1.weight": torch.ones(10, 64, dtype=torch.bool)})


def torch_pruned() -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 10))
    prune.l1_unstructured(model[1], "weight", amount=0.5)
    model(torch.ones(1, 64))
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (attached(), r"1\.weight .*make_permanent"),
        (torch_pruned(), r"1\.weight .*make_permanent"),
        (TwoOutputs(64, 10), "TwoOutputs returns a tuple"),
        (small_cnn(width=4).half(), r"float16: export model\.float\(\)"),
    ],
    ids=["masks", "torch_prune", "two_outputs", "half"],
)
def test_a_model_that_makes_no_plain_fp32_file_is_refused_by_name(model, message, tmp_path) -> None:
    with pytest.raises(InputError, match=message):
        export_onnx(model, torch.zeros(1, 1, 8, 8), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_file_with_two_outputs_is_refused(tmp_path) -> None:
    values = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in "xyz"]
    nodes = [onnx.helper.make_node("Relu", ["x"], [name]) for name in "yz"]
    graph = onnx.helper.make_graph(nodes, "g", values[:1], values[1:])
    opsets = [onnx.helper.make_opsetid("", 20)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opsets, ir_version=10), tmp_path / "model.onnx")
    with pytest.raises(InputError, match=r"model\.onnx has 1 inputs and 2 outputs"):
        OnnxModel(tmp_path / "model.onnx")


@pytest.mark.parametrize("threads", [1.5, True, -1])
def test_threads_that_are_no_whole_number_are_refused(path, threads) -> None:
    with pytest.raises(InputError, match=f"threads={threads}"):
        OnnxModel(path, threads=threads)
