"""One rate has one interval, with the same digits wherever it is printed."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from crskb.percent import interval, printed, rounded, share
from tests.conftest import KB, Client, _built


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (0.0, 0.0),
        (100.0, 100.0),
        (36.55, 36.6),  # the nearest binary number lies below the half
        (36.45, 36.5),  # and here above it
        (0.05, 0.1),
        (0.15, 0.2),
        (0.25, 0.3),  # a half in binary too; round() would take the even neighbour
        (2.5, 2.5),
        (99.95, 100.0),
        (61.054, 61.1),
        (43.2505, 43.3),
        (34.8499, 34.8),
        (0.647, 0.6),
        (0.0499, 0.049),  # not zero
        (0.0006, 0.0006),
    ],
)
def test_a_percentage_is_rounded_half_up_and_never_to_zero(value: float, expected: float) -> None:
    assert rounded(value) == expected


@given(st.floats(min_value=0, max_value=100, allow_subnormal=False))
def test_rounding_twice_is_rounding_once(value: float) -> None:
    once = rounded(value)
    assert rounded(once) == once
    assert (once == 0) == (value == 0)
    assert abs(once - value) <= 0.05 + 1e-9


@pytest.mark.parametrize(
    ("counted", "treated", "expected"),
    [(0, 7, 0.0), (7, 7, 100.0), (1, 16, 6.3), (3, 16, 18.8), (1, 3, 33.3), (731, 2000, 36.6), (1, 2000, 0.1), (1, 2100, 0.047)],
)  # fmt: skip
def test_a_share_is_counted_exactly_before_it_is_rounded(counted: int, treated: int, expected: float) -> None:
    assert share(counted, treated) == expected


@given(st.integers(1, 3000).flatmap(lambda treated: st.tuples(st.integers(0, treated), st.just(treated))))
def test_a_share_is_within_half_a_digit_of_the_fraction(pair: tuple[int, int]) -> None:
    assert abs(Fraction(str(share(*pair))) - Fraction(100 * pair[0], pair[1])) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (64.84, 78.4, "64.8 to 78.4%"),
        (0.0, 0.0, "0.0 to 0.0%"),
        (0.0066, 0.21, "<0.1 to 0.2%"),
        (0.0, 0.04, "0.0 to <0.1%"),
        (0.05, 100.0, "0.1 to 100.0%"),
        (36.55, 70, "36.6 to 70.0%"),
    ],
)
def test_an_interval_has_one_decimal_and_no_false_zero(low: float, high: float, expected: str) -> None:
    assert interval(low, high) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(72.1, "72.1%"), (70.0, "70%"), (0, "0%"), (100.0, "100%"), (0.04, "0.04%")]
)
def test_a_rate_is_printed_with_the_digits_that_it_has(value: float, expected: str) -> None:
    assert printed(value) == expected


# n of N whose bounds were printed in two ways when they were rounded twice, and a rate from a count that is a half
HARD = [("n_treated: 473\n    pct_any_grade: 57", "57%", "52.5 to 61.4%"), ("n_treated: 339\n    pct_any_grade: 1.5", "1.5%", "0.6 to 3.4%")]  # fmt: skip
HARD += [("n_treated: 16\n    n_any_grade: 1", "6.3%", "1.1 to 28.3%"), ("n_treated: 9000\n    n_any_grade: 1", "0.011%", "<0.1 to 0.1%")]  # fmt: skip


@pytest.mark.parametrize(("figures", "rate", "bounds"), HARD)
def test_page_list_api_csv_figure_and_table_give_one_rate_and_one_interval(
    tmp_path: Path, loop: asyncio.AbstractEventLoop, figures: str, rate: str, bounds: str
) -> None:
    data = Path(shutil.copytree(KB, tmp_path / "kb"))
    with (data / "drugs" / "nebulumab.yaml").open("a", encoding="utf-8") as file:
        row = "study_design: label\n    headline: true\n    headline_reason: the only one"
        file.write(f"crs_incidence:\n  - cohort: NEBULA\n    {row}\n    {figures}\n    source: example-trial\n")
    tier = "moderate" if float(bounds.split(" to ")[0].strip("<")) >= 1 else "low"
    tier = "high" if float(rate[:-1]) > 50 else tier
    text = (data / "drugs" / "nebulumab.yaml").read_text(encoding="utf-8")
    (data / "drugs" / "nebulumab.yaml").write_text(
        text.replace("relative_risk: not_quantified", f"relative_risk: {tier}"), encoding="utf-8"
    )
    site = Client(_built(data, tmp_path / "crskb.db"), loop)

    def said(path: str, chosen: str) -> str:
        element: Any = BeautifulSoup(site.get(path).text, "html.parser").select_one(chosen)
        return " ".join(element.get_text(" ").split())

    for path, chosen in (
        ("/drugs/nebulumab", ".figure-any dd"),
        ("/drugs/nebulumab", ".cohort"),
        ("/drugs/nebulumab", ".why"),
        ("/compare?status=all&class=invented-antibody&sort=any", "tbody tr .number"),
    ):
        shown = said(path, chosen)
        assert re.search(rf"(?<![\d.]){re.escape(rate)}", shown), (path, chosen, shown)
        assert re.search(rf"(?<![\d.<]){re.escape(bounds)}", shown), (path, chosen, shown)
    numbers = [
        site.get("/api/v1/drugs/nebulumab").json(),
        site.get("/api/v1/lookup?q=nebulumab").json()["matches"][0]["drug"],
        site.get("/crskb/drugs.json?id=nebulumab&_shape=array").json()[0],
        next(
            row
            for row in csv.DictReader(io.StringIO(site.get("/compare.csv?status=all").text))
            if row["id"] == "nebulumab"
        ),
    ]
    for found in numbers:
        assert printed(float(found["crs_any_grade_pct"])) == rate
        assert interval(float(found["crs_any_grade_low"]), float(found["crs_any_grade_high"])) == bounds
    ((low, high),) = {(float(found["crs_any_grade_low"]), float(found["crs_any_grade_high"])) for found in numbers}
    assert (rounded(low), rounded(high)) == (low, high)  # rounded before it is stored, so that nobody rounds again
    assert f">{rate} / not printed, n =" in site.get("/compare.svg?status=all").text
    listed = csv.DictReader(io.StringIO(site.post("/check", data={"medications": "nebulumab", "format": "csv"}).text))
    assert printed(float(next(listed)["crs_any_grade_pct"])) == rate


def test_the_sentence_and_the_figures_of_every_real_drug_agree(real_client: Client) -> None:
    rows = real_client.get("/crskb/drugs.json?_shape=array&_size=max").json()
    compared = 0
    for row in rows:
        told = re.findall(
            r"(any grade|grade 3 or higher) [^;.]*?(?:\(|of \d+ \()[^)]*?95% interval ([^)]*%)\)", row["why_this_tier"]
        )
        for outcome, shown in told:
            key = "crs_any_grade" if outcome == "any grade" else "crs_grade3plus"
            if row["risk_basis"] in ("class", "outside_label"):  # not the drug's own figure
                assert row[f"{key}_low"] is None
                continue
            assert shown == interval(row[f"{key}_low"], row[f"{key}_high"]), row["id"]
            compared += 1
    assert compared >= 30
