"""What a query costs before it runs: one point an object, a page as many as it may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

MOST = 1000
_MUTATION = 10.0


class Coster:
    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        definitions = document.definitions
        self._fragments = {d.name.value: d for d in definitions if isinstance(d, FragmentDefinitionNode)}

    def cost(self, operation: OperationDefinitionNode) -> float:
        """Of a document that is valid."""
        is_mutation = operation.operation is OperationType.MUTATION
        root = self._schema.mutation_type if is_mutation else self._schema.query_type
        assert root is not None, "the schema has both roots"
        return self._of(operation.selection_set, root) + (_MUTATION if is_mutation else 0.0)

    def _of(self, selection: SelectionSetNode | None, parent: GraphQLObjectType) -> float:
        total = 0.0
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                total += self._field(node, parent)
            elif isinstance(node, FragmentSpreadNode):
                total += self._of(self._fragments[node.name.value].selection_set, parent)
            elif isinstance(node, InlineFragmentNode):
                total += self._of(node.selection_set, parent)
        return total

    def _field(self, node: FieldNode, parent: GraphQLObjectType) -> float:
        field = parent.fields.get(node.name.value)
        kind = get_named_type(field.type) if field else None
        if not isinstance(kind, GraphQLObjectType) or kind.name == "PageInfo":
            return 0.0
        inner = self._of(node.selection_set, kind)
        if kind.name.endswith("Connection"):
            return inner * self._size(node)
        return inner if kind.name.endswith(("Edge", "Payload")) else 1.0 + inner

    def _size(self, node: FieldNode) -> float:
        for argument in node.arguments or ():
            if argument.name.value not in ("first", "last"):
                continue
            if isinstance(argument.value, IntValueNode):
                return float(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return float(self._variables.get(argument.value.name.value) or 0)
        return 1.0


def found_cost(data: Any) -> float:
    """What the answer turned out to hold."""
    if isinstance(data, list):
        return sum(found_cost(item) for item in data)
    if not isinstance(data, dict):
        return 0.0
    own = 0.0 if _WRAPPERS & set(data) else 1.0
    return own + sum(found_cost(value) for name, value in data.items() if name != "pageInfo")


_WRAPPERS = {"edges", "nodes", "pageInfo", "cursor", "userErrors"}
