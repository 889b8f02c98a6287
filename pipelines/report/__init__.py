"""The run at a glance: one page with pictures, made from the run's books alone."""
