"""What an instructor runs over a class: releases, submissions, grading, feedback, grades for learning platforms."""
