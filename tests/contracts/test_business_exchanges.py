"""What business adapters ask and what the sandbox answers them, held against the contract files."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from graphql import OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from omnify_core.business import Kind
from omnify_platforms import shopify_queries
from tests.builders import business_legs as legs
from tests.builders.business_house import BusinessHouse, business_house
from tests.builders.business_legs import CASES, HIGHLEVEL, SHOPIFY, STRIPE, back, read_from
from tests.builders.contract_files import contract, contract_text

# Their file types a pipeline's stages as lists, and fields that may be absent as never null.
_THEIR_OWN = ("None is not of type", "is not of type 'array'")


class Exchanges(list[tuple[httpx.Request, httpx.Response]]):
    """What went over the wire, by the platform's prefix in its path."""

    def of(self, prefix: str) -> list[tuple[httpx.Request, httpx.Response]]:
        return [one for one in self if one[0].url.path.startswith(f"/{prefix}/")]


@pytest.fixture
async def house() -> AsyncIterator[BusinessHouse]:
    async with business_house() as built:
        yield built


async def everything(house: BusinessHouse) -> Exchanges:
    """Each kind read, one of it by its id, and each change made, tried out and taken back."""
    seen = Exchanges()

    async def note(response: httpx.Response) -> None:
        await response.aread()
        seen.append((response.request, response))

    house.wire.http.event_hooks["response"].append(note)
    for platform, business in house.adapters.items():
        await business.accounts()
        for kind in business.capabilities.kinds:
            first = await legs.first(business, kind)
            await business.record(kind, first.native_id)
        for name, case in {**CASES, "workflow": legs.Case(HIGHLEVEL, legs.workflow)}.items():
            if case.platform is not platform:
                continue
            leg: Any = await case.make(business)
            look = await business.look(leg)  # type: ignore[arg-type]
            leg = read_from(leg, look.value) if look.can_tell else leg
            await business.dry_run(leg)
            await business.write(leg, key=f"there-{name}")
            await business.write(back(leg), key=f"back-{name}")
    return seen


async def test_highlevel_is_asked_and_answers_as_its_openapi_says(house: BusinessHouse) -> None:
    files = ("contacts", "opportunities", "workflows", "campaigns")
    documents = [contract(f"gohighlevel/{name}.v3.json") for name in files]
    exchanges = (await everything(house)).of("gohighlevel")
    assert len({(one.method, one.url.path.split("/")[2]) for one, _ in exchanges}) >= 6
    for request, response in exchanges:
        path = request.url.path.removeprefix("/gohighlevel")
        document, operation = _operation(documents, request.method, path)
        _check_query(operation, request)
        _check_body(document, operation, request)
        _check_answer(document, operation, response)


async def test_shopify_is_asked_what_its_schema_knows(house: BusinessHouse) -> None:
    theirs = build_schema(contract_text("shopify/admin_2026-10_subset.graphql"))
    exchanges = (await everything(house)).of("shopify")
    asked = [json.loads(one.content) for one, _ in exchanges]
    mutations = {name for one in asked for name in re.findall(r"mutation (\w+)", one["query"])}
    assert mutations == {"SetQuantities", "UpsertActivity"}
    for one in asked:
        document = parse(one["query"])
        assert validate(theirs, document) == []
        operation = document.definitions[0]
        assert isinstance(operation, OperationDefinitionNode)
        given = get_variable_values(theirs, operation.variable_definitions or (), one["variables"])
        assert not isinstance(given, list), given
    assert not [reply.json() for _, reply in exchanges if reply.json().get("errors")]


@pytest.mark.parametrize("name", [name for name in dir(shopify_queries) if name.isupper() and name[0] != "_"])
def test_every_query_and_mutation_is_valid_at_shopify(name: str) -> None:
    theirs = build_schema(contract_text("shopify/admin_2026-10_subset.graphql"))
    found = getattr(shopify_queries, name)
    for text in found.values() if isinstance(found, dict) else [found]:
        assert validate(theirs, parse(text)) == []


