"""Charts with knobs: move one, and see the picture change."""

from compresslab.explorers.budget import budget_chart, budget_explorer
from compresslab.explorers.capstone import Candidate, capstone_chart, capstone_explorer
from compresslab.explorers.channels import channels_chart, channels_explorer
from compresslab.explorers.combinations import combinations_chart, combinations_explorer
from compresslab.explorers.confidence import confidence_chart, confidence_explorer
from compresslab.explorers.constraints import constraints_chart, constraints_explorer
from compresslab.explorers.device import device_chart, device_explorer
from compresslab.explorers.explore import explore
from compresslab.explorers.latency import latency_chart, latency_explorer
from compresslab.explorers.losses import losses_chart, losses_explorer
from compresslab.explorers.memory import memory_chart, memory_explorer
from compresslab.explorers.mixed_precision import mixed_precision_chart, mixed_precision_explorer
from compresslab.explorers.movement import movement_chart, movement_explorer
from compresslab.explorers.orders import orders_chart, orders_explorer
from compresslab.explorers.quantization import quantization_chart, quantization_explorer
from compresslab.explorers.repetition import repetition_chart, repetition_explorer
from compresslab.explorers.schedule import schedule_chart, schedule_explorer
from compresslab.explorers.student import student_chart, student_explorer
from compresslab.explorers.teacher_cost import teacher_cost_chart, teacher_cost_explorer
from compresslab.explorers.temperature import temperature_chart, temperature_explorer
from compresslab.explorers.threshold import threshold_chart, threshold_explorer

__all__ = [
    "Candidate",
    "budget_chart",
    "budget_explorer",
    "capstone_chart",
    "capstone_explorer",
    "channels_chart",
    "channels_explorer",
    "combinations_chart",
    "combinations_explorer",
    "confidence_chart",
    "confidence_explorer",
    "constraints_chart",
    "constraints_explorer",
    "device_chart",
    "device_explorer",
    "explore",
    "latency_chart",
    "latency_explorer",
    "losses_chart",
    "losses_explorer",
    "memory_chart",
    "memory_explorer",
    "mixed_precision_chart",
    "mixed_precision_explorer",
    "movement_chart",
    "movement_explorer",
    "orders_chart",
    "orders_explorer",
    "quantization_chart",
    "quantization_explorer",
    "repetition_chart",
    "repetition_explorer",
    "schedule_chart",
    "schedule_explorer",
    "student_chart",
    "student_explorer",
    "teacher_cost_chart",
    "teacher_cost_explorer",
    "temperature_chart",
    "temperature_explorer",
    "threshold_chart",
    "threshold_explorer",
]
