CREATE TABLE model_fits (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    training_cut TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX model_fits_by_tenant_training_cut ON model_fits (tenant, training_cut);

CREATE TABLE forecasts (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    due TEXT NOT NULL,
    last_day TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE INDEX forecasts_by_tenant_state_due ON forecasts (tenant, state, due);

CREATE INDEX forecasts_by_tenant_last_day ON forecasts (tenant, last_day);
