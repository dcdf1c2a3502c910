"""The services of one machine: the embedded database, Airflow's four processes and the portal.

``up`` starts them, ``down`` stops exactly what ``up`` started, ``status`` says what they do, and
``run_month`` runs one month through Airflow's own scheduler, ``wake`` lets it follow a landing.
"""

from pipeline.services.airflow import ServicesStatus
from pipeline.services.machine import down, status, up
from pipeline.services.run_month import run_month
from pipeline.services.waking import Following, wake

__all__ = ["Following", "ServicesStatus", "down", "run_month", "status", "up", "wake"]
