"""A city of contribution bases: one company a scene, each right but for what its scene plants.

``terms`` are the rules of the two sites, ``company`` what a company pays when all is right, ``scenes`` and
``declared_scenes`` what is planted and what only looks wrong, ``writing`` the tables, files and truth,
``city`` the entrance.
"""

from simulator.bases.city import simulate_bases

__all__ = ["simulate_bases"]
