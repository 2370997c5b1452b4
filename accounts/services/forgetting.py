"""Make accounts say nothing of anybody: the row stays for what points to it, the person is gone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import CASCADE, CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.enums import PersonKind
from accounts.models import AuditEntry, User

NAMELESS_ACCOUNT = "Tài khoản đã ẩn danh"  # in every language of the interface, as names are


def forget_accounts(user_ids: Collection[int], *, at: datetime) -> None:
    """Empty the rows of these people and delete all that hangs on them alone.

    What hangs on them is what the database would delete with them: identity number, addresses,
    duties, second factors, files. Call it in a transaction; sessions end with `end_sessions`.
    """
    forget_dependents(User, user_ids)
    User.objects.filter(pk__in=user_ids).update(
        email=None,
        phone=None,
        phone_verified=False,
        awaits_contact=False,
        full_name=Concat(Value(f"{NAMELESS_ACCOUNT} "), Cast("pk", CharField())),
        born_on=None,
        kind=PersonKind.CITIZEN,
        unit=None,
        is_active=False,
        password=make_password(None),
        last_login=None,
        anonymised_at=at,
    )


def forget_dependents(model: type[Model], keys: Collection[int]) -> None:
    """Delete every row that exists for one of these rows only, whichever app it is of."""
    for relation in _relations(model):
        if relation.on_delete is CASCADE:
            _pointing(relation, keys).delete()


def nameless_account(*, at: datetime) -> User:
    """A new account of nobody, not saved."""
    return User(
        full_name=NAMELESS_ACCOUNT,
        kind=PersonKind.CITIZEN,
        is_active=False,
        password=make_password(None),
        anonymised_at=at,
    )


def accounts_to_keep(user_ids: Collection[int], *, beside: Iterable[type[Model]]) -> set[int]:
    """Those of these people who hold a duty, or whose deeds the records name.

    Rows of the models `beside` are no such deeds, nor is what people did with their own data.
    """
    holders = User.objects.filter(pk__in=user_ids).filter(
        Q(is_staff=True) | Q(is_superuser=True) | Q(role_grants__isnull=False)
    )
    kept = set(holders.values_list("pk", flat=True))
    ignored = {AuditEntry, *beside}
    for relation in _relations(User):
        if relation.on_delete is not CASCADE and relation.related_model not in ignored:
            kept |= set(
                _pointing(relation, user_ids).values_list(relation.field.attname, flat=True)
            )
    deeds = AuditEntry.objects.filter(actor__in=user_ids).exclude(
        target=Concat(Value("user:"), Cast(F("actor_id"), CharField()))
    )
    return kept | set(deeds.values_list("actor", flat=True))


def end_sessions(user_ids: Collection[int]) -> int:
    """Sign these people out everywhere; how many sessions ended. Reads every session once."""
    if not user_ids:
        return 0
    store = import_module(settings.SESSION_ENGINE).SessionStore
    wanted = {str(user_id) for user_id in user_ids}
    ended = 0
    for session in Session.objects.iterator(chunk_size=2000):
        if session.get_decoded().get("_auth_user_id") in wanted:
            store(session.session_key).delete()
            ended += 1
    return ended


def _relations(model: type[Model]) -> list[Any]:
    """What points to a model, the hidden included."""
    fields = model._meta.get_fields(include_hidden=True)  # noqa: SLF001 (Django's documented API)
    return [it for it in fields if (it.one_to_many or it.one_to_one) and it.auto_created]


def _pointing(relation: Any, keys: Collection[int]) -> QuerySet[Any]:
    rows: QuerySet[Any] = relation.related_model._base_manager.all()  # noqa: SLF001 (documented too)
    return rows.filter(**{f"{relation.field.name}__in": keys})
