"""Whether a suppressed count could be another one, everything shown being the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from portal.disclosure.figures import Place
from portal.disclosure.sums import AtLeast, Sum

_MOST_STEPS = 12
_MOST_TRIED = 4000


class Alternatives:
    """Looks for other tables that a reader cannot tell from the true one.

    The reader knows the sums and bounds, and even which counts were suppressed for being below ``k``: in
    another table they are below it too, and the others are not. Relations that the true values do not meet
    (persons of two counties) must be missed by no more than they are.
    """

    def __init__(
        self, counts: Mapping[Place, int], sums: Sequence[Sum], bounds: Sequence[AtLeast], *, k: int
    ) -> None:
        """Keep the true counts and the relations by the places they speak of."""
        self._counts, self._k = counts, k
        self._relations: dict[Place, list[Sum | AtLeast]] = {}
        every: list[Sum | AtLeast] = [*sums, *bounds]
        for relation in every:
            for place in relation.places:
                self._relations.setdefault(place, []).append(relation)
        self._tried = 0

    def has(self, place: Place, suppressed: Collection[Place]) -> bool:
        """Return whether a table was found in which the count at ``place`` is another one."""
        for change in (1, -1):
            self._tried = 0
            if self._repaired({}, place, change, suppressed):
                return True
        return False

    def neighbours(self, place: Place) -> Iterable[Place]:
        """Yield the places that share a relation with one."""
        for relation in self._relations.get(place, ()):
            yield from (other for other in relation.places if other != place)

    def _repaired(
        self, changes: dict[Place, int], place: Place, change: int, suppressed: Collection[Place]
    ) -> bool:
        """Change a count, repair the first relation that broke by one of its other counts, and so on."""
        self._tried += 1
        if len(changes) >= _MOST_STEPS or self._tried > _MOST_TRIED or not self._may(place, change):
            return False
        changed = {**changes, place: change}
        broken = next(
            (
                relation
                for changed_place in changed
                for relation in self._relations.get(changed_place, ())
                if self._missed(relation, changed)
            ),
            None,
        )
        if broken is None:
            return True
        return any(
            self._repaired(changed, other, by, suppressed)
            for other, by in self._repairs(broken, changed)
            if other in suppressed and other not in changed
        )

    def _may(self, place: Place, change: int) -> bool:
        value, other = self._counts[place], self._counts[place] + change
        return 1 <= other < self._k if value < self._k else other >= self._k

    def _missed(self, relation: Sum | AtLeast, changed: Mapping[Place, int]) -> int:
        """Return by how much a relation is missed more than by the true counts: 0 when it holds as before."""
        if isinstance(relation, Sum):
            return sum(changed.get(place, 0) for place in relation.members) - changed.get(relation.total, 0)
        true = sum(self._counts[place] for place in relation.larger) - self._counts[relation.smaller]
        moved = sum(changed.get(place, 0) for place in relation.larger) - changed.get(relation.smaller, 0)
        return min(true + moved - min(true, 0), 0)

    def _repairs(self, relation: Sum | AtLeast, changed: Mapping[Place, int]) -> Iterable[tuple[Place, int]]:
        """Yield the single changes that bring a broken relation nearer to what it was."""
        by = -1 if self._missed(relation, changed) > 0 else 1
        if isinstance(relation, Sum):
            yield from ((place, by) for place in relation.members)
            yield relation.total, -by
        else:
            yield from ((place, 1) for place in relation.larger)
            yield relation.smaller, -1
