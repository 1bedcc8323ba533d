"""Charts with knobs: move one, and see the picture change."""

from compresslab.explorers.explore import explore
from compresslab.explorers.memory import memory_chart, memory_explorer

__all__ = ["explore", "memory_chart", "memory_explorer"]
