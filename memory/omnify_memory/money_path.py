"""What the money path keeps: change sets, the ledger, the audit chain, policies, kill switches."""

from __future__ import annotations

from collections.abc import Sequence

from omnify_core.audit import AuditRow
from omnify_core.change_sets import ChangeSet, ChangeSetStatus
from omnify_core.errors import Conflict, NotFound, StoreBusy
from omnify_core.ids import ChangeSetId, TenantId
from omnify_core.ledger import MoneyLedger
from omnify_core.policy import MoneyPolicy
from omnify_core.results import EffectVerdict
from omnify_memory import collections, forgetting
from omnify_memory.documents import SHARED, Document, Documents, Query
from omnify_memory.shelf import Key, Shelf, stamp

_PAGE, _ATTEMPTS = 500, 20


class StoredChangeSets:
    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shelf = Shelf(documents, collections.CHANGE_SETS, ChangeSet, _change_set_key, noun="change set")

    async def add(self, change_set: ChangeSet) -> None:
        await self._shelf.add(change_set.tenant_id, change_set, version=change_set.version)

    async def get(self, tenant: TenantId, change_set_id: ChangeSetId) -> ChangeSet:
        return await self._shelf.get(tenant, change_set_id)

    async def replace(self, change_set: ChangeSet) -> ChangeSet:
        following = change_set.model_copy(update={"version": change_set.version + 1})
        if following.status.is_final and (gone := await self._forgotten(following)):
            following = forgetting.without(following, gone)
        await self._shelf.replace(change_set.tenant_id, following, expected=change_set.version)
        return following

    async def forget(self, tenant: TenantId, person: str) -> None:
        """Blanks this person in every plan that is not under way; the others follow at their end."""
        seen: set[str] = set()
        before: str | None = None
        while page := await self._page(tenant, before, seen):
            for one in page:
                seen.add(one.id)
                if person in forgetting.people_in(one) and forgetting.may_be_blanked(one.status):
                    await self._blank(one, person)
            before = stamp(page[-1].created_at)

    async def _page(self, tenant: TenantId, before: str | None, seen: set[str]) -> list[ChangeSet]:
        bound = {"created_at": before} if before else {}
        query = Query(tenant=tenant, at_most=bound, order=("-created_at", "-id"), limit=_PAGE)
        return [one for one in await self._shelf.select(query) if one.id not in seen]

    async def _blank(self, change_set: ChangeSet, person: str) -> None:
        """Raises StoreBusy where others kept changing it."""
        for _ in range(_ATTEMPTS):
            blank = forgetting.without(change_set, {person})
            try:
                await self.replace(blank)
            except Conflict:
                change_set = await self.get(change_set.tenant_id, change_set.id)
                if not forgetting.may_be_blanked(change_set.status):
                    return
                continue
            return
        raise StoreBusy(f"{change_set.id} is being changed by others; forget this person again")

    async def _forgotten(self, change_set: ChangeSet) -> set[str]:
        people = sorted(forgetting.people_in(change_set))
        if not people:
            return set()
        query = Query(tenant=change_set.tenant_id, among={"id": people})
        return {one.id for one in await self._documents.find(collections.FORGOTTEN, query)}

    async def of_tenant(
        self, tenant: TenantId, statuses: Sequence[ChangeSetStatus] = (), *, limit: int = 100
    ) -> list[ChangeSet]:
        among = {"status": [status.value for status in statuses]} if statuses else {}
        query = Query(tenant=tenant, among=among, order=("-created_at", "-id"), limit=limit)
        return await self._shelf.select(query)

    async def in_status(self, statuses: Sequence[ChangeSetStatus], *, limit: int = 100) -> list[ChangeSet]:
        among = {"status": [status.value for status in statuses]}
        return await self._shelf.select(
            Query(tenant=None, among=among, order=("created_at", "id"), limit=limit)
        )


