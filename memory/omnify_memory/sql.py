"""SQL text for a collection. Names come from declared collections; every value is bound."""

from __future__ import annotations

from functools import cache

from omnify_memory.documents import Collection, Document, Query, Scalar

READ = "tenant, id, version, body"


def row_of(collection: Collection, document: Document) -> tuple[Scalar, ...]:
    """In the order of the columns that `insert` and `save` name."""
    fields = document.fields
    return (*document[:4], *[fields[name] for name in collection.fields])


@cache
def get(collection: Collection) -> str:
    return " ".join(["SELECT", READ, "FROM", collection.name, "WHERE tenant = ? AND id = ?"])


@cache
def insert(collection: Collection) -> str:
    columns = ", ".join(("tenant", "id", "version", "body", *collection.fields))
    marks = ", ".join("?" * (4 + len(collection.fields)))
    return " ".join(["INSERT INTO", collection.name, "(", columns, ") VALUES (", marks, ")"])


@cache
def save(collection: Collection) -> str:
    written = ("version", "body", *collection.fields)
    sets = ", ".join(f"{name} = excluded.{name}" for name in written)
    return " ".join([insert(collection), "ON CONFLICT (tenant, id) DO UPDATE SET", sets])


@cache
def replace(collection: Collection) -> str:
    """Bind the row without its tenant and id, then tenant, id and the expected version."""
    sets = ", ".join(f"{name} = ?" for name in ("version", "body", *collection.fields))
    return " ".join(["UPDATE", collection.name, "SET", sets, "WHERE tenant = ? AND id = ? AND version = ?"])


@cache
def take(collection: Collection) -> str:
    return " ".join(["DELETE FROM", collection.name, "WHERE tenant = ? AND id = ? RETURNING", READ])


def find(collection: Collection, query: Query) -> tuple[str, list[Scalar]]:
    where, values = _where(query)
    order = ", ".join(f"{name[1:]} DESC" if name.startswith("-") else name for name in query.order)
    parts = ["SELECT", READ, "FROM", collection.name, where, "ORDER BY", order]
    if query.limit is not None:
        parts.append("LIMIT ?")
        values.append(query.limit)
    return " ".join(parts), values


def drop(collection: Collection, query: Query) -> tuple[str, list[Scalar]]:
    where, values = _where(query)
    return " ".join(["DELETE FROM", collection.name, where]), values


def _where(query: Query) -> tuple[str, list[Scalar]]:
    conditions = ["TRUE"]
    values: list[Scalar] = []
    equal = query.equal if query.tenant is None else {"tenant": query.tenant, **query.equal}
    for sign, bounds in ((" = ?", equal), (" >= ?", query.at_least), (" <= ?", query.at_most)):
        conditions += [name + sign for name in bounds]
        values += bounds.values()
    for name, choices in query.among.items():
        conditions.append(f"{name} IN ({', '.join('?' * len(choices))})")
        values += choices
    return "WHERE " + " AND ".join(conditions), values
