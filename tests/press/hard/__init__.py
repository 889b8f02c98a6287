"""Layouts written only to be hard: one a theme, with letters that vary all that can vary."""
