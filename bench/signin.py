"""CPU time of checking one password, printed as JSON: ours and Django's default.

python -m bench.signin
"""

import os
import sys
import time

import django
import msgspec

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# the settings are loaded from here on
from django.contrib.auth.hashers import (  # noqa: E402
    BasePasswordHasher,
    PBKDF2PasswordHasher,
    get_hasher,
)

TIMES = 15


def cpu_ms(hasher: BasePasswordHasher) -> float:
    """The median over TIMES verifications."""
    encoded = hasher.encode("một mật khẩu dài", hasher.salt())
    spent = []
    for _turn in range(TIMES):
        before = time.process_time()
        if not hasher.verify("một mật khẩu dài", encoded):
            raise RuntimeError("the password was not recognised")
        spent.append(time.process_time() - before)
    return sorted(spent)[TIMES // 2] * 1000


if __name__ == "__main__":
    figures = {"ours": cpu_ms(get_hasher("default")), "pbkdf2": cpu_ms(PBKDF2PasswordHasher())}
    sys.stdout.write(msgspec.json.encode(figures).decode())
