"""Reads: one function gives the data of one page or one decision."""
