"""Measures the real thing on one machine; `make bench-engine`. docs/performance.md has figures."""
