"""Tags of the page frame."""

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context

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
