"""Post-training static quantization to INT8, executed in integers by ONNX Runtime.

Weights are known, activations are not: their ranges are observed on calibration images (static), instead of
at every request (dynamic). The result is an ONNX file in QDQ form, where QuantizeLinear and DequantizeLinear
mark what is integer; the runtime fuses each convolution between them into one integer kernel.

References:
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
    Inference".
    Nagel et al. 2021, "A White Paper on Neural Network Quantization", sections 2 and 3.
"""

import logging
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from onnxruntime import quantization as ort
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor

from compresslab.errors import InputError
from compresslab.onnx_file import as_input, load_onnx, save_onnx, shape_of, single_input


def quantize_static(
    fp32_path: str | os.PathLike[str],
    int8_path: str | os.PathLike[str],
    calibration: Iterable[Tensor],
    *,
    per_channel: bool = True,
    reduce_range: bool = False,
) -> Path:
    """Quantize an fp32 ONNX model to int8 weights and uint8 activations.

    Activations are asymmetric (after a ReLU, int8 would waste half its values; and ONNX Runtime then leaves
    convolutions in fp32), with the smallest and largest value seen as their range. Weights are symmetric,
    biases int32.

    Args:
        fp32_path: the model, with one input.
        int8_path: the file to make or replace; it keeps the notes of the fp32 file.
        calibration: batches (N, C, H, W) float32, normalised as in training and never from the test set.
            A few hundred images do.
        per_channel: a weight scale for each output channel, or one a layer.
        reduce_range: 7-bit weights. For x86 CPUs without VNNI, where sums of uint8 x int8 saturate at 16 bits
            and logits go silently wrong: pass `hardware.machine().int8_saturates` of the machine to deploy on.

    Returns:
        `int8_path`.

    Raises:
        InputError: no calibration images, or some that are not finite float32 images of the model's shape, or
            that hold one value everywhere; or the fp32 file is missing, invalid, or has several inputs or outputs.

    >>> import torch
    >>> text = '<ir_version: 8, opset_import: ["": 17]> double (float[n, 2] x) => (float[n, 2] y) { y = Add(x, x) }'
    >>> with TemporaryDirectory() as folder:
    ...     fp32 = save_onnx(onnx.parser.parse_model(text), Path(folder, "fp32.onnx"))
    ...     int8 = quantize_static(fp32, Path(folder, "int8.onnx"), [torch.rand(8, 2)])
    ...     [node.op_type for node in load_onnx(int8).graph.node]
    ['QuantizeLinear', 'DequantizeLinear', 'Add', 'QuantizeLinear', 'DequantizeLinear']
    """
    model = load_onnx(fp32_path)
    notes = {note.key: note.value for note in model.metadata_props}
    reader = _Calibration(calibration, single_input(model, fp32_path))
    with TemporaryDirectory(prefix="compresslab-") as folder:  # ONNX Runtime writes beside what it reads
        prepared, quantized = Path(folder, "prepared.onnx"), Path(folder, "quantized.onnx")
        quant_pre_process(fp32_path, prepared, skip_symbolic_shape=True)  # folds what is not folded yet
        with _no_warnings():
            ort.quantize_static(
                prepared,
                quantized,
                reader,
                quant_format=ort.QuantFormat.QDQ,
                activation_type=ort.QuantType.QUInt8,
                weight_type=ort.QuantType.QInt8,
                per_channel=per_channel,
                reduce_range=reduce_range,
            )
        result = load_onnx(quantized)
    declared = {opset.domain for opset in model.opset_import}
    for opset in [opset for opset in result.opset_import if opset.domain not in declared]:
        result.opset_import.remove(opset)  # the preparation declares every domain it knows
    return save_onnx(result, int8_path, notes)


class _Calibration:
    """A `CalibrationDataReader` (by shape, not by inheritance) that checks every batch it hands on."""

    def __init__(self, batches: Iterable[Tensor], images: onnx.ValueInfoProto) -> None:
        self._batches = iter(batches)
        self._name, self._shape = images.name, shape_of(images)
        self._count = 0
        self._low, self._high = math.inf, -math.inf

    def get_next(self) -> dict[str, np.ndarray] | None:
        images = next(self._batches, None)
        if images is None:
            if self._count == 0:
                raise InputError("calibration is empty: give at least one batch of images.")
            if self._low == self._high:  # every range would be a point, and the logits the same for all images
                raise InputError(
                    f"calibration holds the value {self._low:g} only: give images like those the model will see."
                )
            return None
        batch = f"calibration batch {self._count}"
        if not isinstance(images, Tensor):
            raise InputError(f"{batch} is a {type(images).__name__}: give its images, a tensor (N, C, H, W).")
        array = as_input(images, self._shape, batch)
        if not np.isfinite(array).all():
            raise InputError(f"{batch} holds NaN or infinity: no range can be taken from it.")
        self._count += 1
        self._low, self._high = min(self._low, float(array.min())), max(self._high, float(array.max()))
        return {self._name: array}


@contextmanager
def _no_warnings() -> Iterator[None]:
    """ONNX Runtime warns, once per tensor, of each layer norm that has no channels to quantize by."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
