"""Days and hours that do not fit, and what they may mean."""

from omnify_ml.anomaly.daily import Anomaly, find_anomalies
from omnify_ml.anomaly.stream import StreamAlarms, watch_series

__all__ = ["Anomaly", "StreamAlarms", "find_anomalies", "watch_series"]
