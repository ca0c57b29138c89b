CREATE TABLE business (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    kind TEXT NOT NULL,
    platform TEXT NOT NULL,
    place TEXT NOT NULL,
    customer TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX business_by_tenant_kind_place ON business (tenant, kind, place);

CREATE INDEX business_by_tenant_customer_place ON business (tenant, customer, place);

CREATE INDEX business_by_tenant_person ON business (tenant, person);

CREATE TABLE forgotten (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE imports (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    platform TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE marks (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    platform TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX marks_by_tenant_at ON marks (tenant, at);

CREATE TABLE deliveries (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX deliveries_by_tenant_at ON deliveries (tenant, at);
