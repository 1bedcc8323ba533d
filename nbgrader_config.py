"""Where nbgrader reads and writes; it finds this file only when it is started in this folder."""

from pathlib import Path

root = Path(__file__).resolve().parent
work = root / ".grading"  # everything that isn't committed
(work / "exchange").mkdir(parents=True, exist_ok=True)  # nbgrader makes neither folder itself

c = get_config()  # noqa: F821  nbgrader puts it here
c.CourseDirectory.course_id = "model_compression"
c.CourseDirectory.root = str(root)
c.CourseDirectory.db_url = f"sqlite:///{work / 'gradebook.db'}"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
for step in ("submitted", "autograded", "feedback", "solution", "source_with_tests"):
    setattr(c.CourseDirectory, f"{step}_directory", f"{work.name}/{step}")
c.Exchange.root = str(work / "exchange")
c.Exchange.cache = str(work / "cache")
c.GenerateAssignment.preprocessors.append("classroom.cohort.going_on.GoOn")  # Run All passes a check that fails
c.Execute.timeout = 120  # seconds for a cell: autograding is slower where several run at once
c.ExportApp.plugin_class = "classroom.cohort.exporters.GradesExporter"  # nbgrader's own writes 0.0 for "not graded"
