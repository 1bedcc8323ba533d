"""A language model that writes, as an ONNX file: one token in, the keys and values of all before it beside it.

`export_language_model` reads a whole text at once, which is a prompt's work. Writing is another load: each token passes
every weight once, and reads everything that was kept of the tokens before it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from compresslab.deploy.int4 import with_bit_layers
from compresslab.errors import InputError
from compresslab.models.language import LanguageModel, rotate
from compresslab.onnx_file import save_onnx
from compresslab.onnx_session import open_session, session_options


def export_decoding_step(
    model: LanguageModel,
    path: str | os.PathLike[str],
    *,
    activations: Literal["fp32", "int8"] = "fp32",
    notes: Mapping[str, str] | None = None,
) -> Path:
    """Write the step from one token to the next as ONNX.

    Inputs are "tokens" (batch, 1) int64 and "keys" and "values" (layers, batch, heads, past, head_dim) float32; outputs
    "logits" (batch, 1, vocabulary), and "new_keys" and "new_values" (layers, batch, heads, 1, head_dim) of this token.

    Args:
        model, path, activations, notes: see `export_language_model`.

    Returns:
        `path`.

    Raises:
        InputError: as `export_language_model`.

    >>> from tempfile import TemporaryDirectory
    >>> from compresslab.models import language_model
    >>> model = language_model(vocabulary=64, dim=32, depth=1, heads=2, hidden=32).eval()
    >>> empty = torch.zeros(1, 1, 2, 0, 16)
    >>> with TemporaryDirectory() as folder:
    ...     step = OnnxDecodingStep(export_decoding_step(model, Path(folder, "step.onnx")))
    ...     logits, keys, values = step(torch.tensor([[3]]), empty, empty)
    ...     torch.allclose(logits, model(torch.tensor([[3]])), atol=1e-5), keys.shape
    (True, torch.Size([1, 1, 2, 1, 16]))
    """
    exported = with_bit_layers(model, activations)
    first: Any = exported.layers[0]
    heads, dim = first.attention.heads, exported.embed.embedding_dim
    past = torch.zeros(len(exported.layers), 2, heads, 5, dim // heads)
    batch, length = torch.export.Dim("batch"), torch.export.Dim("past", min=0, max=model.context - 1)
    same = torch.export.Dim.AUTO  # as the tokens' or the keys': the exporter warns of a name that it finds twice
    program = torch.onnx.export(
        _Step(exported).eval(),
        (torch.zeros(2, 1, dtype=torch.int64), past, past.clone()),
        dynamo=True,
        input_names=["tokens", "keys", "values"],
        output_names=["logits", "new_keys", "new_values"],
        dynamic_shapes=({0: batch}, {1: same, 3: length}, {1: same, 3: same}),
        verbose=False,
    )
    assert program is not None  # None only comes from the old exporter
    return save_onnx(program.model_proto, path, notes)


class _Step(nn.Module):
    """The model's own layers, with a cache that is given and returned. A single token sees all that it is given."""

    def __init__(self, model: LanguageModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        place = keys.shape[3]
        cos, sin = self.model.cos[place : place + 1], self.model.sin[place : place + 1]
        x = self.model.embed(tokens)
        new_keys, new_values = [], []
        layer: Any
        for number, layer in enumerate(self.model.layers):
            attention, h = layer.attention, layer.norm1(x)
            batch, _, dim = h.shape
            split = (batch, 1, attention.heads, dim // attention.heads)
            q, k, v = (part(h).reshape(split).transpose(1, 2) for part in (attention.q, attention.k, attention.v))
            q, k = rotate(q, cos, sin), rotate(k, cos, sin)
            new_keys.append(k)
            new_values.append(v)
            seen = torch.cat([keys[number], k], dim=2), torch.cat([values[number], v], dim=2)
            mixed = F.scaled_dot_product_attention(q, *seen)
            x = x + attention.out(mixed.transpose(1, 2).reshape(batch, 1, dim))
            x = x + layer.mlp(layer.norm2(x))
        return self.model.head(self.model.norm(x)), torch.stack(new_keys), torch.stack(new_values)


class OnnxDecodingStep:
    """A file of `export_decoding_step`, on the CPU.

    Args:
        path: of the file.
        threads: for its operators.

    Raises:
        InputError: the file is missing or is no model that ONNX Runtime can run.

    >>> OnnxDecodingStep("missing.onnx")
    Traceback (most recent call last):
    compresslab.errors.InputError: cannot read missing.onnx: No such file or directory. Export the model first.
    """

    def __init__(self, path: str | os.PathLike[str], threads: int = 1) -> None:
        self.path, self.threads = Path(path), threads
        self._session = open_session(path, session_options(threads))

    def __call__(self, tokens: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits, and what to append to `keys` and `values`: shapes as `export_decoding_step` has them.

        Raises:
            InputError: tokens of another dtype or shape, or keys and values of different shapes.
        """
        if tokens.ndim != 2 or tokens.shape[1] != 1 or tokens.dtype != torch.int64:
            raise InputError(f"tokens are {tokens.dtype} {tuple(tokens.shape)}: expected int64 (N, 1), one a text.")
        if keys.shape != values.shape:
            raise InputError(f"keys are {tuple(keys.shape)} and values {tuple(values.shape)}: expected one shape.")
        given = {"tokens": tokens.numpy(), "keys": keys.numpy(), "values": values.numpy()}
        logits, new_keys, new_values = map(torch.from_numpy, self._session.run(None, given))
        return logits, new_keys, new_values

    @property
    def size_bytes(self) -> int:
        """Bytes of the file on disk."""
        return self.path.stat().st_size
