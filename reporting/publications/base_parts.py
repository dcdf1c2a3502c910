"""What a publication stores of contribution bases: bases, exceptions, and the heads of units' sheets."""

from __future__ import annotations

from reporting.publications.reader_part import ReaderPart

BASE_PARTS: dict[str, ReaderPart] = {
    "bases": ReaderPart(
        "publication_bases",
        "place division scheme wage_year level unit_id person_id identity base_method unit_method wage_source"
        " wage wage_kind average_wage floor cap sum_personal expected_base provisional_base applied_base"
        " tax_base verified_month trueup_due trueup_booked trueup_open status",
        """
            select row_number() over (
                    order by division collate "C", scheme collate "C", wage_year collate "C",
                        level collate "C", unit_id collate "C" nulls first, person_id collate "C" nulls first
                ),
                division, scheme, wage_year, level, unit_id, person_id, identity, base_method, unit_method,
                wage_source, wage, wage_kind, average_wage, floor, cap, sum_personal, expected_base,
                provisional_base, applied_base, tax_base, verified_month, trueup_due, trueup_booked,
                trueup_open, status
            from bases.bases where month = %(month)s
        """,
        ("bases.bases",),
    ),
    "base_exceptions": ReaderPart(
        "publication_base_exceptions",
        "place exception_id exception division scheme wage_year unit_id person_id first_month last_month"
        " months expected found amount due_on evidence",
        """
            select row_number() over (
                    order by division collate "C", scheme collate "C" nulls first, wage_year collate "C",
                        unit_id collate "C" nulls first, person_id collate "C" nulls first,
                        exception collate "C", expected collate "C" nulls first
                ),
                exception_id, exception, division, scheme, wage_year, unit_id, person_id, first_month,
                last_month, months, expected, found, amount, due_on, evidence
            from bases.base_exceptions where month = %(month)s
        """,
        ("bases.base_exceptions",),
    ),
    "base_units": ReaderPart(
        "publication_base_units",
        "unit_id wage_year division name tax_number wage_bill month_count employees declared_on",
        """
            select distinct on (b.unit_id, b.wage_year)
                b.unit_id, b.wage_year, b.division, e.employer_name, e.tax_number, d.wage_bill, d.month_count,
                d.employees, d.declared_on
            from bases.bases as b
            left join business_ledger.employers as e
                on e.employer_id = b.unit_id and e.valid_from_batch <= b.month
                and (e.valid_to_batch is null or e.valid_to_batch > b.month)
            left join bases.unit_declarations as d
                on d.month = b.month and d.unit_id = b.unit_id and d.wage_year = b.wage_year
            where b.month = %(month)s and b.level = 'unit'
            order by b.unit_id, b.wage_year, e.valid_from_batch desc, e.row_key
        """,
        ("bases.bases", "bases.unit_declarations", "business_ledger.employers"),
    ),
    "base_documents": ReaderPart(
        "publication_base_documents",
        "unit_id wage_year document_code division name_zh name_en due_on received_on",
        """
            select d.unit_id, d.wage_year, d.document_code, u.division, d.name_zh, d.name_en, d.due_on,
                d.received_on
            from bases.unit_documents as d
            inner join (
                select distinct unit_id, wage_year, division from bases.bases
                where month = %(month)s and level = 'unit'
            ) as u on u.unit_id = d.unit_id and u.wage_year = d.wage_year
            where d.month = %(month)s
        """,
        ("bases.bases", "bases.unit_documents"),
    ),
}
