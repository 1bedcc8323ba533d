"""Sweeps: which settings to try, in one process or on many machines, kept on disk so that a killed one goes on."""

from compresslab.search.space import Configuration, Space, all_configurations
from compresslab.search.study import Study, Trial, load_study
from compresslab.search.sweep import sweep

__all__ = ["Configuration", "Space", "Study", "Trial", "all_configurations", "load_study", "sweep"]
