"""JupyterHub's settings for this course: `load_subconfig` this file, or copy it to where a hub looks for settings.

On The Littlest JupyterHub: /opt/tljh/config/jupyterhub_config.d/course.py. On Kubernetes kubernetes.yaml says the same.
"""

import os

c = get_config()  # noqa: F821  JupyterHub puts it here

course = os.environ.get("COURSE", "/srv/model-compression")  # the learners' archive, unpacked, for all to read
c.Spawner.cmd = ["sh", f"{course}/hub/start"]  # an unpacked archive has no executable files
c.Spawner.notebook_dir = "~"
c.Spawner.default_url = "/lab"
c.Spawner.environment = {
    "COURSE": course,
    "COURSE_EXCHANGE": os.environ.get("COURSE_EXCHANGE", "/srv/nbgrader/exchange"),
    "JUPYTER_CONFIG_PATH": f"{course}/hub",  # nbgrader_config.py there
    # A kernel takes every core that it sees, forty kernels forty times as many threads as there are cores.
    "OMP_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "passive",
}
c.Spawner.mem_limit = "2G"  # enforced by systemd and Kubernetes, not by spawners of plain processes
c.Spawner.cpu_limit = 2
c.JupyterHub.concurrent_spawn_limit = 10  # of a class that logs in at one minute, the others wait their turn
c.Spawner.start_timeout = 300
c.Spawner.http_timeout = 120