async def test_stripe_is_sent_parameters_that_its_methods_know(house: BusinessHouse) -> None:
    methods = contract("stripe/methods_2026-10-28.json")["methods"].values()
    params = contract("stripe/params_2026-10-28.json")
    exchanges = (await everything(house)).of("stripe")
    writes = {one.url.path for one, _ in exchanges if one.method == "POST"}
    assert "/stripe/v1/invoices/create_preview" in writes
    for request, response in exchanges:
        assert response.status_code == 200, response.text
        path = request.url.path.removeprefix("/stripe")
        known = params[_method(methods, request.method, path)["params"]]
        sent = request.content.decode() if request.method == "POST" else request.url.query.decode()
        heads = {name.partition("[")[0] for name, _ in parse_qsl(sent)}
        assert heads <= set(known), (path, heads - set(known))


async def test_a_previewed_invoice_has_the_fields_of_an_invoice_and_no_other(house: BusinessHouse) -> None:
    exchanges = (await everything(house)).of("stripe")
    previews = [reply.json() for one, reply in exchanges if one.url.path.endswith("create_preview")]
    known = contract("stripe/resources_2026-10-28.json")["invoice"]["Invoice"]
    needed = {name for name, type_ in known.items() if not type_.startswith(("Optional", "ClassVar"))}
    assert previews
    for preview in previews:
        assert needed <= set(preview) <= set(known)


async def test_each_kind_of_record_comes_from_the_sandbox_and_reads_back_by_its_id(
    house: BusinessHouse,
) -> None:
    counts: dict[Kind, int] = {}
    for business in house.adapters.values():
        for kind in business.capabilities.kinds:
            async for record in business.records(kind, None):
                counts[kind] = counts.get(kind, 0) + 1
                if counts[kind] == 1:
                    again = await business.record(kind, record.native_id)
                    assert (again.id, again.at) == (record.id, record.at)
    kinds = {kind for one in (HIGHLEVEL, SHOPIFY, STRIPE) for kind in house.adapters[one].capabilities.kinds}
    assert counts.keys() == kinds == set(Kind)


def _operation(documents: list[Any], method: str, path: str) -> tuple[Any, Any]:
    """The most literal one that fits."""
    fitting = []
    for document in documents:
        for template, operations in document["paths"].items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
            if method.lower() in operations and re.fullmatch(pattern, path):
                fitting.append((template.count("{"), document, operations[method.lower()]))
    assert fitting, f"the contract has no {method} {path}"
    _, document, operation = min(fitting, key=lambda one: one[0])
    return document, operation


def _check_query(operation: Any, request: httpx.Request) -> None:
    known = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
    needed = {name for name, one in known.items() if one.get("required")}
    assert needed <= set(request.url.params) <= set(known), request.url


def _check_body(document: Any, operation: Any, request: httpx.Request) -> None:
    wanted = operation.get("requestBody")
    if not wanted:
        assert not request.content, request.url
        return
    schema = _resolved(document, wanted["content"]["application/json"]["schema"])
    sent = json.loads(request.content)
    if schema.get("properties"):
        assert set(schema.get("required", [])) <= set(sent) <= set(schema["properties"]), request.url


def _check_answer(document: Any, operation: Any, response: httpx.Response) -> None:
    assert response.status_code in (200, 201), response.text
    answer = operation["responses"].get(str(response.status_code), {}).get("content")
    if not answer:
        return
    registry = Registry().with_resource("urn:api", Resource.opaque(document))  # type: ignore[var-annotated]
    schema = {"$ref": f"urn:api{answer['application/json']['schema']['$ref']}"}
    found = Draft202012Validator(schema, registry=registry).iter_errors(response.json())
    wrong = [one.message for one in found if not any(word in one.message for word in _THEIR_OWN)]
    assert not wrong, (response.request.url, wrong[:5])


def _resolved(document: Any, schema: Any) -> Any:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _method(methods: Any, verb: str, path: str) -> Any:
    fitting = [
        one
        for one in methods
        if one["verb"].upper() == verb and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", one["path"]), path)
    ]
    assert fitting, f"the contract has no {verb} {path}"
    return min(fitting, key=lambda one: one["path"].count("{"))
