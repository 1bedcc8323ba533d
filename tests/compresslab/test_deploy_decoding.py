"""The exported step writes what the model writes: against the model itself, which reads the whole text."""

import pytest
import torch

from compresslab.deploy.decoding import OnnxDecodingStep, export_decoding_step
from compresslab.errors import InputError
from compresslab.models import language_model
from compresslab.quantization.groups import quantize_groups

SETTINGS = {"vocabulary": 50, "context": 16, "dim": 32, "depth": 2, "heads": 2, "hidden": 48}


@pytest.fixture(scope="module", params=[None, 4], ids=["fp32", "int4"])
def model_and_step(request, tmp_path_factory):
    torch.manual_seed(0)
    model = language_model(**SETTINGS).eval()
    if request.param:
        model = quantize_groups(model, bits=request.param, group_size=16, skip={"head"})
    path = export_decoding_step(model, tmp_path_factory.mktemp("step") / "step.onnx")
    return model, OnnxDecodingStep(path)


@pytest.mark.parametrize("batch", [1, 3])
def test_token_by_token_gives_the_logits_of_the_whole_text(batch: int, model_and_step) -> None:
    model, step = model_and_step
    tokens = torch.randint(50, (batch, 9), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = model(tokens)
    keys = values = torch.zeros(2, batch, 2, 0, 16)
    for place in range(tokens.shape[1]):
        logits, new_keys, new_values = step(tokens[:, place : place + 1], keys, values)
        torch.testing.assert_close(logits[:, 0], expected[:, place], atol=2e-5, rtol=1e-4)
        keys, values = torch.cat([keys, new_keys], dim=3), torch.cat([values, new_values], dim=3)
    assert keys.shape == (2, batch, 2, 9, 16)


def test_what_it_does_not_take_is_refused(model_and_step) -> None:
    _, step = model_and_step
    cache = torch.zeros(2, 1, 2, 3, 16)
    with pytest.raises(InputError, match=r"tokens are torch.int64 \(1, 2\)"):
        step(torch.tensor([[1, 2]]), cache, cache)
    with pytest.raises(InputError, match="expected one shape"):
        step(torch.tensor([[1]]), cache, cache[:, :, :, :2])
