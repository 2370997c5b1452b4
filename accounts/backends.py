"""Who is signed in: allauth's rules, and one query for a person and whether they hold a duty."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import RoleGrant, User

# put together once: every request asks this
_people = User.objects.annotate(holds_duty=Exists(RoleGrant.objects.filter(user_id=OuterRef("pk"))))


class PersonBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """None for whoever may not sign in. Nearly everybody holds no duty: `roles_of` asks."""
        user = next(iter(_people.filter(pk=user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None
