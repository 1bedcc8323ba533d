"""From a PyTorch model to an ONNX file, and the file run by ONNX Runtime.

The file is the deliverable: a graph of standard operators with its weights, which needs neither PyTorch nor
the code that made it. `parity` says whether it still computes the same.
"""

import copy
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import onnx
import torch
from torch import Tensor, nn

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.evaluation import check_logits
from compresslab.hidden_weights import require_plain_parameters
from compresslab.onnx_file import as_input, load_onnx, parse_onnx, read_bytes, save_onnx, shape_of, single_input
from compresslab.onnx_session import CPU, open_session, session_options

_OPSET = 20  # stated, so that a new exporter doesn't raise it: ONNX Runtime 1.31 and OpenVINO 2026.4 ran these files


def export_onnx(
    model: nn.Module, example: Tensor, path: str | os.PathLike[str], *, notes: Mapping[str, str] | None = None
) -> Path:
    """Write a model as ONNX: input "images" (batch, C, H, W), output "logits" (batch, classes), any batch size.

    The model is exported as in evaluation; batch-norm is folded into the convolution before it.

    Args:
        model: is not modified.
        example: images (N, C, H, W) float32 with N at least 1; only their shape matters.
        path: of the file, replaced only once the new one is whole and passes onnx's checker.
        notes: text kept in the file, such as {"data": "digits32"}.

    Returns:
        `path`.

    Raises:
        InputError: `example` is not a batch of images; the model works for one batch size only, is not in float32, has
            another output than one float32 tensor, or parameters computed from others (attached masks).
        torch.onnx.errors.OnnxExporterError: the model cannot be exported.

    >>> with TemporaryDirectory() as folder:
    ...     path = export_onnx(nn.Flatten(), torch.zeros(1, 1, 2, 2), Path(folder, "flatten.onnx"))
    ...     OnnxModel(path)(torch.ones(3, 1, 2, 2)).shape
    torch.Size([3, 4])
    """
    if example.ndim != 4 or len(example) == 0 or example.dtype != torch.float32:
        kind = f"{example.dtype} {tuple(example.shape)}"
        raise InputError(f"example is {kind}: expected float32 images (N, C, H, W).")
    images = example[:1].cpu().repeat(2, 1, 1, 1)  # tracing may take a dimension of 1 for a constant
    exported = _exportable(model, images)
    program = torch.onnx.export(
        exported,
        (images,),
        dynamo=True,
        input_names=["images"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        opset_version=_OPSET,
        verbose=False,
    )
    assert program is not None  # None only comes from the old exporter
    graph = program.model_proto.graph
    if any(isinstance(shape_of(value)[0], int) for value in (*graph.input, *graph.output)):
        # The exporter does not say so: it falls back to the example's batch size.
        raise InputError(
            f"{type(model).__name__} can only be exported for a fixed batch size: "
            "its forward must not depend on the number of images."
        )
    return save_onnx(program.model_proto, path, notes)


def _exportable(model: nn.Module, images: Tensor) -> nn.Module:
    """A copy of `model` on the CPU and in evaluation mode, once it is known to be of the kind that is exported."""
    require_plain_parameters(model, purpose="an ONNX file")
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if tensor.is_floating_point() and tensor.dtype != torch.float32:
            raise InputError(f"model: {name} is {tensor.dtype}: export model.float(), in float32.")
    copied = copy.deepcopy(model).cpu().eval()
    with torch.no_grad():
        logits = copied(images)
    if not isinstance(logits, Tensor) or logits.dtype != torch.float32:
        what = logits.dtype if isinstance(logits, Tensor) else f"a {type(logits).__name__}"
        raise InputError(
            f"model: {type(model).__name__} returns {what}: wrap it in a module that returns float32 logits alone."
        )
    return copied


class OnnxModel:
    """An ONNX file that is called like a PyTorch model: images in, logits out, on the CPU.

    Args:
        path: of a model with one input and one output.
        threads: for its operators. One leaves no thread spinning between calls.
        data: the file's bytes, where they were read (and checked) already; `path` then only names them.
        providers: of ONNX Runtime, in the order of preference; there is no falling back to others.

    Attributes:
        input_shape: (N, C, H, W) as the file says it; what may vary is a name such as "batch".
        size_bytes: of the file, which is what is shipped.

    Raises:
        InputError: the file is missing, is no model that ONNX Runtime can run, or has several inputs or outputs, or a
            provider is missing.

    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> with TemporaryDirectory() as folder:
    ...     path = save_onnx(onnx.parser.parse_model(text), Path(folder, "double.onnx"))
    ...     OnnxModel(path)(torch.tensor([[1.0, 2.0]]))
    tensor([[2., 4.]])
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        threads: int = 1,
        *,
        data: bytes | None = None,
        providers: Sequence[str] = (CPU,),
    ) -> None:
        whole(threads=threads)
        data = read_bytes(path) if data is None else data
        images = single_input(parse_onnx(data, path), path)
        self.path, self.threads, self.size_bytes = Path(path), threads, len(data)
        self._name, self.input_shape = images.name, shape_of(images)
        self._session = open_session(data, session_options(threads), providers=providers, name=path)

    def __call__(self, images: Tensor) -> Tensor:
        """Logits (N, classes) float32 of images (N, C, H, W) float32.

        Raises:
            InputError: another dtype, or a shape the model does not take.
        """
        batch = as_input(images, self.input_shape, f"the batch for {self.path.name}")
        (logits,) = self._session.run(None, {self._name: batch})
        return torch.from_numpy(logits)

    @property
    def notes(self) -> dict[str, str]:
        """The notes that `export_onnx` was given."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    @property
    def providers(self) -> tuple[str, ...]:
        """What the session runs on, the first choice first, as ONNX Runtime says."""
        return tuple(self._session.get_providers())


@dataclass(frozen=True)
class Parity:
    """How alike two models answer on the same samples.

    Attributes:
        n: number of samples.
        same_top1: number of samples on which both give the same class.
        max_abs_difference: largest difference between two logits.

    >>> Parity(n=200, same_top1=199, max_abs_difference=0.01).top1_agreement
    0.995
    """

    n: int
    same_top1: int
    max_abs_difference: float

    @property
    def top1_agreement(self) -> float:
        """Share of samples with the same class, 0 to 1; exactly 1.0 only where all agree."""
        return self.same_top1 / self.n


def parity(reference_logits: Tensor, candidate_logits: Tensor) -> Parity:
    """Compare a deployed model's logits with those it should give.

    Args:
        reference_logits, candidate_logits: (n, classes), same samples in the same order.

    Raises:
        InputError: the shapes differ or are not (n, classes), there is no sample, or a value is not finite.

    >>> parity(torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.5, 0.0], [2.0, 1.0]]))
    Parity(n=2, same_top1=1, max_abs_difference=2.0)
    """
    check_logits(reference_logits, candidate_logits)
    same = reference_logits.argmax(1) == candidate_logits.argmax(1)
    difference = (reference_logits - candidate_logits).abs().max()
    return Parity(len(same), int(same.sum()), difference.item())


def optimized_ops(path: str | os.PathLike[str]) -> Counter[str]:
    """Operators that ONNX Runtime really runs on this machine, after its fusions, by type.

    The proof of integer execution: QLinearConv for every convolution, no Conv left.

    Raises:
        InputError: the file is missing or invalid.

    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> with TemporaryDirectory() as folder:
    ...     optimized_ops(save_onnx(onnx.parser.parse_model(text), Path(folder, "double.onnx")))
    Counter({'Add': 1})
    """
    load_onnx(path)
    with TemporaryDirectory(prefix="compresslab-") as folder:
        optimized = Path(folder, "optimized.onnx")
        options = session_options()
        options.optimized_model_filepath = str(optimized)
        open_session(path, options)
        # Not load_onnx: onnx's checker does not know the runtime's own operators.
        return Counter(node.op_type for node in onnx.load(optimized).graph.node)
