"""Tags of the page frame."""

from functools import lru_cache

from django import template
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from accounts.context_processors import Desk

# stand for what is a visitor's own until the bar is shown; no text that people write holds them
NAME, NEXT, TOKEN = "\ue000name\ue000", "\ue000next\ue000", "\ue000token\ue000"
HOME = "contest:contest_list"
KINDS_OF_BAR = 200  # languages, signed in or not, sets of desks, and pages that the bar names

register = template.Library()


@register.tag
def capture(parser: Parser, token: Token) -> "CaptureNode":
    """{% capture name %}...{% endcapture %}: render once, show wherever {{ name }} stands."""
    _tag, name = token.split_contents()
    nodes = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(name, nodes)


class CaptureNode(template.Node):
    def __init__(self, name: str, nodes: NodeList) -> None:
        self.name = name
        self.nodelist = nodes

    def render(self, context: Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.simple_tag(takes_context=True)
def site_bar(context: Context) -> SafeString:
    """The bar at the top, rendered once for all who see the same; their own is filled in."""
    request: HttpRequest | None = context.get("request")
    user = context.get("user")
    name = str(user) if user is not None and user.is_authenticated else ""
    desks = tuple(context.get("desks") or ())
    path = request.path if request is not None else ""
    is_named = path == reverse(HOME) or any(path == desk.url for desk in desks)
    html = _bar(get_language() or "", bool(name), desks, path if is_named else "")
    html = html.replace(TOKEN, str(context.get("csrf_token", "")))
    html = html.replace(NEXT, escape(request.get_full_path()) if request is not None else "")
    return mark_safe(html.replace(NAME, escape(name)))  # noqa: S308 (a template; the rest escaped)


@lru_cache(KINDS_OF_BAR)
def _bar(_language: str, is_signed_in: bool, desks: tuple[Desk, ...], path: str) -> str:
    context = {
        "is_signed_in": is_signed_in,
        "desks": desks,
        "path": path,
        "name": NAME,
        "next_path": NEXT,
        "csrf_token": TOKEN,
    }
    return render_to_string("components/site_bar.html", context)
