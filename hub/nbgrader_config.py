"""Learners' nbgrader on a hub: *Nbgrader > Assignment List* fetches into ~/exercises, and submits from there."""

import os
from pathlib import Path

c = get_config()  # noqa: F821  nbgrader puts it here

c.CourseDirectory.course_id = "model_compression"
c.Exchange.root = os.environ["COURSE_EXCHANGE"]
c.Exchange.assignment_dir = str(Path.home() / "exercises")  # beside ~/course, so that links between both work
# In containers everybody has the same account. Where learners have accounts of their own, nbgrader takes these.
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
