"""What a device likes, and why: from its ceilings and a network's arithmetic, bytes and peak of activations.

A device has a peak for each format that it computes in, a bandwidth, and two memories, for weights and for what is in
work. A network's call has multiply-accumulates, weights, and values that pass between operations. Each format then
takes at least the longer of its arithmetic and its bytes; which one it is decides what helps. An estimate is a bound,
no prediction: only a measurement tells how near a runtime comes. It has every byte come from memory once a call; what
stays in caches from one call to the next can be faster than that.

References:
    Williams, Waterman and Patterson 2009, "Roofline: An Insightful Visual Performance Model".
    Yuan et al. 2024, "LLM Inference Unveiled: Survey and Roofline Model Insights".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from torch import Tensor, nn

from compresslab.activations import peak_of
from compresslab.arguments import positive, whole
from compresslab.cost import format_bytes
from compresslab.devices import Device
from compresslab.errors import InputError
from compresslab.operators import profile_operators

FLOATS = ("fp16", "bf16", "fp32")  # that weights alone in integers are multiplied in, the fastest first
MOST_OF = 0.5  # of the bytes: from there on the weights decide


@dataclass(frozen=True)
class Format:
    """How numbers are stored and in what they are multiplied.

    Attributes:
        name: for people.
        weight_bits, activation_bits: of a number.
        computed_in: the format whose peak counts; "" for the widest peak of floating point that a device has.

    >>> Format("int8", 8, 8, "int8").computed_in
    'int8'
    """

    name: str
    weight_bits: float
    activation_bits: int
    computed_in: str


FORMATS = (  # from the one that changes the answers least
    Format("fp32", 32, 32, "fp32"),
    Format("bf16", 16, 16, "bf16"),
    Format("int8", 8, 8, "int8"),
    Format("fp8", 8, 8, "fp8"),
    Format("int4 weights", 4.5, 16, ""),  # with a 16-bit scale for each group of 32
)


@dataclass(frozen=True)
class Workload:
    """One call of a network.

    Attributes:
        name: for people.
        macs: multiply-accumulates.
        weights: numbers that a call reads of the network.
        values: numbers that its operations read and write besides, a cache of keys and values among them.
        peak_values: numbers that are held at one time, at most.
        inputs: images, or texts, that one call handles.

    >>> call = Workload("linear", macs=1000, weights=1000, values=60, peak_values=40)
    >>> call.repeated(8).macs, call.repeated(8).weights
    (8000, 1000)
    """

    name: str
    macs: int
    weights: int
    values: int
    peak_values: int
    inputs: int = 1

    def __post_init__(self) -> None:
        whole(macs=self.macs, inputs=self.inputs)
        whole(0, weights=self.weights, values=self.values, peak_values=self.peak_values)

    def repeated(self, inputs: int) -> "Workload":
        """The call with so many times the inputs: the weights are read once for all of them."""
        whole(inputs=inputs)
        return replace(
            self,
            macs=self.macs * inputs,
            values=self.values * inputs,
            peak_values=self.peak_values * inputs,
            inputs=self.inputs * inputs,
        )

    def bytes_in(self, format: Format) -> float:
        """Bytes that a call moves in a format, each tensor read and written once."""
        return (self.weights * format.weight_bits + self.values * format.activation_bits) / 8


def workload_of(model: nn.Module, example: Tensor, *, name: str = "") -> Workload:
    """The workload of a network on one batch.

    Args:
        model: left as it was.
        example: a whole input; its first dimension is the number of inputs.
        name: for people; the class's where "".

    Raises:
        InputError: the network has no multiplications.
        torch.export's errors: it can't be exported as one graph.

    >>> import torch
    >>> workload_of(nn.Sequential(nn.Linear(4, 8), nn.ReLU()), torch.zeros(2, 4))
    Workload(name='Sequential', macs=64, weights=40, values=56, peak_values=32, inputs=2)
    """
    operators = profile_operators(model, example, rounds=1, warmup=0)
    weights = sum(parameter.numel() for parameter in model.parameters())
    moved = sum(each.operation.bytes_moved for each in operators) // example.element_size()
    return Workload(
        name=name or type(model).__name__,
        macs=sum(each.operation.macs for each in operators),
        weights=weights,
        values=max(0, moved - weights),
        peak_values=peak_of(model, example).peak_bytes // example.element_size(),
        inputs=len(example),
    )


@dataclass(frozen=True)
class Estimate:
    """The least time of a call in one format on one device.

    >>> Estimate(FORMATS[0], "fp32", arithmetic_seconds=0.2, memory_seconds=0.1).bound
    'arithmetic'
    """

    format: Format
    computed_in: str
    arithmetic_seconds: float
    memory_seconds: float

    @property
    def seconds(self) -> float:
        """The longer of both: neither waits for the other, at best."""
        return max(self.arithmetic_seconds, self.memory_seconds)

    @property
    def bound(self) -> Literal["arithmetic", "memory"]:
        """Which of the two it is."""
        return "arithmetic" if self.arithmetic_seconds >= self.memory_seconds else "memory"


@dataclass(frozen=True)
class Line:
    """A piece of advice, and the figure that it rests on.

    >>> print(Line("store int4 weights", "memory is the limit"))
    store int4 weights: memory is the limit
    """

    do: str
    because: str

    def __str__(self) -> str:
        return f"{self.do}: {self.because}"


@dataclass(frozen=True)
class Advice:
    """What to do with a network on a device.

    Attributes:
        device, workload: that it is about.
        estimates: of the formats that the device computes in, from the one that changes the answers least.
        chosen: the fastest estimate whose numbers fit; None where none does.
        lines: in the order of their importance.

    >>> from compresslab.devices import DEVICES
    >>> call = Workload("reading", macs=10**12, weights=10**9, values=10**8, peak_values=10**7)
    >>> advise(DEVICES["server CPU with AMX"], call).chosen.format.name
    'int8'
    """

    device: Device
    workload: Workload
    estimates: tuple[Estimate, ...]
    chosen: Estimate | None
    lines: tuple[Line, ...]


def estimate(device: Device, workload: Workload, format: Format) -> Estimate | None:
    """The least time of a call; None where the device does not compute in the format.

    >>> from compresslab.devices import DEVICES
    >>> call = Workload("writing", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
    >>> estimate(DEVICES["GPU"], call, FORMATS[1]).bound
    'memory'
    """
    peaks = device.macs_per_second
    computed = format.computed_in or next((each for each in FLOATS if each in peaks), "")
    if computed not in peaks:
        return None
    if computed == "fp32" and not format.computed_in:
        format = replace(format, activation_bits=32)
    seconds = workload.bytes_in(format) / device.bytes_per_second
    return Estimate(format, computed, workload.macs / peaks[computed], seconds)


def advise(device: Device, workload: Workload) -> Advice:
    """Advice with its reasons.

    Args:
        device: of `devices.DEVICES`, or one of your own with its peaks.
        workload: a call of the network.

    >>> from compresslab.devices import DEVICES
    >>> call = Workload("writing a token", macs=10**9, weights=10**9, values=10**6, peak_values=10**4)
    >>> for line in advise(DEVICES["GPU"], call).lines[:1]:
    ...     print(line)
    store int4 weights: memory is the limit, and a call moves 564 MB instead of 4 GB; 7.1 times faster than fp32 at best
    """
    estimates = tuple(found for each in FORMATS if (found := estimate(device, workload, each)))
    if not estimates:
        raise InputError(f"{device.name} has no peak of a format that is known here: {', '.join(_known())}.")
    fitting = [each for each in estimates if _fits(device, workload, each.format)]
    # Of formats that are equally fast, the one that changes the answers least: 2% is nothing that one would see.
    fastest = min((each.seconds for each in fitting), default=math.inf)
    chosen = next((each for each in fitting if each.seconds <= 1.02 * fastest), None)
    lines = [_room(device, workload, fitting, estimates)]
    if chosen:
        lines += [_format(estimates, chosen, workload), _inputs(device, chosen, workload)]
        lines += [_sparsity(device, chosen)]
    lines += [Line(do, because) for do, because in device.habits.items()]
    return Advice(device, workload, estimates, chosen, tuple(line for line in lines if line))


def _known() -> list[str]:
    return sorted({each.computed_in for each in FORMATS if each.computed_in})


def _fits(device: Device, workload: Workload, format: Format) -> bool:
    stored = workload.weights * format.weight_bits / 8 <= device.weight_bytes
    return stored and workload.peak_values * format.activation_bits / 8 <= device.working_bytes


def _room(device: Device, workload: Workload, fitting: list[Estimate], estimates: tuple[Estimate, ...]) -> Line | None:
    if len(fitting) == len(estimates):
        return None
    least = min(estimates, key=lambda each: each.format.weight_bits + each.format.activation_bits).format
    weights, held = workload.weights * least.weight_bits / 8, workload.peak_values * least.activation_bits / 8
    sizes = (
        f"at {least.name} {format_bytes(weights)} of weights for {format_bytes(device.weight_bytes)}, and "
        f"{format_bytes(held)} of activations at their peak for {format_bytes(device.working_bytes)}"
    )
    if not fitting:
        return Line("take a smaller network, or smaller inputs", f"this one does not fit, {sizes}")
    lost = [each.format.name for each in estimates if each not in fitting]
    return Line(f"leave {' and '.join(lost)}", f"it does not fit; {sizes}")


def _format(estimates: tuple[Estimate, ...], chosen: Estimate, workload: Workload) -> Line:
    widest = estimates[0]
    if len(estimates) == 1:
        return Line(f"quantize to {chosen.format.name}", "the device computes in nothing else")
    if chosen is widest:
        return Line(f"stay with {chosen.format.name}", f"no other format is faster here: {chosen.bound} is the limit")
    gain = f"{widest.seconds / chosen.seconds:.1f} times faster than {widest.format.name} at best"
    sizes = (format_bytes(workload.bytes_in(each.format)) for each in (chosen, widest))
    if widest.bound == "arithmetic":
        times = widest.arithmetic_seconds / chosen.arithmetic_seconds
        why = f"arithmetic is the limit, and {chosen.computed_in}'s peak is {times:.1f} times {widest.computed_in}'s"
    else:
        why = "memory is the limit, and a call moves {} instead of {}".format(*sizes)
    verb = "store" if chosen.format.computed_in == "" else "quantize to" if chosen.format.weight_bits < 16 else "use"
    return Line(f"{verb} {chosen.format.name}", f"{why}; {gain}")


def _inputs(device: Device, chosen: Estimate, workload: Workload) -> Line | None:
    weights = workload.weights * chosen.format.weight_bits / 8
    if chosen.bound != "memory":
        return Line("expect little of larger batches", "arithmetic is the limit, and grows with each input")
    if weights < MOST_OF * workload.bytes_in(chosen.format):
        return Line(
            "fuse operations, and keep activations small",
            f"{1 - weights / workload.bytes_in(chosen.format):.0%} of the bytes are values between operations",
        )
    each = chosen.arithmetic_seconds / workload.inputs
    moved = (workload.bytes_in(chosen.format) - weights) / device.bytes_per_second / workload.inputs
    because = f"the {format_bytes(weights)} of weights are read once for all inputs of a call"
    if each <= moved:
        return Line("take larger batches", f"{because}, until the values between operations are most of the bytes")
    enough = math.ceil(weights / device.bytes_per_second / (each - moved))
    return Line(f"take larger batches, of up to {enough:,}", f"{because}; from there on arithmetic is the limit")


def _sparsity(device: Device, chosen: Estimate) -> Line:
    if not device.skips_2_4:
        return Line("don't prune single weights for speed", "no instruction here skips a zero: remove whole channels")
    if chosen.bound == "arithmetic":
        return Line("try 2:4 sparsity", "arithmetic is the limit, and the sparse peak is twice the dense one")
    return Line("expect of 2:4 only its fewer bytes", "memory is the limit, not arithmetic")


def this_device(
    name: str, macs_per_second: Mapping[str, float], bytes_per_second: float, *, memory_bytes: float, saturates: bool
) -> Device:
    """A device of your own, from peaks that were measured on it (`peaks.measure_peaks`).

    Args:
        name: for people.
        macs_per_second: by format.
        bytes_per_second: from memory.
        memory_bytes: for weights and what is in work.
        saturates: whether int8 sums overflow 16 bits: `hardware.machine().int8_saturates`.

    Raises:
        InputError: a figure is not positive.

    >>> this_device("mine", {"fp32": 1e11}, 4e10, memory_bytes=16e9, saturates=False).source
    'measured here'
    """
    positive(bytes_per_second=bytes_per_second, memory_bytes=memory_bytes, **macs_per_second)
    habits = {"state the threads": "a time on a CPU without them can't be compared with any other"}
    if saturates:
        habits["give weights 7 bits (reduce_range)"] = "without VNNI pairs of int8 products are summed in 16 bits"
    return Device(
        name, "CPU", dict(macs_per_second), bytes_per_second, memory_bytes, memory_bytes, "measured here", habits=habits
    )
