from dataclasses import dataclass, field

MOST_NAMED = 50  # of a kind: a file that is wrong everywhere needs no longer list


@dataclass
class Report:
    """What was checked, what could not be, and what is wrong."""

    passed: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        shown = self.faults[:MOST_NAMED]
        hidden = len(self.faults) - len(shown)
        return [
            *(f"ok         {it}" for it in self.passed),
            *(f"unchecked  {it}" for it in self.unchecked),
            *(f"WRONG      {it}" for it in shown),
            *([f"WRONG      and {hidden} more"] if hidden else []),
            "The file does not hold what was sealed." if self.faults else "Everything agrees.",
        ]
