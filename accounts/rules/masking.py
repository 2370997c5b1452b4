"""Personal data as it is shown to whoever need not know it whole."""

HIDDEN_CCCD = "*" * 12


def mask_cccd(number: str) -> str:
    """ "********0999" for "087084000999"."""
    return HIDDEN_CCCD[:-4] + number[-4:]


def mask_phone(e164: str) -> str:
    """ "0912***678" for "+84912345678"; a foreign number keeps its plus: "+819*****678"."""
    number = "0" + e164.removeprefix("+84") if e164.startswith("+84") else e164
    return number[:4] + "*" * max(len(number) - 7, 0) + number[-3:] if number else ""


def mask_email(email: str) -> str:
    """ "a***@vidu.vn", however long the name before the at is."""
    name, at, domain = email.rpartition("@")
    return f"{name[:1]}***{at}{domain}" if email else ""


def mask_contact(contact: str) -> str:
    """A phone number or an e-mail address: enough for its owner to know it again."""
    return mask_email(contact) if "@" in contact else mask_phone(contact)
