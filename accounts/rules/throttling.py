"""How much one connection may ask."""

from dataclasses import dataclass


@dataclass
class TokenBucket:
    """Lets `capacity` messages through at once, and `per_second` in the long run."""

    capacity: float
    per_second: float
    last_at: float = 0.0
    tokens: float = -1.0

    def take(self, *, at: float) -> bool:
        """Whether one more message at instant `at` (seconds, never going back) is allowed."""
        if self.tokens < 0:
            self.tokens, self.last_at = self.capacity, at
        self.tokens = min(self.capacity, self.tokens + (at - self.last_at) * self.per_second)
        self.last_at = at
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True
