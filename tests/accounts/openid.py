"""A real OpenID provider in a process of its own (oidc-provider-mock), and a person's way to it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import requests

from tests.machine import free_port

START_SECONDS = 30


@dataclass(frozen=True)
class OpenIdProvider:
    url: str

    def person(self, sub: str, **claims: object) -> None:
        """Give `sub` these claims."""
        requests.put(f"{self.url}/users/{quote(sub)}", json=claims, timeout=10).raise_for_status()

    def agree(self, address: str, sub: str) -> str:
        """Sign in at the provider as `sub`. Returns the address it sends the browser back to."""
        answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    port = free_port()
    # its library deprecates itself: not our warnings
    environment = {**os.environ, "PYTHONWARNINGS": "", "AUTHLIB_INSECURE_TRANSPORT": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    provider = OpenIdProvider(f"http://127.0.0.1:{port}")
    try:
        _wait(process, provider)
        yield provider
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: "subprocess.Popen[bytes]", provider: OpenIdProvider) -> None:
    patience = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < patience:
        try:
            if requests.get(f"{provider.url}/jwks", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise RuntimeError("the OpenID provider does not start")


def asked_for(address: str) -> dict[str, str]:
    """The parameters of an authorization request."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
