"""How far the tax bureau's vouchers agree with the ledgers, by the formulas of docs/quality.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.oracle.arrival import REVIEWED, Payers, _agency_side, _root, arrival_review
from tests.oracle.ledgers import ledgers_of
from tests.oracle.production import City, city_of
from tests.oracle.vouchers import VOUCHERS, current_vouchers

Rate = tuple[int, int]


def review_rates(city: City | Path, month: str) -> dict[tuple[str, str, str, str], Rate]:
    """Measure accuracy (vouchers matched ÷ reviewed) and the share of vouchers reviewed.

    Shape: (month, division, format, metric) -> (numerator, denominator), for the city and every county with
           vouchers, the share in all and by whether they were collected before the year of the month. A
           voucher is matched when its subject × scheme × month is.
    """
    city = city if isinstance(city, City) else city_of(Path(city))
    review = arrival_review(city, month)
    vouchers = {voucher.voucher_no: voucher for voucher in current_vouchers(city, month) or ()}
    ledgers = ledgers_of(city.batch(month))
    payers = Payers(ledgers, _agency_side(ledgers, month))
    every, matched = Counter(), Counter()
    for voucher in vouchers.values():
        root = _root(voucher, vouchers)
        if voucher.file_month != month or root.kind not in (*REVIEWED, "refund"):
            continue
        payer = payers.of(root)
        agrees = payer is not None and review[payer, root.scheme, root.month].status == "matched"
        metric = "earlier_years" if voucher.collected_on < f"{month[:4]}-01-01" else "this_year"
        for place in {root.division, city.site.city}:
            for name in ("accuracy", "arrival_review_rate", f"arrival_review_rate_{metric}"):
                every[month, place, VOUCHERS, name] += 1
                matched[month, place, VOUCHERS, name] += agrees
    return {key: (matched[key], every[key]) for key in every}
