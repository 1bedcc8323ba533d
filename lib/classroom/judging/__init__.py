"""From a submission to points: `judge` one, `tasks` one after the other, `parallel` or `scale` (Ray) many at a time."""
