"""Which files are refused before anything runs them, and with which words."""

import onnx
import pytest
from onnx_submissions import CLASSES, REFUSED, SHAPE, as_bytes, dropping, network, state_dict, with_paths

from classroom.capstone import rules
from compresslab.errors import InputError


def look(made: bytes | onnx.ModelProto) -> rules.Look:
    return rules.look(as_bytes(made), SHAPE, CLASSES)


def test_an_honest_file_is_taken_and_its_weights_are_counted_by_type() -> None:
    found = look(network())
    assert (found.nodes, found.notes) == (3, [])
    assert found.weights == {"float32": 48 * 10 * 4, "int64": 16}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_breaks_a_rule_is_refused_with_its_reason(kind: str) -> None:
    made, reason = REFUSED[kind]
    with pytest.raises(InputError) as refused:
        look(made())
    assert reason in str(refused.value)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("training", [None, False])
def test_a_dropout_that_drops_nothing_is_taken(training: bool | None) -> None:
    assert look(dropping(training=training)).nodes == 4


def test_a_state_dict_is_told_from_an_export(tmp_path) -> None:
    with pytest.raises(InputError, match=r"a zip archive, as torch\.save writes: a state_dict is no network"):
        look(state_dict(tmp_path / "model.pt"))


@pytest.mark.parametrize(
    "note",
    ["/home/anna/thesis/model.py", "C:\\Users\\anna\\model.py", "../../secret/notes", "file:///Users/anna/x"],
)
def test_paths_in_its_texts_are_named_and_not_repeated(note: str) -> None:
    (said,) = look(with_paths(note)).notes
    assert said.startswith("its texts name files of the machine that made it")
    assert "anna" not in said and "secret" not in said


def test_notes_of_export_are_no_paths() -> None:
    assert look(with_paths("digits32, and/or 3 / 4 of CIFAR-10; https://example.org/data")).notes == []


def test_floats_that_are_called_quantized_are_noticed() -> None:
    assert look(with_paths("quantized to int8")).notes == [rules.CLAIMED]
    assert rules.claims_integers("my_INT8_model.onnx") and not rules.claims_integers("pointer8.onnx")


def test_no_claim_of_a_shape_counts_as_bytes() -> None:
    model = network()
    model.graph.initializer.append(onnx.TensorProto(name="claims", dims=[2**40], data_type=onnx.TensorProto.FLOAT))
    with pytest.raises(InputError, match="not valid"):
        look(model)
