"""Settings: every name is an environment variable; the README's table is checked against this class."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from omnify_core.errors import BadInput


class Settings(BaseSettings):
    """Embedded by default, distributed by configuration. Read once, in `open_services`."""

    model_config = SettingsConfigDict(env_prefix="OMNIFY_", extra="ignore", populate_by_name=True)

    data_dir: Path = Field(Path("var"), description="Where the embedded stores and keys live.")
    mongo_url: SecretStr | None = Field(None, description="MongoDB 7+ instead of embedded SQLite.")
    mongo_database: str = Field("omnify", description="Database name on that MongoDB.")
    redis_url: SecretStr | None = Field(None, description="Redis 7+ for run events instead of in-process.")
    platforms: Literal["sandbox", "connected"] = Field(
        "sandbox", description="`sandbox`: the simulated market; `connected`: the tenants' own accounts."
    )
    sandbox_url: str = Field("", description="A sandbox that already runs; empty starts one in process.")
    sandbox_seed: int = Field(7, description="Seed of the simulated market.")
    oauth_apps: SecretStr | None = Field(
        None,
        description='JSON of our OAuth apps by platform: `{"google": {"client_id": …, '
        '"client_secret": …}}`; the sandbox has its own.',
    )
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("OMNIFY_OPENAI_API_KEY", "OPENAI_API_KEY"),
        description="`OPENAI_API_KEY`: answer with OpenAI instead of the embedded engine.",
    )
    model: str = Field("", description="Model name; required with a base URL.")
    model_base_url: str = Field(
        "", description="Any OpenAI-compatible server, e.g. `http://localhost:8080/v1`."
    )
    model_api: Literal["responses", "chat"] = Field(
        "responses", description="Protocol of the model server: Responses or Chat Completions."
    )
    model_fallback: str = Field(
        "", description="A second model of the same server, for when the first is down."
    )
    model_timeout_s: float = Field(
        60.0, gt=0, le=600, description="Longest wait for one model answer, seconds."
    )
    model_prices: str = Field(
        "", description="`input,output[,cached]` in USD per million tokens, where the list has no price."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str = Field("", description="How browsers reach the server, where it is not host:port.")
    keys: SecretStr | None = Field(
        None,
        description="Base64 key ring, newest first, comma-separated; empty keeps one in the data directory.",
    )
    session_minutes: int = Field(720, ge=5, description="How long a browser session lasts.")
    run_max_turns: int = Field(12, ge=1, description="Model turns per run.")
    run_max_tool_calls: int = Field(24, ge=1, description="Tool calls per run.")
    run_max_tokens: int = Field(200_000, ge=1_000, description="Tokens per run.")
    run_max_seconds: float = Field(120.0, gt=0, description="Wall time per run.")
    run_max_cost_usd: float = Field(1.0, gt=0, description="Model cost per run.")
    sync_minutes: float = Field(15.0, gt=0, description="How often accounts are imported anew.")
    history_days: int = Field(120, ge=14, description="Days of history to import.")

    def check(self) -> None:
        """Raises BadInput where two settings contradict each other."""
        if self.model_base_url and not self.model:
            raise BadInput(
                "OMNIFY_MODEL_BASE_URL is set but OMNIFY_MODEL is empty; name the model to ask for"
            )
        if self.platforms == "connected" and self.sandbox_url:
            raise BadInput("OMNIFY_SANDBOX_URL makes no sense with OMNIFY_PLATFORMS=connected; unset one")
