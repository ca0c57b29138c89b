"""Answers Graph calls: nodes, edges, insights, writes and batches."""

from __future__ import annotations

from typing import Any

import orjson

from omnify_sandbox.book import Change, Key
from omnify_sandbox.market import Market
from omnify_sandbox.meta.access import MetaAccess
from omnify_sandbox.meta.audiences import uploads
from omnify_sandbox.meta.call import Call
from omnify_sandbox.meta.contract import edge_params
from omnify_sandbox.meta.creating import judge_create
from omnify_sandbox.meta.errors import MetaProblem, invalid, no_such_object, transient
from omnify_sandbox.meta.insights import rows
from omnify_sandbox.meta.jobs import ReportRuns
from omnify_sandbox.meta.listing import EDGES, NODE_OF, is_listed, members
from omnify_sandbox.meta.objects import Fields, MetaObjects, project
from omnify_sandbox.meta.pages import paged
from omnify_sandbox.meta.params import check_names, json_value, wanted_fields
from omnify_sandbox.meta.report import Report, read_report
from omnify_sandbox.meta.updates import judge_delete, judge_update
from omnify_sandbox.meta.users import judge_users

_MAX_BATCH = 50
_KEPT_REPORTS = 8
_NO_ID = "120299999999999"
"""What a creation is answered with that says yes and does nothing."""


