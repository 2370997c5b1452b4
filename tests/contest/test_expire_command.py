"""The worker that closes expired attempts, as a process of its own."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.environment import safe_variables
from tests.live import REPOSITORY, run_manage
from tests.services import kept_services


@pytest.mark.postgres
@pytest.mark.faults
def test_the_worker_outlives_a_database_that_goes_away(tmp_path):
    log = tmp_path / "worker.log"
    with kept_services() as kept:
        environment = {
            **os.environ,
            **safe_variables(tmp_path),
            **kept.urls.environment(),
            "DATABASE_POOL_SIZE": "4",
            "LOG_LEVEL": "INFO",
        }
        run_manage(environment, "migrate", "--verbosity", "0")
        kept.kill("postgresql")
        with log.open("wb") as output:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "expire"],
                cwd=REPOSITORY,
                env=environment,
                stdout=output,
                stderr=output,
            )
        wait_until_said(log, "closing expired attempts fails")
        kept.start("postgresql")
        wait_until_said(log, "closing expired attempts works again")

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(20) == 0
    assert log.read_text().count("closing expired attempts fails") == 1


def wait_until_said(log, words):
    patience = time.monotonic() + 40
    while words not in log.read_text():
        assert time.monotonic() < patience, log.read_text()
        time.sleep(0.05)
