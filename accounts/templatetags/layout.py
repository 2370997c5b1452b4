"""Tags of the page frame."""

from django import template
from django.http import HttpRequest
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.patterns import pattern

HOME = "contest:contest_list"

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
    bar = pattern(
        "components/site_bar.html",
        *("name", "next_path", "csrf_token"),
        is_signed_in=bool(name),
        desks=desks,
        path=path if is_named else "",
    )
    html = bar.format(
        name=escape(name),
        next_path=escape(request.get_full_path()) if request is not None else "",
        csrf_token=context.get("csrf_token", ""),
    )
    return mark_safe(html)  # noqa: S308 (a template, filled in with escaped text)
