"""Personal data at rest: encrypted, bound to its owner, and found again without being read.

What is stored: a version byte, 4 bytes that name the key, a nonce of 12 bytes, then AES-256-GCM's
ciphertext and tag. The keys are PERSONAL_DATA_KEYS, the newest first: it encrypts, all decrypt.
A blind index is HMAC-SHA256 with BLIND_INDEX_KEY: equal values have equal indexes, and whoever
holds the database without the key cannot try all numbers out.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
_VERSION = b"\x01"
_ID_BYTES = 4
_NONCE_BYTES = 12
_HEADER_BYTES = len(_VERSION) + _ID_BYTES


class DecryptionError(Exception):
    """The text cannot be had: its key is not among ours, or it is not what we encrypted."""


def key_bytes(text: str) -> bytes:
    """The 32 bytes of a key in base64, either alphabet, padded or not. Raises ValueError."""
    plain = text.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key is {KEY_BYTES} random bytes in base64")  # never shows the text
    return key


def development_key(purpose: str) -> bytes:
    """The same on every machine, so that a checkout's database stays readable. Not a secret."""
    return hashlib.sha256(f"for development only: {purpose}".encode()).digest()


def key_id(key: bytes) -> str:
    """Eight hexadecimal digits that name a key and say nothing of it."""
    return hashlib.sha256(b"key id\x00" + key).hexdigest()[: 2 * _ID_BYTES]


def encrypt(text: str, *, bound_to: str) -> bytes:
    """The text, readable only with `bound_to` again: whose it is and what for ("cccd:17")."""
    key = settings.PERSONAL_DATA_KEYS[0]
    header = _VERSION + bytes.fromhex(key_id(key))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, text.encode(), header + bound_to.encode())


def decrypt(stored: bytes, *, bound_to: str) -> str:
    """What `encrypt` was given. Raises DecryptionError if key, bytes or owner are not the same."""
    header, rest = stored[:_HEADER_BYTES], stored[_HEADER_BYTES:]
    if not header.startswith(_VERSION) or len(rest) < _NONCE_BYTES:
        raise DecryptionError("not what this version stores")
    named = header.removeprefix(_VERSION).hex()
    key = next((key for key in settings.PERSONAL_DATA_KEYS if key_id(key) == named), None)
    if key is None:
        raise DecryptionError(f"PERSONAL_DATA_KEYS holds no key {named}")
    nonce, sealed = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, header + bound_to.encode()).decode()
    except InvalidTag as error:
        raise DecryptionError("changed since it was encrypted, or another row's") from error


def blind_index(field: str, value: str) -> str:
    """64 hexadecimal digits, equal for equal values of one field ("cccd", "phone")."""
    message = f"{field}\x00{value}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY, message, hashlib.sha256).hexdigest()
