"""Ceilings of devices, one of each class, with where each figure comes from.

Figures of vendors' sheets are what a chip could do with nothing in its way, on all of its cores at the stated clock:
good for telling which limit is near, bad for predicting times. Your own device belongs beside them, measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["CPU", "GPU", "NPU", "microcontroller"]


@dataclass(frozen=True)
class Device:
    """What a device reaches at best, and what it has room for.

    Attributes:
        name: of the product.
        kind: of device.
        macs_per_second: by the format that is multiplied in; a format that is absent has no hardware there.
        bytes_per_second: between memory and arithmetic.
        weight_bytes: room for weights: memory, or a microcontroller's flash.
        working_bytes: room for activations: memory, or a microcontroller's SRAM.
        source: of these figures: the vendor's sheet and the sum that was made of it, or "measured here".
        skips_2_4: whether it multiplies 2:4 sparse matrices at up to twice the speed.
        habits: what else it wants, and why.

    >>> DEVICES["GPU"].macs_per_second["bf16"] > 10 * DEVICES["GPU"].macs_per_second["fp32"]
    True
    """

    name: str
    kind: Kind
    macs_per_second: Mapping[str, float]
    bytes_per_second: float
    weight_bytes: float
    working_bytes: float
    source: str
    skips_2_4: bool = False
    habits: Mapping[str, str] = field(default_factory=dict)


_THREADS = {"state the threads": "a time on a CPU without them can't be compared with any other"}
_CHANNELS = {"keep channels at multiples of 16": "vectors of 512 bits hold 16 fp32 numbers; the rest is padded"}


def _cores(count: int, hertz: float, **macs_a_cycle: float) -> dict[str, float]:
    return {format: count * hertz * macs for format, macs in macs_a_cycle.items()}


DEVICES: Mapping[str, Device] = {
    "server CPU with AMX": Device(
        "Intel Xeon Platinum 8480+",
        "CPU",
        _cores(56, 2.0e9, fp32=32, bf16=512, int8=1024),
        307.2e9,
        512e9,
        512e9,
        "Intel's sheet: 56 cores at 2.0 GHz, 8 channels of DDR5-4800; AMX 2,048 int8 or 1,024 bf16 operations a cycle "
        "and core; fp32 from two AVX-512 units",
        habits=_THREADS | {"fill whole tiles of 16 x 64": "AMX multiplies tiles, and a small batch leaves rows empty"},
    ),
    "server CPU with VNNI": Device(
        "AMD EPYC 9654",
        "CPU",
        _cores(96, 2.4e9, fp32=16, bf16=32, int8=64),
        460.8e9,
        768e9,
        768e9,
        "AMD's sheet: 96 cores at 2.4 GHz, 12 channels of DDR5-4800; Zen 4: two 256-bit units a core",
        habits=_THREADS | _CHANNELS,
    ),
    "server CPU without VNNI": Device(
        "AMD EPYC 7763",
        "CPU",
        _cores(64, 2.45e9, fp32=16, int8=64 / 3),
        204.8e9,
        512e9,
        512e9,
        "AMD's sheet: 64 cores at 2.45 GHz, 8 channels of DDR4-3200; Zen 3: two 256-bit units a core, and three "
        "instructions for what VNNI does in one",
        habits=_THREADS
        | {"give weights 7 bits (reduce_range)": "without VNNI pairs of int8 products are summed in 16 bits"},
    ),
    "laptop CPU": Device(
        "AMD Ryzen 7 7840U",
        "CPU",
        _cores(8, 3.3e9, fp32=16, bf16=32, int8=64),
        120e9,
        16e9,
        16e9,
        "AMD's sheet: 8 cores at 3.3 GHz, LPDDR5X-7500 on 128 bits; Zen 4: two 256-bit units a core; 16 GB assumed",
        habits=_THREADS | {"measure for minutes": "a laptop slows down when it gets warm"},
    ),
    "GPU": Device(
        "NVIDIA H100 SXM",
        "GPU",
        {"fp32": 33.5e12, "fp16": 494.7e12, "bf16": 494.7e12, "fp8": 989.4e12, "int8": 989.4e12},
        3.35e12,
        80e9,
        80e9,
        "NVIDIA's sheet, dense: 67 TFLOPS fp32, 989 bf16, 1,979 fp8 and int8; two operations a MAC",
        skips_2_4=True,
        habits={"synchronize before the clock is read": "a launch returns before its kernel has begun"},
    ),
    "mobile NPU": Device(
        "Hexagon NPU of the Snapdragon X Elite",
        "NPU",
        {"int8": 22.5e12},
        135e9,
        16e9,
        16e9,
        "Qualcomm's brief: 45 TOPS int8 (two operations a MAC), 135 GB/s of LPDDR5X; 16 GB assumed",
        habits={
            "export with static shapes": "the graph is compiled for one shape; another is compiled anew or refused",
            "quantize weights per channel, activations statically": "the unit takes scales that are known beforehand",
            "look for operators left to the CPU": "each costs two copies and a wait",
        },
    ),
    "microcontroller": Device(
        "STM32H743, Cortex-M7",
        "microcontroller",
        _cores(1, 480e6, fp32=1, int8=2),
        480e6 * 8,
        2e6,
        512e3,
        "ST's data sheet: 480 MHz, 2 MB of flash, 512 kB of AXI SRAM in one piece; Arm's manual: two 16-bit products "
        "an instruction (SMLAD), which int8 is widened to; 64-bit memory",
        habits={"plan the peak of activations": "there is no swapping: a network whose peak is too high does not run"},
    ),
}
