"""Lead scoring: who is likely to convert."""

from omnify_ml.leads.scorer import LeadScorer, fit_leads, refusal

__all__ = ["LeadScorer", "fit_leads", "refusal"]
