"""Desks of organiser, jury and coordinator."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
