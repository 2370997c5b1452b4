from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


@transaction.atomic
def change_contacts(*, user: User, phone: str | None, email: str | None) -> None:
    """Replace a person's phone number (E.164) and e-mail address (lower case).

    An address that was given up opens the account no more: allauth keeps addresses of its own and
    would still sign in and send new passwords there.

    Raises IntegrityError when somebody else has one of the two, or when both are None and the
    account had one.
    """
    if phone != user.phone:
        user.phone_verified = False
    user.phone, user.email = phone, email
    user.awaits_contact = user.awaits_contact and not (phone or email)
    user.save(update_fields=["phone", "phone_verified", "email", "awaits_contact"])
    EmailAddress.objects.filter(user=user).exclude(email=email or "").delete()
    if email:
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True})
