"""Instants are compared in the rules, and nowhere else: one function decides, with one reading."""

import ast
from pathlib import Path

import pytest

ROOMS = ("accounts", "questionbank", "contest", "leaderboard", "config")
MONOTONIC = {"give_up_at"}
COMPARED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def modules():
    for room in ROOMS:
        for path in sorted(Path(room).rglob("*.py")):
            if not {"rules", "migrations"} & set(path.parts):
                yield path


def is_instant(node):
    """A name such as `at`, `closes_at`, or an attribute of that name; not a monotonic clock's."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "at" or (name.endswith("_at") and name not in MONOTONIC)


def compared(node):
    """What a node sets in order."""
    if isinstance(node, ast.Compare) and any(isinstance(op, COMPARED) for op in node.ops):
        return [node.left, *node.comparators]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"min", "max"}:
        return node.args
    return []


def comparisons(source):
    for node in ast.walk(ast.parse(source)):
        if any(is_instant(side) for side in compared(node)):
            yield node.lineno


@pytest.mark.parametrize("path", list(modules()), ids=str)
def test_no_module_outside_the_rules_compares_instants(path):
    assert list(comparisons(path.read_text())) == []


def test_a_comparison_would_be_found():
    source = "if at < self.closes_at: pass\nx = min(at, deadline_at)\ny = at == other_at\n"

    assert list(comparisons(source)) == [1, 2]
