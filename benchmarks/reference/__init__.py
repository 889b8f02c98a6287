"""The reference letter of `benchmarks/press.py`: data, layout, and each peer's way to compose it."""
