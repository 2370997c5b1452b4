"""Check, without the network, that `make lock` has seen every change of the .in files."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


def faults(folder: Path = REPOSITORY) -> list[str]:
    """What is stale, one sentence each; empty when all is well."""
    runtime = _pins(folder / "requirements.txt")
    tools = _pins(folder / "requirements-dev.txt")
    return [
        *_stale(folder / "requirements.in", runtime),
        *_stale(folder / "requirements-dev.in", tools),
        *(
            f"requirements-dev.txt has {name} {tools[name]}, requirements.txt {runtime[name]}"
            for name in sorted(tools.keys() & runtime.keys())
            if tools[name] != runtime[name]
        ),
    ]


def _pins(compiled: Path) -> dict[str, Version]:
    found = PIN.finditer(compiled.read_text(encoding="utf-8"))
    return {canonicalize_name(pin["name"]): Version(pin["version"]) for pin in found}


def _stale(source: Path, pins: dict[str, Version]) -> Iterator[str]:
    compiled = source.with_suffix(".txt")
    wanted = _requirements(source)
    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        if name not in pins:
            yield f"{compiled.name} lacks {requirement.name}"
        elif not requirement.specifier.contains(pins[name], prereleases=True):
            yield f"{compiled.name} has {name} {pins[name]}, {source.name} wants {requirement}"
        else:
            missing = sorted(_brought_by_extras(requirement) - pins.keys())
            yield from (f"{compiled.name} lacks {part}, for {requirement}" for part in missing)
    dropped = _asked_for(compiled, source.name) - {
        canonicalize_name(requirement.name) for requirement in wanted
    }
    yield from (f"{compiled.name} still has {name}" for name in sorted(dropped))


def _requirements(source: Path) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in source.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def _brought_by_extras(requirement: Requirement) -> set[str]:
    """What the extras of a requirement add on this machine; nothing if it is not installed."""
    try:
        declared = requires(requirement.name) or []
    except PackageNotFoundError:
        return set()
    parts = (Requirement(line) for line in declared)
    return {
        canonicalize_name(part.name)
        for part in parts
        for extra in requirement.extras
        if part.marker
        and part.marker.evaluate({"extra": extra})
        and not part.marker.evaluate({"extra": ""})
    }


def _asked_for(compiled: Path, source_name: str) -> set[str]:
    """The packages that uv noted as wanted by the source file itself."""
    names = set()
    name = ""
    for line in compiled.read_text(encoding="utf-8").splitlines():
        if pin := PIN.match(line):
            name = canonicalize_name(pin["name"])
        elif re.fullmatch(rf"\s+#\s+(?:via )?-r {re.escape(source_name)}", line):
            names.add(name)
    return names


def main() -> int:
    found = faults()
    for fault in found:
        print(f"{fault}: run make lock", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
