"""Who is signed in: allauth's rules, and one query for a person and whether they hold a duty."""

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import RoleGrant, User
from accounts.second_factors import must_use_two_factors

# put together once: every request asks this
_people = User.objects.annotate(holds_duty=Exists(RoleGrant.objects.filter(user_id=OuterRef("pk"))))


class PersonBackend(AuthenticationBackend):
    def get_user(self, user_id: int) -> User | None:
        """None for whoever may not sign in. Nearly everybody holds no duty: `roles_of` asks.

        Who must use two factors has no duties until `with_second_factor` has seen the session.
        """
        user = next(iter(_people.filter(pk=user_id)), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        user.lacks_second_factor = must_use_two_factors(user)
        return user
