"""The capstone as a command: one network, compressed five ways, measured and exported.

`python -m compresslab.capstone --help` says what it takes.
"""
