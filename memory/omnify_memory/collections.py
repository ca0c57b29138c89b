"""Every kind of document that is stored, with what it can be searched by."""

from __future__ import annotations

from omnify_memory.documents import Collection

TENANTS = Collection("tenants")
USERS = Collection("users", fields=("email",), unique=(("email",),))
FACTORS = Collection("factors")
DELEGATIONS = Collection("delegations")
PREFERENCES = Collection("preferences")
TOKENS = Collection("tokens", fields=("expires_at",), indexes=(("expires_at",),))
CONNECTIONS = Collection("connections")
POLICIES = Collection("policies")
POLICY_HISTORY = Collection("policy_history", fields=("version_no",), indexes=(("tenant", "version_no"),))
SNAPSHOTS = Collection("snapshots")
VERDICTS = Collection("verdicts")
SWITCHES = Collection("switches")

ACCOUNTS = Collection("accounts")
CAMPAIGNS = Collection("campaigns", fields=("platform",))
AD_GROUPS = Collection("ad_groups", fields=("campaign_id",), indexes=(("tenant", "campaign_id"),))
CREATIVES = Collection("creatives", fields=("campaign_id",), indexes=(("tenant", "campaign_id"),))
SYNCS = Collection("syncs")
METRICS = Collection(
    "metrics",
    fields=("level", "day", "entity_id", "campaign_id"),
    indexes=(("tenant", "level", "day", "entity_id"), ("tenant", "campaign_id", "level", "day", "entity_id")),
)

CHANGE_SETS = Collection(
    "change_sets",
    fields=("status", "created_at"),
    indexes=(("tenant", "created_at"), ("status", "created_at")),
)
LEDGERS = Collection("ledgers")
AUDIT = Collection("audit", fields=("seq",), indexes=(("tenant", "seq"),))

THREADS = Collection(
    "threads", fields=("user_id", "updated_at"), indexes=(("tenant", "user_id", "updated_at"),)
)
RUNS = Collection(
    "runs", fields=("thread_id", "started_at"), indexes=(("tenant", "thread_id", "started_at"),)
)
ITEMS = Collection("items", fields=("owner", "last"), indexes=(("tenant", "owner", "last"),))
EVENTS = Collection("events", fields=("owner", "last"), indexes=(("tenant", "owner", "last"),))

TIMELINE = Collection("timeline", fields=("at",), indexes=(("tenant", "at"),))
SEEN = Collection("seen")
JOB_RUNS = Collection("job_runs", fields=("started_at",), indexes=(("tenant", "started_at"),))
JOB_PLANS = Collection("job_plans")

MODEL_FITS = Collection("model_fits", fields=("training_cut",), indexes=(("tenant", "training_cut"),))
FORECASTS = Collection(
    "forecasts",
    fields=("state", "due", "last_day"),
    indexes=(("tenant", "state", "due"), ("tenant", "last_day")),
)

BUSINESS = Collection(
    "business",
    fields=("kind", "platform", "place", "customer", "person"),
    indexes=(("tenant", "kind", "place"), ("tenant", "customer", "place"), ("tenant", "person")),
)
FORGOTTEN = Collection("forgotten")
IMPORTS = Collection("imports", fields=("platform",))
MARKS = Collection("marks", fields=("platform", "at"), indexes=(("tenant", "at"),))
DELIVERIES = Collection("deliveries", fields=("at",), indexes=(("tenant", "at"),))
EXPERT_REQUESTS = Collection(
    "expert_requests", fields=("status", "asked_at"), indexes=(("tenant", "status", "asked_at"),)
)

COLLECTIONS = (
    TENANTS,
    USERS,
    FACTORS,
    DELEGATIONS,
    PREFERENCES,
    TOKENS,
    CONNECTIONS,
    POLICIES,
    POLICY_HISTORY,
    SNAPSHOTS,
    VERDICTS,
    SWITCHES,
    ACCOUNTS,
    CAMPAIGNS,
    AD_GROUPS,
    CREATIVES,
    SYNCS,
    METRICS,
    CHANGE_SETS,
    LEDGERS,
    AUDIT,
    THREADS,
    RUNS,
    ITEMS,
    EVENTS,
    TIMELINE,
    SEEN,
    JOB_RUNS,
    JOB_PLANS,
    MODEL_FITS,
    FORECASTS,
    BUSINESS,
    FORGOTTEN,
    IMPORTS,
    MARKS,
    DELIVERIES,
    EXPERT_REQUESTS,
)
