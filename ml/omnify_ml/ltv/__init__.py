"""What customers will buy: who, how much, by cohort; who may not come back; which kinds there are."""

from omnify_ml.ltv.churn import ChurnForecast, predict_churn
from omnify_ml.ltv.forecast import CohortForecast, LtvForecast, forecast_ltv
from omnify_ml.ltv.segments import Segment, Segmentation, segment_customers

__all__ = [
    "ChurnForecast",
    "CohortForecast",
    "LtvForecast",
    "Segment",
    "Segmentation",
    "forecast_ltv",
    "predict_churn",
    "segment_customers",
]
