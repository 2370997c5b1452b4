"""The rules that a contest is ranked by, as data."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from contest.enums import AttemptPolicy, Criterion, RoundsPolicy

PREDICTIONS = frozenset({Criterion.NEAREST, Criterion.NEAREST_BELOW})
AGES = frozenset({Criterion.OLDER, Criterion.YOUNGER})
# what is known of an attempt as soon as it is handed in
KNOWN_AT_ONCE = (Criterion.SCORE, Criterion.TIME_USED, Criterion.EARLIER)


class BadRulesError(ValueError):
    """Rules that say nothing clear. `code` names what is wrong with them."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Rules:
    """Which attempts count, how rounds add up, and what parts people, one after the other."""

    chain: tuple[Criterion, ...] = KNOWN_AT_ONCE
    attempts: AttemptPolicy = AttemptPolicy.BEST
    rounds: RoundsPolicy = RoundsPolicy.SUM
    best_rounds: int = 0  # how many count, where only the best do

    @cached_property
    def live_chain(self) -> tuple[Criterion, ...]:
        """The part of the chain that a board can follow while a round runs."""
        return tuple(it for it in self.chain if it in KNOWN_AT_ONCE)

    @property
    def settles_later(self) -> bool:
        """Whether something that is known only afterwards may change the order of a live board."""
        return self.live_chain != self.chain

    @cached_property
    def attempt_order(self) -> tuple[Criterion, ...]:
        """What makes one attempt of a person better than another.

        The chain as far as it is known at once: somebody with three guesses is not three times as
        likely to have the nearest. What the chain leaves out comes last, so that one is best.
        """
        return (*self.live_chain, *(it for it in KNOWN_AT_ONCE if it not in self.live_chain))

    @cached_property
    def adds_attempts(self) -> bool:
        """Whether all attempts of a person count together, and not one of them."""
        return self.attempts in {AttemptPolicy.SUM, AttemptPolicy.AVERAGE}

    @property
    def tag(self) -> str:
        """Tells boards of different rules apart; "" for the usual rules."""
        if self == USUAL:
            return ""
        words = (*self.chain, "/", self.attempts, self.rounds, str(self.best_rounds))
        return hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]


USUAL = Rules()  # of a contest that says nothing else


def checked_rules(rules: Rules) -> Rules:
    """The same rules. Raises BadRulesError.

    Its codes: "score_first" (the score does not lead the chain), "criterion_twice",
    "two_predictions", "two_ages", "lot_last" (what comes after a lot is never asked) and
    "best_rounds" (a number without its policy, or the other way round).
    """
    chain = rules.chain
    if not chain or chain[0] is not Criterion.SCORE:
        raise BadRulesError("score_first")
    if len(set(chain)) != len(chain):
        raise BadRulesError("criterion_twice")
    if set(chain) >= PREDICTIONS:
        raise BadRulesError("two_predictions")
    if set(chain) >= AGES:
        raise BadRulesError("two_ages")
    if Criterion.LOT in chain[:-1]:
        raise BadRulesError("lot_last")
    if (rules.rounds is RoundsPolicy.BEST_ROUNDS) != (rules.best_rounds > 0):
        raise BadRulesError("best_rounds")
    return rules


def chain_of(words: Iterable[str]) -> tuple[Criterion, ...]:
    """Raises ValueError for a word that is no criterion."""
    return tuple(Criterion(word) for word in words)
