"""Proposals about records of CRM, shop and payments that telling words give away: one line per tool."""

from __future__ import annotations

from omnify_agents.engine.lookups import Lookup

RECORD_ORDERS: dict[str, Lookup] = {
    "propose_contact_tags": Lookup("memory", "propose other tags of a contact",
        r"^(?!.*\b(?:list|audience)\b).*\b(?:add|put|give|set|tag|remove|take|drop|delete)\b.*\btags?\b(?!.*\bnew contact\b)(?=.*\bcontact\b)",
        ("contact_id", "add", "remove"), ("contact_id",)),
    "propose_contact": Lookup("memory", "propose a contact",
        r"\b(?:add|create|save|enter|put|update|change|make|propose)\b.*\bcontact\b(?!.*\b(?:workflow|list|audience)\b)|\b(?:add|save|enter|put)\b.*\b(?:to|into|in) the crm\b",
        ("email", "first_name", "last_name", "phone", "source", "tags"), ("email",)),
    "propose_opportunity_stage": Lookup("memory", "propose another stage of a deal",
        r"\b(?:move|set|put|advance|shift|change|bring)\b.*\b(?:opportunity|deal)\b.*\bstage\b|\b(?:move|set|put|advance|shift|change|bring)\b.*\bstage\b.*\b(?:opportunity|deal)\b",
        ("opportunity_id", "stage"), ("opportunity_id", "stage")),
    "propose_workflow": Lookup("memory", "propose a contact's way into or out of a workflow",
        r"\b(?:add|put|enrol\w*|send|move|remove|take|drop)\b.*\bworkflow\b", ("contact_id", "workflow", "action"), ("contact_id", "workflow")),
    "propose_inventory": Lookup("curiosity", "propose another stock",
        r"\b(?:set|change|raise|lower|correct|adjust|increase|decrease|put|reduce)\b.*\b(?:stock|inventory|available pieces)\b",
        ("product_id", "variant", "location", "quantity"), ("product_id", "quantity")),
    "propose_marketing_activity": Lookup("curiosity", "propose a marketing activity in the shop",
        r"\bmarketing activit(?:y|ies)\b", ("campaign_id", "channel", "utm_campaign", "utm_source", "utm_medium"),
        ("campaign_id", "channel", "utm_campaign", "utm_source", "utm_medium")),
    "propose_subscription_change": Lookup("memory", "propose a change of a subscription",
        r"\b(?:change|set|put|move|switch|upgrade|downgrade|let|end|cancel|stop|raise|lower|continue|keep)\b.*\bsubscription\b",
        ("subscription_id", "price_id", "quantity", "at_period_end"), ("subscription_id",)),
}  # fmt: skip
