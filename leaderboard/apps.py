from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeaderboardConfig(AppConfig):
    name = "leaderboard"
    verbose_name = _("Bảng xếp hạng")

    def ready(self) -> None:
        from leaderboard import receivers  # noqa: F401, PLC0415 (connects them)
