import factory
from factory.django import DjangoModelFactory

from accounts.enums import PersonKind, Role, UnitKind
from accounts.models import RoleGrant, Unit, User


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"don-vi-{n}")
    name = factory.Sequence(lambda n: f"Sở Thử nghiệm {n}")
    kind = UnitKind.DEPARTMENT
    search_key = factory.LazyAttribute(lambda unit: Unit.search_key_for(unit.name, ""))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"nguoi-{n}@vidu.vn")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn {n}")
    kind = PersonKind.OFFICIAL
    unit = factory.SubFactory(UnitFactory)
    password = factory.django.Password("mat-khau-thu")


class RoleGrantFactory(DjangoModelFactory):
    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.ORGANISER
