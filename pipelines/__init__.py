"""Brevpress: a month of claims becomes print-ready lots that a vendor can collect."""

__version__ = "0.1.0"
