"""Answers calls of TikTok's Business API: the data of each envelope."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from omnify_sandbox.growth import Birth
from omnify_sandbox.stage import Stage
from omnify_sandbox.tiktok.access import own_advertiser
from omnify_sandbox.tiktok.audiences import Uploads, audience_birth, deleted, shown
from omnify_sandbox.tiktok.contract import field_names
from omnify_sandbox.tiktok.creating import ad_births, campaign_birth, group_birth
from omnify_sandbox.tiktok.errors import TikTokProblem, invalid, no_permission, not_served
from omnify_sandbox.tiktok.listing import listed, page, rows_of
from omnify_sandbox.tiktok.objects import TikTokObjects
from omnify_sandbox.tiktok.params import Params
from omnify_sandbox.tiktok.places import identities, regions
from omnify_sandbox.tiktok.report import read_report, rows, total
from omnify_sandbox.tiktok.tasks import ReportTasks
from omnify_sandbox.tiktok.updates import Judged, judge_ad_update, judge_status, judge_update

_MAX_ADVERTISERS = 100
_NEVER_MADE = "1899000000000000001"


class Call(NamedTuple):
    """`path`: below the version. `seen_at`: the past moment that a stale read shows, or None."""

    path: str
    params: Params
    request_id: str
    root: str
    seen_at: datetime | None
    is_lie: bool
    is_faulty: bool


class TikTokService:
    def __init__(self, stage: Stage, tasks: ReportTasks, uploads: Uploads) -> None:
        self._stage = stage
        self._tasks = tasks
        self._uploads = uploads

    def answer(self, call: Call) -> Any:
        """The data of a success. Raises TikTokProblem."""
        objects = TikTokObjects(self._stage, call.seen_at)
        node, _, rest = call.path.rstrip("/").partition("/")
        match node, rest:
            case "advertiser", "info":
                return _advertisers(objects, call.params)
            case (("dmp" | "identity" | "tool"), _):
                return self._beside(call, objects, node, rest)
            case "report", _:
                return self._report(call, objects, rest)
        advertiser = own_advertiser(call.params, objects.held)
        match rest:
            case "get":
                return listed(rows_of(objects, node, advertiser), node, call.params)
            case "update" if node != "ad":
                known = frozenset(thing.id for thing in self._stage.things("audience"))
                return self._written(call, judge_update(objects, node, advertiser, call.params, known))
            case "update":
                return self._written(call, judge_ad_update(objects, advertiser, call.params))
            case "status/update":
                judged = judge_status(objects, node, advertiser, call.params, is_faulty=call.is_faulty)
                return self._written(call, judged, node)
            case "create":
                return self._created(call, objects, node, advertiser)
            case _:
                raise not_served(f"serve {call.path}")

    def _written(self, call: Call, judged: Judged, node: str = "") -> Any:
        if judged.changes and not call.is_lie:
            self._stage.commit(judged.changes, request_id=call.request_id)
        if judged.failed:
            errors = [{f"{node}_id": id_, "error_message": why} for id_, why in judged.failed.items()]
            raise TikTokProblem("PARTIAL_OK", "Partial success", {**judged.data, "errors": errors})
        return judged.data

    def _beside(self, call: Call, objects: TikTokObjects, node: str, rest: str) -> Any:
        """What stands beside campaigns, ad groups and ads."""
        advertiser = own_advertiser(call.params, objects.held)
        if node == "dmp":
            return self._audiences(call, objects, rest.removeprefix("custom_audience/"))
        if node == "tool":
            return regions(call.params)
        return identities(advertiser, objects.advertiser(advertiser)["company"], call.params)

    def _created(self, call: Call, objects: TikTokObjects, node: str, advertiser: str) -> Any:
        match node:
            case "campaign":
                birth = campaign_birth(self._stage, objects, advertiser, call.params)
                return {"campaign_id": self._made(call, [birth])[0]}
            case "adgroup":
                birth = group_birth(self._stage, objects, advertiser, call.params)
                return {"adgroup_id": self._made(call, [birth])[0]}
            case _:
                ids = self._made(call, ad_births(objects, advertiser, call.params))
                return {"ad_ids": ids, "need_audit": False}

    def _made(self, call: Call, births: list[Birth]) -> list[str]:
        if call.is_lie:
            return [_NEVER_MADE for _ in births]
        return self._stage.create(births, request_id=call.request_id)

    def _audiences(self, call: Call, objects: TikTokObjects, rest: str) -> Any:
        advertiser, params = own_advertiser(call.params, objects.held), call.params
        match rest:
            case "list" | "get":
                return shown(self._stage, objects, advertiser, params)
            case "create":
                birth = audience_birth(self._uploads, advertiser, params)
                return {"custom_audience_id": self._made(call, [birth])[0]}
            case "delete":
                changes = deleted(self._stage, objects, advertiser, params)
                return self._written(call, Judged(changes, {}, {}))
            case "file/upload":
                content = params["file"].encode()
                return self._uploads.take(advertiser, params, content, params.get("file_name", ""))
            case _:
                raise not_served(f"serve {call.path}")

    def _report(self, call: Call, objects: TikTokObjects, rest: str) -> Any:
        advertiser, params = own_advertiser(call.params, objects.held), call.params
        match rest:
            case "integrated/get":
                return self._sync_report(objects, advertiser, params)
            case "task/create":
                report = read_report(params)
                found = rows(self._stage, objects, advertiser, report)
                return self._tasks.create(advertiser, report, found, params)
            case "task/check":
                return self._tasks.check(advertiser, params["task_id"])
            case "task/cancel":
                return self._tasks.cancel(advertiser, params["task_id"])
            case _:
                return self._download(call, advertiser)

    def _sync_report(self, objects: TikTokObjects, advertiser: str, params: Params) -> dict[str, Any]:
        report = read_report(params)
        shown, info = page(rows(self._stage, objects, advertiser, report), params)
        data: dict[str, Any] = {"list": shown, "page_info": info}
        if params.get("enable_total_metrics"):
            data["total_metrics"] = total(self._stage, objects, advertiser, report)
        return data

    def _download(self, call: Call, advertiser: str) -> Any:
        """A link, or the text itself where the task was asked for a string."""
        task = self._tasks.ready(advertiser, call.params["task_id"])
        if task.output_format == "CSV_STRING":
            return task.text
        key = self._tasks.publish(task, self._stage.now())
        return {
            "download_url": f"{call.root}/reports/{key}.csv",
            "file_name": task.file_name,
            "output_format": task.output_format,
        }


def _advertisers(objects: TikTokObjects, params: Params) -> dict[str, Any]:
    ids, wanted = params["advertiser_ids"], params.get("fields")
    if not 1 <= len(ids) <= _MAX_ADVERTISERS:
        raise invalid(f"advertiser_ids: Length must be between 1 and {_MAX_ADVERTISERS}.")
    for id_ in ids:
        if id_ not in objects.held:
            raise no_permission(id_)
    for name in wanted or ():
        if name not in field_names("advertiser"):
            raise invalid(f"fields: {name} is not a valid choice.")
    shown = [objects.advertiser(id_) for id_ in ids]
    if wanted is not None:
        shown = [{name: one[name] for name in wanted if name in one} for one in shown]
    return {"list": shown}
