"""The repositories that the other rooms see, all on one backend."""

from __future__ import annotations

from dataclasses import dataclass

from omnify_core import business_ports, ports
from omnify_core.preferences import PreferenceStore
from omnify_memory.business import StoredBusiness
from omnify_memory.documents import Documents
from omnify_memory.events import DocumentEventLog
from omnify_memory.market import StoredMarket
from omnify_memory.models import StoredModels
from omnify_memory.money_path import (
    StoredAudit,
    StoredChangeSets,
    StoredLedgers,
    StoredPolicies,
    StoredSwitches,
    StoredVerdicts,
)
from omnify_memory.people import StoredConnections, StoredDelegations, StoredFactors, StoredPeople
from omnify_memory.preferences import StoredPreferences
from omnify_memory.requests import StoredRequests
from omnify_memory.snapshots import StoredSnapshots
from omnify_memory.threads import StoredThreads
from omnify_memory.timeline import StoredTimeline
from omnify_memory.tokens import StoredTokens


@dataclass(frozen=True, slots=True)
class Stores:
    market: ports.MarketStore
    change_sets: ports.ChangeSetStore
    ledger: ports.LedgerStore
    audit: ports.AuditStore
    policies: ports.PolicyStore
    switches: ports.SwitchStore
    verdicts: ports.VerdictStore
    snapshots: ports.SnapshotStore
    people: ports.PeopleStore
    tokens: ports.TokenStore
    delegations: ports.DelegationStore
    factors: ports.FactorStore
    connections: ports.ConnectionStore
    threads: ports.ThreadStore
    events: ports.EventLog
    timeline: ports.TimelineStore
    models: ports.ModelStore
    business: business_ports.BusinessStore
    requests: ports.RequestStore
    preferences: PreferenceStore


def stores_on(documents: Documents) -> Stores:
    return Stores(
        market=StoredMarket(documents),
        change_sets=StoredChangeSets(documents),
        ledger=StoredLedgers(documents),
        audit=StoredAudit(documents),
        policies=StoredPolicies(documents),
        switches=StoredSwitches(documents),
        verdicts=StoredVerdicts(documents),
        snapshots=StoredSnapshots(documents),
        people=StoredPeople(documents),
        tokens=StoredTokens(documents),
        delegations=StoredDelegations(documents),
        factors=StoredFactors(documents),
        connections=StoredConnections(documents),
        threads=StoredThreads(documents),
        events=DocumentEventLog(documents),
        timeline=StoredTimeline(documents),
        models=StoredModels(documents),
        business=StoredBusiness(documents),
        requests=StoredRequests(documents),
        preferences=StoredPreferences(documents),
    )
