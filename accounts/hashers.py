from django.contrib.auth.hashers import Argon2PasswordHasher


class OwaspArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id at the minimum of the OWASP password storage cheat sheet.

    19 MiB, two passes, one lane: thousands sign in within minutes on two cores.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
