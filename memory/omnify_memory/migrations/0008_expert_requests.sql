CREATE TABLE expert_requests (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX expert_requests_by_tenant_status_asked_at ON expert_requests (tenant, status, asked_at);
