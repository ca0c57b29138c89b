"""Answers Rest.li calls: accounts, campaign groups, campaigns, creatives, analytics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from omnify_core.campaigns import Platform
from omnify_sandbox.book import Change
from omnify_sandbox.catalog import Ad, Campaign
from omnify_sandbox.growth import Birth
from omnify_sandbox.linkedin.analytics import answer, read_question
from omnify_sandbox.linkedin.call import Call
from omnify_sandbox.linkedin.contract import campaign_statuses, creative_statuses
from omnify_sandbox.linkedin.creating import campaign_birth
from omnify_sandbox.linkedin.creatives import creative_birth
from omnify_sandbox.linkedin.errors import (
    LinkedInProblem,
    bad_param,
    bad_request,
    no_permission,
    not_found,
    transient,
)
from omnify_sandbox.linkedin.finding import matching, page, project
from omnify_sandbox.linkedin.objects import Fields, LinkedInObjects, groups_of, urn
from omnify_sandbox.linkedin.restli import text_of, texts_of
from omnify_sandbox.linkedin.updates import judge_campaign, judge_creative, judge_delete, no_creation
from omnify_sandbox.stage import Stage

_PAGE, _CREATIVE_PAGE = 1_000, 100
_NEVER_MADE = "999000001"
_TYPES = ("TEXT_AD", "SPONSORED_UPDATES", "SPONSORED_INMAILS", "DYNAMIC")
_SEARCH = ("q", "search", "sortOrder", "sort", "pageSize", "pageToken")
_CAMPAIGN_CRITERIA = {"id": None, "campaignGroup": None, "name": None, "type": _TYPES, "test": None}
_ACCOUNT_CRITERIA = {
    "id": None,
    "name": None,
    "reference": None,
    "status": ("ACTIVE", "CANCELED", "DRAFT", "PENDING_DELETION", "REMOVED"),
    "type": ("BUSINESS", "ENTERPRISE"),
    "test": None,
}


class Reply(NamedTuple):
    """`made`: the id of what was created, which goes into a header."""

    status: int
    body: Any = None
    made: str = ""


class Resources:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def answer(self, call: Call, request_id: str) -> Reply:
        """Raises LinkedInProblem."""
        match call.steps:
            case ("adAnalytics",):
                return self._analytics(call)
            case ("adAccounts",):
                return self._accounts(call)
            case ("adAccounts", account):
                return self._account(call, account)
            case ("adAccounts", account, "adCampaignGroups", *rest):
                return self._groups(call, self._known(account), rest)
            case ("adAccounts", account, "adCampaigns", *rest):
                return self._campaigns(call, self._known(account), rest, request_id)
            case ("adAccounts", account, "creatives", *rest):
                return self._creatives(call, self._known(account), rest, request_id)
            case ("creatives", *_):
                raise LinkedInProblem(400, _CREATIVES_MOVED)
            case _:
                raise LinkedInProblem(
                    404, "No virtual resource found for the path", code="RESOURCE_NOT_FOUND"
                )

    def _known(self, account: str) -> str:
        if account not in self._stage.advertiser.held(Platform.LINKEDIN):
            raise no_permission(f"adAccounts/{account}")
        return account

    def _objects(self, call: Call) -> LinkedInObjects:
        return LinkedInObjects(self._stage, call.seen_at)

    def _analytics(self, call: Call) -> Reply:
        if call.verb != "FINDER":
            raise _no_method(call)
        return Reply(200, answer(self._stage, read_question(call, self._stage.today())))

    def _accounts(self, call: Call) -> Reply:
        if call.verb != "FINDER":
            raise _no_method(call)
        objects = self._objects(call)
        rows = [objects.account(id_) for id_ in objects.accounts]
        return Reply(200, _found(call, rows, _ACCOUNT_CRITERIA))

    def _account(self, call: Call, account: str) -> Reply:
        call.permit()
        if call.verb != "GET":
            raise _no_method(call)
        return Reply(200, project(call, self._objects(call).account(self._known(account))))

    def _groups(self, call: Call, account: str, rest: list[str]) -> Reply:
        rows = [self._objects(call).campaign_group(group) for group in groups_of(account)]
        if call.verb == "FINDER" and not rest:
            words = {"id": None, "name": None, "status": campaign_statuses(), "test": None}
            return Reply(200, _found(call, rows, words))
        if call.verb == "GET" and len(rest) == 1:
            return Reply(200, project(call, _one(rows, rest[0], "campaign group")))
        if call.verb in ("PARTIAL_UPDATE", "CREATE"):
            raise no_creation()
        raise _no_method(call)

    def _campaigns(self, call: Call, account: str, rest: list[str], request_id: str) -> Reply:
        objects = self._objects(call)
        held = {c.id: c for c in objects.campaigns(account)}
        match call.verb, rest:
            case "FINDER", []:
                words = _CAMPAIGN_CRITERIA | {"status": campaign_statuses()}
                return Reply(200, _found(call, [objects.campaign(c) for c in held.values()], words))
            case "BATCH_GET", []:
                return Reply(200, self._batch_get(call, held, objects.campaign))
            case "GET", [id_]:
                call.permit()
                return Reply(200, project(call, objects.campaign(_campaign(held, id_))))
            case "PARTIAL_UPDATE", [id_]:
                call.need("PARTIAL_UPDATE")
                changes = judge_campaign(objects, _campaign(held, id_), call.body)
                return self._written(call, changes, request_id)
            case "BATCH_PARTIAL_UPDATE", []:
                return self._batch_update(call, held, request_id)
            case "DELETE", [id_]:
                _campaign(held, id_)
                changes = judge_delete("campaign", id_, objects.status("campaign", id_))
                return self._written(call, changes, request_id)
            case "CREATE", []:
                birth = campaign_birth(objects, account, call.body, self._stage.now())
                return Reply(201, None, self._made(call, birth, request_id))
            case "CREATE", [_]:
                raise bad_request("X-RestLi-Method: PARTIAL_UPDATE is required for this request")
            case _:
                raise _no_method(call)

    def _creatives(self, call: Call, account: str, rest: list[str], request_id: str) -> Reply:
        objects = self._objects(call)
        ads = {urn("Creative", ad.id): ad for ad in objects.ads(account)}
        if rest and not call.is_encoded:
            raise bad_param("id", "The URN in the path must be percent-encoded")
        match call.verb, rest:
            case "FINDER", []:
                call.need("FINDER")
                return Reply(200, self._creatives_found(call, objects, list(ads.values())))
            case "GET", [id_]:
                call.permit()
                return Reply(200, project(call, objects.creative(_ad(ads, id_))))
            case "PARTIAL_UPDATE", [id_]:
                call.need("PARTIAL_UPDATE")
                return self._written(call, judge_creative(objects, _ad(ads, id_), call.body), request_id)
            case "DELETE", [id_]:
                ad = _ad(ads, id_)
                changes = judge_delete("ad", ad.id, objects.status("ad", ad.id))
                return self._written(call, changes, request_id)
            case "CREATE", []:
                groups = {group.campaign.id: group.id for group in self._stage.catalog.groups}
                birth = creative_birth(objects, account, call.body, groups)
                return Reply(201, None, quote(urn("Creative", self._made(call, birth, request_id)), safe=""))
            case _:
                raise _no_method(call)

    def _creatives_found(self, call: Call, objects: LinkedInObjects, ads: list[Ad]) -> dict[str, Any]:
        filters = {"campaigns": "campaign", "creatives": "id", "intendedStatuses": "intendedStatus"}
        if text_of(call.query, "q") != "criteria":
            raise bad_param("q")
        call.permit("q", *filters, "isTestAccount", "sortOrder", "pageSize", "pageToken")
        if not set(texts_of(call.query, "intendedStatuses")) <= set(creative_statuses()):
            raise bad_param("intendedStatuses")
        rows = [objects.creative(ad) for ad in ads]
        for name, field in filters.items():
            if name in call.query:
                wanted = texts_of(call.query, name)
                rows = [row for row in rows if row[field] in wanted]
        return page(call, rows, most=_CREATIVE_PAGE)

    def _batch_get(
        self, call: Call, held: dict[str, Campaign], show: Callable[[Campaign], Fields]
    ) -> dict[str, Any]:
        call.permit("ids")
        ids = texts_of(call.query, "ids")
        missing = {id_: {"status": 404, "message": "Not Found"} for id_ in ids if id_ not in held}
        results = {id_: project(call, show(held[id_])) for id_ in ids if id_ in held}
        return {"results": results, "statuses": dict.fromkeys(results, 200), "errors": missing}

    def _batch_update(self, call: Call, held: dict[str, Campaign], request_id: str) -> Reply:
        """Each campaign for itself: the good ones are carried out although others fail."""
        call.permit("ids")
        ids = texts_of(call.query, "ids")
        entities = call.body.get("entities") if isinstance(call.body, dict) else None
        if not isinstance(entities, dict) or set(entities) != set(ids):
            raise bad_request("The keys of entities must be those of ids")
        results: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        changes: list[Change] = []
        for place, id_ in enumerate(ids):
            try:
                if call.is_faulty and place % 2:
                    raise transient()
                changes += judge_campaign(self._objects(call), _campaign(held, id_), entities[id_])
                results[id_] = {"status": 204}
            except LinkedInProblem as problem:
                errors[id_] = problem.body()
        if changes and not call.is_lie:
            self._stage.commit(changes, request_id=request_id)
        return Reply(200, {"results": results, "errors": errors})

    def _made(self, call: Call, birth: Birth, request_id: str) -> str:
        """The new id."""
        if call.is_lie:
            return _NEVER_MADE
        return self._stage.create([birth], request_id=request_id)[0]

    def _written(self, call: Call, changes: list[Change], request_id: str) -> Reply:
        if not call.is_lie:
            self._stage.commit(changes, request_id=request_id)
        return Reply(204)


def _found(call: Call, rows: list[Fields], words: dict[str, Any]) -> dict[str, Any]:
    call.permit(*_SEARCH)
    if text_of(call.query, "q") != "search":
        raise bad_param("q")
    if "search" in call.query:
        rows = matching(rows, call.query["search"], words)
    return page(call, rows, most=_PAGE)


def _campaign(held: dict[str, Campaign], id_: str) -> Campaign:
    if id_ not in held:
        raise not_found(f"campaign {id_}")
    return held[id_]


def _ad(ads: dict[str, Ad], id_: str) -> Ad:
    if id_ not in ads:
        raise not_found(f"creative {id_}")
    return ads[id_]


def _one(rows: list[Fields], id_: str, what: str) -> Fields:
    for row in rows:
        if str(row["id"]) == id_:
            return row
    raise not_found(f"{what} {id_}")


def _no_method(call: Call) -> LinkedInProblem:
    return LinkedInProblem(405, f"Method {call.verb} is not allowed here", code="METHOD_NOT_ALLOWED")


_CREATIVES_MOVED = (
    "All api calls to creative endpoints have been modified to include advertiser account id in the url "
    "path. Please refer to the latest versioned apis to modify the request accordingly. Base url of the new "
    "requests should be https://api.linkedin.com/rest/adAccounts/{adAccountId}/creatives"
)