class StoredLedgers:
    def __init__(self, documents: Documents) -> None:
        self._shelf = Shelf(
            documents, collections.LEDGERS, MoneyLedger, lambda _: Key("ledger"), noun="ledger"
        )

    async def get(self, tenant: TenantId) -> MoneyLedger:
        return await self._shelf.find(tenant, "ledger") or MoneyLedger(tenant_id=tenant)

    async def replace(self, ledger: MoneyLedger) -> MoneyLedger:
        following = ledger.model_copy(update={"version": ledger.version + 1})
        if ledger.version == 0:
            await self._shelf.add(ledger.tenant_id, following, version=1)
        else:
            await self._shelf.replace(ledger.tenant_id, following, expected=ledger.version)
        return following


class StoredAudit:
    """The id is the sequence number: two writers of one number meet in Conflict."""

    def __init__(self, documents: Documents) -> None:
        self._shelf = Shelf(documents, collections.AUDIT, AuditRow, _audit_key, noun="audit row")

    async def head(self, tenant: TenantId) -> AuditRow | None:
        rows = await self._shelf.select(Query(tenant=tenant, order=("-seq",), limit=1))
        return rows[0] if rows else None

    async def append(self, row: AuditRow) -> None:
        await self._shelf.add(row.tenant_id, row)

    async def rows(self, tenant: TenantId, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        return await self._shelf.select(
            Query(tenant=tenant, at_least={"seq": after + 1}, order=("seq",), limit=limit)
        )


class StoredPolicies:
    """The one in force, and those before it."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._shelf = Shelf(
            documents, collections.POLICIES, MoneyPolicy, lambda _: Key("money"), noun="policy"
        )
        self._former = Shelf(
            documents, collections.POLICY_HISTORY, MoneyPolicy, _former_key, noun="former policy"
        )

    async def get(self, tenant: TenantId) -> MoneyPolicy:
        return await self._shelf.get(tenant, "money")

    async def save(self, policy: MoneyPolicy) -> None:
        await self._shelf.save(policy.tenant_id, [policy])

    async def replace(self, policy: MoneyPolicy) -> None:
        stored = await self._documents.get(collections.POLICIES, policy.tenant_id, "money")
        if stored is None:
            raise NotFound("there is no policy yet; save a first one")
        former = MoneyPolicy.model_validate_json(stored.body)
        if policy.version != former.version + 1:
            raise Conflict(
                f"the policy is at version {former.version} by now; look at it again, then change it"
            )
        # Kept first: a death in between leaves one copy too many, never one too few.
        await self._former.save(policy.tenant_id, [former])
        await self._shelf.replace(policy.tenant_id, policy, expected=stored.version)

    async def history(self, tenant: TenantId, *, limit: int = 50) -> list[MoneyPolicy]:
        return await self._former.select(Query(tenant=tenant, order=("-version_no",), limit=limit))


class StoredVerdicts:
    def __init__(self, documents: Documents) -> None:
        self._shelf = Shelf(documents, collections.VERDICTS, EffectVerdict, _verdict_key, noun="verdict")

    async def save(self, verdict: EffectVerdict) -> None:
        await self._shelf.save(verdict.tenant_id, [verdict])

    async def of_tenant(self, tenant: TenantId) -> list[EffectVerdict]:
        return await self._shelf.select(Query(tenant=tenant))


class StoredSwitches:
    """A switch that is on is a document; one that is off is none."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    async def is_stopped(self, tenant: TenantId) -> bool:
        for owner in (SHARED, tenant):
            if await self._documents.get(collections.SWITCHES, owner, "stop"):
                return True
        return False

    async def set_stopped(self, tenant: TenantId | None, stopped: bool) -> None:
        owner = SHARED if tenant is None else tenant
        if stopped:
            await self._documents.save(collections.SWITCHES, [Document(owner, "stop", 0, "true")])
        else:
            await self._documents.take(collections.SWITCHES, owner, "stop")


def _verdict_key(verdict: EffectVerdict) -> Key:
    return Key(f"{verdict.change_set_id}/{verdict.days:02d}")


def _former_key(policy: MoneyPolicy) -> Key:
    return Key(f"{policy.version:06d}", {"version_no": policy.version})


def _change_set_key(change_set: ChangeSet) -> Key:
    return Key(change_set.id, {"status": change_set.status.value, "created_at": stamp(change_set.created_at)})


def _audit_key(row: AuditRow) -> Key:
    return Key(f"{row.seq:012d}", {"seq": row.seq})
