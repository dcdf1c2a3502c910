"""A synthetic city: its production database over months, what others send, and the truth about both.

``simulate`` is the one entrance. Everything is drawn vectorised from a seed, in numbers (``world``),
then written: production tables (``production``, ``database``), feeds (``feeds``), site, truth.
"""

from simulator.city import SimulatedCity, simulate

__all__ = ["SimulatedCity", "simulate"]
