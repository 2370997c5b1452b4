"""Refusals: a stable English code for programs, a courteous Vietnamese sentence for people."""

from http import HTTPStatus


class ContestError(Exception):
    """A request that the rules of the contest refuse."""

    def __init__(self, code: str, message: str, status: HTTPStatus = HTTPStatus.CONFLICT) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
