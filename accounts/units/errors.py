"""Refusals about units: a stable English code for programs, a Vietnamese sentence for people."""


class UnitError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
