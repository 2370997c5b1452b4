"""Refusals of the accounts app."""


class AccountError(Exception):
    """A deed that is refused: a stable code for programs, a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
