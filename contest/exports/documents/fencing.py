"""The little language of an office's own templates: fields, lists and conditions, nothing else.

A template comes from a file that anybody may have made. So it is a sandbox of Jinja's that knows
no function and no arithmetic, and before anything runs the whole text is compared with the fields
that there are: an unknown one is named, also where a condition would have hidden it.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

DEEPEST_LIST = 2  # a list within a line of another: the people of a prize
_KNOWN_NODES = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr),
    *(nodes.For, nodes.If, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not),
    nodes.Filter,
)
_FILTERS = ("upper", "lower")
_LOOP = {"index": 1, "first": True, "last": True, "length": 1}


class BadTemplate(ValueError):
    """A template that cannot be used; carries the Vietnamese sentence that says what is wrong."""


class Fence(ImmutableSandboxedEnvironment):
    """Renders templates whose fields are among `known`. Raises BadTemplate for any other."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self._known = known
        self.globals.clear()
        self.tests.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}

    def compile(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        tree = source if isinstance(source, nodes.Template) else self._parsed(source)
        self._check_all(tree.body, dict(self._known), depth=0)
        return super().compile(tree, *args, **kwargs)

    def _parsed(self, source: str) -> nodes.Template:
        try:
            return self.parse(source)
        except TemplateSyntaxError as error:
            raise BadTemplate(
                _("cú pháp của một trường hoặc một danh sách trong mẫu không đúng (%(detail)s).")
                % {"detail": (error.message or "")[:120]}
            ) from error

    def _check_all(self, those: list[Any], scope: dict[str, Any], *, depth: int) -> None:
        for node in those:
            self._check(node, scope, depth=depth)

    def _check(self, node: nodes.Node, scope: dict[str, Any], *, depth: int) -> None:
        if not isinstance(node, _KNOWN_NODES):
            raise BadTemplate(
                _("mẫu dùng lệnh “%(name)s”, không được phép trong mẫu văn bản.")
                % {"name": type(node).__name__}
            )
        if isinstance(node, nodes.For):
            self._check_list(node, scope, depth=depth)
        elif isinstance(node, nodes.Name | nodes.Getattr):
            self._value(node, scope)
        elif isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.args):
            raise BadTemplate(_("mẫu dùng bộ lọc “%(name)s” chưa biết.") % {"name": node.name})
        else:
            self._check_all(list(node.iter_child_nodes()), scope, depth=depth)

    def _check_list(self, node: nodes.For, scope: dict[str, Any], *, depth: int) -> None:
        value = self._value(node.iter, scope)
        if not isinstance(value, list):
            raise BadTemplate(_("“%(name)s” không phải là danh sách.") % {"name": _name(node.iter)})
        is_own = isinstance(node.iter, nodes.Getattr)
        if depth == DEEPEST_LIST or (depth and not is_own) or node.recursive:
            raise BadTemplate(
                _("danh sách “%(name)s” nằm trong một danh sách khác.") % {"name": _name(node.iter)}
            )
        if not isinstance(node.target, nodes.Name) or node.target.name in self._known:
            raise BadTemplate(
                _("tên “%(name)s” của một dòng không dùng được.") % {"name": _name(node.target)}
            )
        within = scope | {node.target.name: value[0] if value else {}, "loop": _LOOP}
        if node.test:
            self._check(node.test, within, depth=depth)
        self._check_all(node.body, within, depth=depth + 1)
        self._check_all(node.else_, scope, depth=depth)

    def _value(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """What stands for the field in the example. Raises BadTemplate for an unknown one."""
        if isinstance(node, nodes.Name):
            if node.name in scope:
                return scope[node.name]
        elif isinstance(node, nodes.Getattr):
            owner = self._value(node.node, scope)
            if isinstance(owner, Mapping) and node.attr in owner:
                return owner[node.attr]
        else:
            raise BadTemplate(_("mẫu có danh sách không phải là một trường."))
        raise BadTemplate(_("mẫu có trường chưa biết “%(name)s”.") % {"name": _name(node)})


def _name(node: nodes.Node) -> str:
    """The field as the office wrote it, shortened."""
    if isinstance(node, nodes.Getattr):
        return f"{_name(node.node)}.{node.attr}"[:80]
    return str(getattr(node, "name", "…"))[:80]
