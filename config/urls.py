from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import TemplateView

from config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("quan-tri/", admin.site.urls),
    path("ngon-ngu/", include("django.conf.urls.i18n")),
    path("tai-khoan/", include("accounts.urls")),
    path("to-chuc/don-vi/", include("accounts.units.urls")),
    path("", include("leaderboard.urls")),
    path("", include("questionbank.urls")),
    path("", include("contest.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("kieu-mau/", TemplateView.as_view(template_name="styleguide.html")))
