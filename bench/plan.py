"""What the parts of a measurement tell each other, as JSON on standard input and output."""

import msgspec

QUESTIONS = 20  # on a paper
HELD_MS = 150.0  # the p99 that a number of people must stay under to count as held
SLUG = "do-tai"  # of the contest and of its round


class Person(msgspec.Struct, frozen=True):
    session: str
    code: str = ""  # of the attempt, of those who have one


class Plan(msgspec.Struct, frozen=True):
    """One job of the load generator: `storm`, `paced`, `starts` or `attempts`."""

    job: str
    ports: list[int]
    people: list[Person]
    seconds: float = 15.0
    warm_up: float = 3.0
    first_number: int = 0  # client numbers of saves count up from here
    per_second: float = 200.0  # starts
    together: int = 10  # attempts


class Storm(msgspec.Struct, frozen=True):
    saves_per_s: float
    p99_ms: float
    acknowledged: list[int]  # by each person, warm-up and all
    client_cpu_s: float
    seconds: float


class Step(msgspec.Struct, frozen=True):
    """So many people at a human pace."""

    people: int
    p50_ms: float
    p99_ms: float
    acknowledged_per_s: float
    client_cpu_s: float
    seconds: float


class Starts(msgspec.Struct, frozen=True):
    p50_ms: float
    p99_ms: float
    served_per_s: float
    served: int
    asked: int
    client_cpu_s: float
    seconds: float


class Attempts(msgspec.Struct, frozen=True):
    attempts: int
    client_cpu_s: float
    seconds: float


class Submitted(msgspec.Struct, frozen=True):
    """A paper was handed in; from `version` on the board shows it. Instants are monotonic."""

    at: float
    version: int


class WatchPlan(msgspec.Struct, frozen=True):
    """`count` spectators of the board at `path`; they ask for rows as pages do, or only listen."""

    ports: list[int]
    path: str
    count: int
    seconds: float
    asks: bool = False


class Frame(msgspec.Struct, frozen=True):
    """When the spectators of one server had a version, or a later one. Instants are monotonic."""

    port: int
    version: int
    first_at: float
    last_at: float
    heard: int


class Watched(msgspec.Struct, frozen=True):
    frames: list[Frame]
    fanout_p50_ms: float  # from the first spectator of a server to the last, over its frames
    fanout_p99_ms: float
    snapshots: int  # rows that were asked for and came
    snapshot_p99_ms: float
    client_cpu_s: float
    seconds: float
