"""Alerts: what needs attention, raised once while it lasts, and delivered at least once.

``conditions`` reads from the warehouse what is wrong; ``outbox`` keeps one open alert for each of it;
``digests`` bundles what is new for each channel; ``mail`` and ``webhook`` carry a digest; ``delivery`` does
all of it for one moment. Alerts name feeds, divisions, months and files' ids, never a person.
"""

from alerts.conditions import step_of
from alerts.delivery import Sent, send
from alerts.digests import Undelivered, undelivered
from alerts.outbox import OpenAlert, Scan, open_alerts, report_failure, scan

__all__ = [
    "OpenAlert",
    "Scan",
    "Sent",
    "Undelivered",
    "open_alerts",
    "report_failure",
    "scan",
    "send",
    "step_of",
    "undelivered",
]
