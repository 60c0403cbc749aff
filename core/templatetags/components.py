"""Files of templates/components/ that stand around a body."""

from collections.abc import Mapping, Sequence

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


class ComponentNode(Node):
    """A file of templates/components/ with a body between its tags."""

    child_nodelists: Sequence[str] = ("nodelist",)

    def __init__(
        self, name: FilterExpression, values: Mapping[str, FilterExpression], nodelist: NodeList
    ) -> None:
        self.name = name
        self.values = values
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The body and its parts first; the component's file sees them, its arguments and nothing else."""
        parts: dict[str, SafeString] = {}
        with context.push(component_parts=parts):
            body = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - a template's own output
        values = {key: value.resolve(context) for key, value in self.values.items()}
        assert context.template is not None
        file = context.template.engine.get_template(f"components/{self.name.resolve(context)}.html")
        return file.render(context.new({**values, **parts, "body": body}))


class PartNode(Node):
    """A named piece of the component around it."""

    child_nodelists: Sequence[str] = ("nodelist",)

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """Hand the piece to the component; nothing stands where the tag stood."""
        context["component_parts"][self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - likewise
        return SafeString("")


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "card" title="Waiting" %}…{% part "foot" %}…{% endpart %}{% endcomponent %}`."""
    _, name, *rest = token.split_contents()
    values = token_kwargs(rest, parser)
    nodelist = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(name), values, nodelist)


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """`{% part "foot" %}…{% endpart %}` inside a component: its file gets the piece as `{{ foot }}`."""
    _, name = token.split_contents()
    nodelist = parser.parse(("endpart",))
    parser.delete_first_token()
    return PartNode(name.strip("\"'"), nodelist)