class Graph:
    def __init__(self, market: Market, access: MetaAccess) -> None:
        self._market = market
        self._access = access
        self._runs = ReportRuns()
        self._reports: dict[tuple[Any, ...], list[Fields]] = {}

    def answer(self, call: Call, trace: str) -> Any:
        """The body of a successful answer. Raises MetaProblem."""
        if call.steps == ("oauth", "access_token"):
            return self._access.exchange(call.params)
        self._access.check(call.params.get("access_token", ""), call.params.get("appsecret_proof"))
        if not call.steps and call.method == "POST":
            return self._batch(call, trace)
        if not call.steps:
            raise invalid("Multi-get by ids is gone since v26.0")
        return self._read(call) if call.method == "GET" else self._change(call, trace)

    def _read(self, call: Call) -> dict[str, Any]:
        match call.steps:
            case (run,) if self._runs.has(run):
                return self._runs.status(run)
            case (run, "insights") if self._runs.has(run):
                return paged(call, self._runs.rows(run))
            case (id_,):
                return self._node(call, id_)
            case (id_, edge):
                return self._edge(call, id_, edge)
            case _:
                raise _unknown_path(*call.steps[1:])

    def _change(self, call: Call, trace: str) -> dict[str, Any]:
        match call.method, call.steps:
            case "POST", (id_, "insights"):
                return {"report_run_id": self._runs.start(self._insights(call, id_))}
            case "DELETE", ("me", "permissions"):
                return self._access.give_back()
            case "POST", (id_, edge) if edge in NODE_OF:
                return self._create(call, id_, edge, trace)
            case "POST", (id_, "users"):
                return self._fill(call, id_, trace)
            case _, (id_,):
                return self._write(call, id_, trace)
            case _:
                raise _unknown_path(*call.steps[1:])

    def _batch(self, call: Call, trace: str) -> list[dict[str, Any]]:
        operations = json_value("batch", call.params.get("batch", "[]"))
        if not isinstance(operations, list) or not 0 < len(operations) <= _MAX_BATCH:
            raise invalid(f"A batch has 1 to {_MAX_BATCH} operations")
        replies = []
        for place, operation in enumerate(operations):
            try:
                if call.is_faulty and place % 2:
                    raise transient()
                status, body = 200, self.answer(call.inner(operation), trace)
            except MetaProblem as problem:
                status, body = problem.http, problem.body(trace)
            headers = [{"name": "Content-Type", "value": "application/json; charset=UTF-8"}]
            replies.append({"code": status, "headers": headers, "body": orjson.dumps(body).decode()})
        return replies

    def _node(self, call: Call, id_: str) -> Fields:
        check_names(call.params, {"date_preset", "time_range", "metadata"})
        wanted = wanted_fields(call.params.get("fields", ""))
        if id_ == "me":
            return {"id": "122103948571203", "name": f"{self._market.advertiser.name} system user"}
        node, item = self._found(call, id_)
        return project(self._objects(call), node, item, wanted or {"id": None})

    def _edge(self, call: Call, id_: str, edge: str) -> dict[str, Any]:
        if edge == "insights":
            return paged(call, self._insights(call, id_))
        objects, wanted = self._objects(call), wanted_fields(call.params.get("fields", ""))
        if (id_, edge) == ("me", "adaccounts"):
            check_names(call.params, set())
            wanted = wanted or {"account_id": None}
            return paged(call, [project(objects, "AdAccount", a, wanted) for a in objects.accounts])
        node, item = self._found(call, id_)
        if (node, edge) == ("CustomAudience", "sessions"):
            return paged(call, self._sessions(call, id_))
        if edge not in EDGES[node]:
            raise _unknown_path(edge)
        check_names(call.params, {"filtering", *edge_params("AdAccount", edge)})
        child = NODE_OF[edge]
        kept = [m for m in members(objects, node, item, edge) if is_listed(objects, child, m, call.params)]
        return paged(call, [project(objects, child, member, wanted) for member in kept])

    def _insights(self, call: Call, id_: str) -> list[Fields]:
        node, _ = self._found(call, id_)
        if node in ("AdCreative", "CustomAudience"):
            raise _unknown_path("insights")
        report = read_report(node, call.params, self._market.today())
        return self._rows(call, id_, report)

    def _rows(self, call: Call, id_: str, report: Report) -> list[Fields]:
        """Rows of a report, kept for a minute of market time so that its pages fit together."""
        key = (id_, repr(report), f"{self._market.now():%Y-%m-%d %H:%M}", len(self._market.journal.writes))
        if key not in self._reports:
            while len(self._reports) >= _KEPT_REPORTS:
                self._reports.pop(next(iter(self._reports)))
            self._reports[key] = rows(self._objects(call), *self._found(call, id_), report)
        return self._reports[key]

    def _sessions(self, call: Call, id_: str) -> list[Fields]:
        check_names(call.params, set(edge_params("CustomAudience", "sessions")))
        rows = [upload.row() for upload in uploads(self._objects(call).get, id_)]
        wanted = call.params.get("session_id")
        return [row for row in rows if wanted in (None, row["session_id"])]

    def _create(self, call: Call, id_: str, edge: str, trace: str) -> dict[str, Any]:
        objects = self._objects(call)
        node, account = self._found(call, id_)
        if node != "AdAccount":
            raise no_such_object("post", id_)
        birth, is_rehearsal = judge_create(objects, account, edge, call.params)
        if is_rehearsal:
            return {"success": True}
        if call.is_lie:
            return {"id": _NO_ID}
        (made,) = self._market.create([birth], request_id=trace)
        if "adset_daily_budget" in birth.fields:
            self._fund(call, birth.parent, trace)
        return {"id": made}

    def _fund(self, call: Call, campaign_id: str, trace: str) -> None:
        """Ad sets' own budgets are spent through their campaign's, which is their sum in the world."""
        objects = self._objects(call._replace(seen_at=None))
        cents = objects.budgets_below(objects.campaigns[campaign_id])
        change = Change(Key("budget", campaign_id, "daily_budget"), cents)
        self._market.commit([change], request_id=trace)

    def _fill(self, call: Call, id_: str, trace: str) -> dict[str, Any]:
        node, item = self._found(call, id_)
        if node != "CustomAudience":
            raise _unknown_path("users")
        filling = judge_users(self._objects(call), item, call.params, self._market.now())
        if not call.is_lie:
            self._market.commit(filling.changes, request_id=trace)
        return filling.reply

    def _write(self, call: Call, id_: str, trace: str) -> dict[str, Any]:
        objects = self._objects(call._replace(seen_at=None))
        node, item = self._found(call, id_)
        if call.method == "DELETE":
            changes, is_rehearsal = judge_delete(objects, node, item), False
        else:
            changes, is_rehearsal = judge_update(objects, node, item, call.params)
        if changes and not is_rehearsal and not call.is_lie:
            self._market.commit(changes, request_id=trace)
        return {"success": True}

    def _found(self, call: Call, id_: str) -> tuple[str, Any]:
        found = self._objects(call).find(id_)
        if found is None:
            raise no_such_object(call.method.lower(), id_)
        return found

    def _objects(self, call: Call) -> MetaObjects:
        return MetaObjects(self._market, call.seen_at, lambda id_: f"{call.root}/pictures/{id_}.png")


def _unknown_path(*steps: str) -> MetaProblem:
    return MetaProblem(2500, f"Unknown path components: /{'/'.join(steps)}")
