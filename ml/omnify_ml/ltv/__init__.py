"""What customers will buy: who, how much, and by cohort."""

from omnify_ml.ltv.forecast import CohortForecast, LtvForecast, forecast_ltv

__all__ = ["CohortForecast", "LtvForecast", "forecast_ltv"]
