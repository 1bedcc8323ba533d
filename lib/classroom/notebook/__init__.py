"""Notebooks as data: what to run of a submission (`cells`), and what a learner is told in one (`announce`)."""
