"""What a learner runs: JupyterLab with copies of the notebooks that are theirs, and the checks that they can see."""
