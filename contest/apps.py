from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContestConfig(AppConfig):
    name = "contest"
    verbose_name = _("Hội thi")

    def ready(self) -> None:
        from contest import receivers  # noqa: F401, PLC0415 (connects them)
