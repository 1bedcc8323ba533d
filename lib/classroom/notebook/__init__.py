"""Notebooks as data (`cells`: what to run of a submission) and as programs (`execute`: run from top to bottom)."""
