"""ONNX files on disk: whole, checked and bare, or not there."""

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from compresslab.errors import InputError
from compresslab.onnx_file import load_onnx, save_onnx, shape_of


def doubling(reads: str = "x") -> onnx.ModelProto:
    """A graph that adds `reads` to x, with all that exporters leave behind."""
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3]) for name in "xy")
    node = helper.make_node("Add", ["x", reads], ["y"], doc_string="File model.py, line 7")
    node.metadata_props.add(key="namespace", value="Doubling/add")
    x.metadata_props.add(key="kind", value="USER_INPUT")
    graph = helper.make_graph([node], "g", [x], [y], doc_string="a graph", value_info=[y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10, doc_string="a model")
    model.metadata_props.add(key="exporter", value="someone")
    return model


def test_what_only_exporters_read_is_left_out_and_notes_are_kept(tmp_path) -> None:
    path = save_onnx(doubling(), tmp_path / "model.onnx", {"data": "digits"})
    model = load_onnx(path)
    assert [(note.key, note.value) for note in model.metadata_props] == [("data", "digits")]
    assert not any((model.doc_string, model.graph.doc_string, model.graph.value_info))
    for part in (*model.graph.node, *model.graph.input):
        assert not part.doc_string
        assert not part.metadata_props
    assert shape_of(model.graph.input[0]) == ("batch", 3)


def test_an_invalid_model_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(onnx.checker.ValidationError):
        save_onnx(doubling(reads="nothing that exists"), tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_an_invalid_model_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(doubling(reads="nothing that exists").SerializeToString())
    with pytest.raises(InputError, match=r"model\.onnx is not a valid ONNX model"):
        load_onnx(path)
