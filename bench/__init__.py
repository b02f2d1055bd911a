"""Benchmarks: measure the platform side by side with alternatives, in one run on one machine."""
