"""Every check: the invented knowledge base passes it, and one edit fails it at a known place, with the value seen and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from crskb.knowledge.checks import CHECKS, check, name_of
from crskb.knowledge.load import load
from tests.conftest import KB

EXAMPLUMAB = "drugs/examplumab.yaml"
TRIAL = "sources/example-trial.yaml"
REVIEW = "sources/example-review.yaml"
CODES = "product_codes.csv"
LABEL = "sources/us-pi-exemplia.yaml"
CLASSES, REGIMENS = "vocabularies/drug_class.yaml", "regimens.yaml"
CRITERIA = "clinical/grading_criteria.yaml"
TIERS = "vocabularies/relative_risk.yaml"
MOCKIZUMAB = "drugs/mockizumab.yaml"
SET_ID = "set_id: 00000000-1111-2222-3333-444444444444"

# (check, file, text to replace, replacement, where the problem points, what the message says);
# the place is a bit of the edited file with | before the character that the problem points at, after FILE:: if it is another file
FAILING = [
    ("file-name-is-slug", EXAMPLUMAB, "name: examplumab\n", "name: otherumab\n", "name: |otherumab", "otherumab stands in examplumab.yaml"),
    ("file-name-is-slug", TRIAL, None, "sources/Example Unused.yaml", "sources/Example Unused.yaml::|title", "Example Unused.yaml is not a slug"),
    ("ids-never-reused", EXAMPLUMAB, "[exemplumab-old]", "[nebulumab]", "former_ids: [|nebulumab", "nebulumab is an id of nebulumab"),
    ("ids-never-reused", "drugs/nebulumab.yaml", "reviewed_on", "former_ids: [exemplumab-old]\nreviewed_on", "former_ids: [|exemplumab-old", "exemplumab-old is an id of examplumab"),
    ("ids-never-reused", EXAMPLUMAB, "[exemplumab-old]", "[examplumab]", "former_ids: [|examplumab", "examplumab is an id of examplumab"),
    ("dates-not-in-future", EXAMPLUMAB, "reviewed_on: 2026-01-02", "reviewed_on: 2999-01-01", "reviewed_on: |2999", "2999-01-01 lies in the future"),
    ("dates-not-in-future", TRIAL, "date: 2024-05", "date: 2999", "date: |2999", "2999 lies in the future"),
    ("dates-not-in-future", EXAMPLUMAB, "rems: current", "rems: current, rems_date: 2999-01", "rems_date: |2999", "2999-01 lies in the future"),
    ("dates-not-in-future", "changes.yaml", "2026-01-03", "2999-01-03", "date: |2999", "2999-01-03 lies in the future"),
    ("approved-drugs-have-regulatory-rows", "drugs/nebulumab.yaml", "status: discontinued", "status: approved", "status: |approved", "no approval stands under regulatory"),
    ("modality-agrees-with-flag", "drugs/nebulumab.yaml", "t_cell_engaging: false", "t_cell_engaging: true", "t_cell_engaging: |true", "true, but the modality is monoclonal_antibody"),
    ("modality-agrees-with-flag", EXAMPLUMAB, "t_cell_engaging: true", "t_cell_engaging: false", "t_cell_engaging: |false", "false, but the modality is bispecific_t_cell_engager"),
    ("vocabularies-complete", TIERS, "rank: 5", "rank: 6", "rank: |6", "rank 6 where 5 is due"),
    ("vocabularies-complete", "vocabularies/evidence_kind.yaml", "rank: 1\n", "rank: 99\n", "rank: |99", "is due"),
    ("vocabularies-complete", TIERS, "otherwise: true", "otherwise: false", "- |id: not_quantified", "does not apply to whatever is left"),
    ("class-words-unique", CLASSES, "words: [CAR-T, ", "words: [CAR-T, ibite, ", "|ibite", "'ibite' is a word for engager too"),
    ("class-words-unique", CLASSES, "words: [CAR-T, ", "words: ['-', ", "|'-'", "'-' has no letter or digit"),
    ("classes-nested", CLASSES, "words: [T-cell engager]", "parent: engager, words: [T-cell engager]", "parent: |engager, words: [T-cell", "invented-engaging stands within itself"),
    ("classes-nested", CLASSES, "parent: engager, target: BCMA", "target: BCMA", "target: |BCMA", "a target, but no wider class"),
    ("atc-groups-sourced", CLASSES, ", source: example-register, locator: group L04AC", "", "atc_groups: |[L04AC", "names no source"),
    ("regimen-names-unique", REGIMENS, "spellings: [rEX]", "spellings: [MCHOP21]", "spellings: [|MCHOP21", "'MCHOP21' is a name of M-CHOP too"),
    ("regimen-names-unique", REGIMENS, "spellings: [rEX]", "spellings: [EX-101]", "spellings: [|EX-101", "'EX-101' is a name of examplumab"),
    ("regimen-names-unique", REGIMENS, "spellings: [rEX]", "spellings: ['+']", "spellings: [|'+'", "'+' has no letter or digit"),
    ("regimen-members-known", REGIMENS, "members: [examplumab, mockizumab, nulliximab]", "members: [examplumap, mockizumab]", "members: [|examplumap", "'examplumap' is one letter from 'examplumab', a listed drug"),
    ("regimen-members-known", REGIMENS, "members: [examplumab, mockizumab, nulliximab]", "members: [nulliximab, nulliximab]", "[nulliximab, |nulliximab", "'nulliximab' stands here twice"),
    ("sources-exist", EXAMPLUMAB, "    source: example-trial\n    locator: abstract", "    source: example-trail\n    locator: abstract", "source: |example-trail", "no source example-trail"),
    ("sources-exist", EXAMPLUMAB, "also_in: [us-pi-exemplia]", "also_in: [us-pi-exemplar]", "also_in: [|us-pi", "no source us-pi-exemplar"),
    ("sources-exist", EXAMPLUMAB, "unii: example-register", "unii: ghost", "unii: |ghost", "no source ghost"),
    ("sources-exist", EXAMPLUMAB, "sources: [example-trial, us-pi", "sources: [ghost, us-pi", "sources: [|ghost", "no source ghost"),
    ("sources-exist", "reviewed.yaml", "sources: [us-pi-exemplia]", "sources: [ghost]", "sources: [|ghost", "no source ghost"),
    ("sources-usable", TRIAL, "date: 2024-05", "date: 2024-05\nretracted: 2025-01-01", "drugs/examplumab.yaml::source: |example-trial", "example-trial is retracted"),
    ("sources-usable", TRIAL, "date: 2024-05", "date: 2024-05\nsuperseded_by: example-review", "drugs/examplumab.yaml::source: |example-trial", "example-trial is superseded by example-review"),
    ("sources-usable", TRIAL, "date: 2024-05", "date: 2024-05\nsuperseded_by: ghost", "superseded_by: |ghost", "no source ghost"),
    ("sources-used", TRIAL, None, "sources/example-unused.yaml", "sources/example-unused.yaml::|title", "nothing cites example-unused"),
    ("sources-unique", REVIEW, "url: https://example.org/review", "doi: 10.5555/EXAMPLE.trial", "sources/example-trial.yaml::doi: |10", "10.5555/example.trial is the doi of example-review too"),
    ("sources-unique", REVIEW, "url: https://example.org/review", 'pmid: "1"', "sources/example-trial.yaml::pmid: |", "1 is the pmid of example-review too"),
    ("sources-unique", REVIEW, "url: https://example.org/review", "url: https://example.org/exemplia-pi", "sources/us-pi-exemplia.yaml::url: |https", "is the url of example-review too"),
    ("sources-unique", [REVIEW, LABEL], "seen_on", "pmcid: PMC1\nseen_on", "sources/us-pi-exemplia.yaml::pmcid: |PMC1", "PMC1 is the pmcid of example-review too"),
    ("sources-unique", [REVIEW, "sources/example-register.yaml"], "seen_on", f"{SET_ID}\nrevision: \"1/2025\"\nseen_on", "sources/example-review.yaml::set_id: |0000", "is the set id of example-register too"),
    ("sources-unique", [REVIEW, "sources/example-register.yaml"], "seen_on", f"{SET_ID}\ndate: 2025-07\nseen_on", "sources/example-review.yaml::set_id: |0000", "is the set id of example-register too"),
    ("sources-unique", [TRIAL, "sources/example-register.yaml"], "seen_on", f"{SET_ID}\nseen_on", "sources/example-trial.yaml::set_id: |0000", "no revision, date or copy read tells the two apart"),
    ("sources-linked", "sources/example-register.yaml", "url: https://example.org/register\n", "", "|title", "nothing leads to the document"),
    ("sources-linked", "sources/example-register.yaml", "example.org", "10.0.0.1", "url: |http", "is not a lasting address"),
    ("sources-linked", REVIEW, "https://example.net/copy", '"http://[::1]/copy"', 'url: |"http://[', "is not a lasting address"),
    ("terms-exist", EXAMPLUMAB, "drug_class: engager", "drug_class: engagers", "drug_class: |engagers", "no drug_class engagers"),
    ("terms-exist", EXAMPLUMAB, "grading_scale: astct-2019", "grading_scale: astct-2109", "grading_scale: |astct-2109", "no grading_scale astct-2109"),
    ("terms-exist", EXAMPLUMAB, "{kind: review_listing", "{kind: hearsay", "kind: |hearsay", "no evidence_kind hearsay"),
    ("terms-exist", EXAMPLUMAB, "regions: [US, EU]", "regions: [US, QQ]", "US, |QQ", "no region QQ"),
    ("terms-exist", EXAMPLUMAB, "relative_risk: highest", "relative_risk: extreme", "relative_risk: |extreme", "no relative_risk extreme"),
    ("terms-exist", EXAMPLUMAB, "route: subcutaneous", "route: IV", "route: |IV", "no route IV"),
    ("terms-exist", EXAMPLUMAB, "route: subcutaneous", "route: intravenous (Exemplia); by mouth", "route: |intravenous", "no route by mouth"),
    ("terms-exist", LABEL, "jurisdiction: US", "jurisdiction: GB", "jurisdiction: |GB", "no region GB"),
    ("terms-exist", "clinical/grading_criteria.yaml", "scale: lee-2014", "scale: Lee 2014", "scale: |Lee", "no grading_scale Lee 2014"),
    ("terms-exist", "clinical/management.yaml", "topic: supportive", "topic: support", "topic: |support", "no management_topic support"),
    ("terms-exist", TIERS, "[uncommon, rare, very_rare]", "[uncommon, rumoured]", "uncommon, |rumoured", "no frequency rumoured"),
    ("terms-exist", EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in_drug: ghostumab\n    prophylaxis: prophylactic", "counted_in_drug: |ghostumab", "no drug ghostumab"),
    ("terms-exist", "clinical/symptoms.yaml", "organ_system", "drug: examplumap, organ_system", "drug: |examplumap", "no drug examplumap"),
    ("terms-exist", "changes.yaml", "drug: fictocabtagene-imaginaleucel", "drug: ghostumab", "drug: |ghostumab", "no drug ghostumab"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: ÉX 101", "name: |ÉX", "'ÉX 101' is a name of examplumab too"),
    ("names-unique", EXAMPLUMAB, "{name: EX-101", "{name: mockira", "name: |mockira", "'mockira' is a name of mockizumab too"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: CALMRA", "clinical/treatments.yaml::name: |Calmra", "'Calmra' is a name of mockizumab too"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", "{name: Mockizumab", "name: |Mockizumab", "stands here twice"),
    ("names-unique", "drugs/mockizumab.yaml", "{name: Mockira", '{name: "--"', "name: |\"--", "has no letter or digit"),
    ("names-unique", "drugs/pseudoglobulin-rabbit.yaml", "{name: PSG, kind: abbreviation, shared: true}", "{name: PSG, kind: abbreviation}", "name: |PSG", "'PSG' is a name of pseudoglobulin (equine) too"),
    ("names-unique", "drugs/mockizumab.yaml", "regions: [US]}", "regions: [US], shared: true}", "name: |Mockira", "is shared with no other drug"),
    ("names-apart", "drugs/mockizumab.yaml", "{name: Mockira", "{name: Exempla", "drugs/mockizumab.yaml::name: |Exempla", "is one letter from"),
    ("identifiers-sourced", EXAMPLUMAB, "unii: example-register}", "ncit: example-register}", "unii: |EX0", "the unii code names no source"),
    ("identifiers-sourced", EXAMPLUMAB, "  unii: EX0MP1LUM0\n", "", "unii: |example-register", "a source for unii, but no such code"),
    ("counts-within-treated", EXAMPLUMAB, "n_any_grade: 119", "n_any_grade: 166", "n_any_grade: |166", "166 of 165 treated"),
    ("counts-within-treated", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 120\n", "n_grade3plus: |120", "120, but only 119 had CRS of any grade"),
    ("counts-within-treated", EXAMPLUMAB, "pct_any_grade: 70", "n_fatal: 201", "n_fatal: |201", "201 of 200 treated"),
    ("percentages-agree", EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 71.2", "pct_any_grade: |71.2", "71.2%, but 119 of 165 is 72.1%"),
    ("percentages-agree", EXAMPLUMAB, "pct_any_grade: 70\n", "pct_any_grade: 70\n    n_any_grade: 138\n", "pct_any_grade: |70\n", "70%, but 138 of 200 is 69.0%"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_recurrent: 50\n    pct_recurrent: 33.3", "pct_recurrent: |33.3", "33.3%, but 50 of 165 is 30.3%"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_resolved: 118\n    pct_resolved: 71.5", "pct_resolved: |71.5", "71.5%, but 118 of 119 is 99.2%"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_tocilizumab: 50\n    pct_tocilizumab: 30.3\n    pct_tocilizumab_of: crs", "pct_tocilizumab: |30.3", "30.3%, but 50 of 119 is 42.0%"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_corticosteroid: 50\n    pct_corticosteroid: 42\n    pct_corticosteroid_of: treated", "pct_corticosteroid: |42", "42%, but 50 of 165 is 30.3%"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_grade1_2: 117\n", "n_any_grade: |119", "119, but grades 1 to 2 and 3 or higher make 118"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_fatal: 2\n", "n_fatal: |2", "2 above grade 3 or higher (1)"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_grade1: 100\n    n_grade2: 17\n", "n_any_grade: |119", "119, but grades 1 to 2 and 3 or higher make 118"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n    pct_grade3plus: 0.6", "n_grade1_2: 117\n    n_grade3: 1\n    n_grade4: 0", "n_any_grade: |119", "119, but grades 1 to 2 and 3 or higher make 118"),
    ("grades-add-up", EXAMPLUMAB, "pct_grade3plus: 0.6", "pct_grade3plus: 0.6\n    pct_grade1_2: 69", "pct_any_grade: |72.1", "72.1, but grades 1 to 2 and 3 or higher make 69.6"),
    ("grades-add-up", EXAMPLUMAB, "pct_grade3plus: 0.6", "pct_grade3plus: 0.6\n    pct_grade3_4: 2.2", "pct_grade3_4: |2.2", "2.2 above grade 3 or higher (0.6)"),
    ("spans-ordered", EXAMPLUMAB, "[1, 6]", "[6, 1]", "onset_range_days: |[6", "6 to 1"),
    ("spans-ordered", EXAMPLUMAB, "pct_recurrent: 33.3", "duration_iqr_days: [3, 1]", "duration_iqr_days: |[3", "3 to 1"),
    ("spans-ordered", EXAMPLUMAB, "onset_median_days: 2", "onset_median_days: 9", "onset_median_days: |9", "median 9 outside 1 to 6"),
    ("spans-ordered", EXAMPLUMAB, "duration_median_days: 2", "duration_median_hours: 2\n    duration_range_hours: [3, 9]", "duration_median_hours: |2", "median 2 outside 3 to 9"),
    ("cohorts-unique", EXAMPLUMAB, "cohort: EXAMPLE-1, all doses", "cohort: EXAMPLE-1, recommended dose", "source: example-trial\n    locator: abstract\n    also_in: [us-pi-exemplia]\n  - cohort: |EXAMPLE", "again"),
    ("cohorts-unique", EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in: EXAMPLE-9\n    prophylaxis: prophylactic", "counted_in: |EXAMPLE-9", "no other cohort 'EXAMPLE-9'"),
    ("cohorts-unique", EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in: EXAMPLE-1, all doses\n    prophylaxis: prophylactic", "counted_in: |EXAMPLE-1", "no other cohort 'EXAMPLE-1, all doses'"),
    ("patients-counted-once", EXAMPLUMAB, "n_treated: 200", "n_treated: 165", "nct: NCT00000001}\n    n_treated: |165", "165 treated looks like cohort 'EXAMPLE-1, recommended dose'"),
    ("patients-counted-once", "drugs/fictocabtagene-imaginaleucel.yaml", "n_treated: 50, n_any_grade: 45, pct_any_grade: 90, n_grade3plus: 10, pct_grade3plus: 20, grading_scale: lee-2014, source: us-pi-exemplia", "n_treated: 165, n_any_grade: 119, pct_any_grade: 72.1, n_grade3plus: 1, pct_grade3plus: 0.6, grading_scale: lee-2014, source: example-trial", "n_treated: |165", "165 treated looks like examplumab, cohort 'EXAMPLE-1, recommended dose'"),
    ("one-headline", EXAMPLUMAB, "    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    n_treated: 200", "    study_design: prospective\n    headline: true\n    n_treated: 200", "headline: |true\n    n_treated", "a second headline"),
    ("one-headline", EXAMPLUMAB, "    headline: true\n", "", "- |cohort: EXAMPLE-1, recommended", "no row is the headline"),
    ("headline-suits", EXAMPLUMAB, "    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    population", "    study_design: registry\n    population", "headline: |true", "a registry cohort cannot be the headline"),
    ("headline-suits", EXAMPLUMAB, "    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    population", "    study_design: retrospective\n    population", "headline: |true", "a retrospective cohort cannot be the headline"),
    ("headline-suits", EXAMPLUMAB, "population: adult", "prophylaxis: tested", "headline: |true", "a cohort under prophylaxis cannot be the headline"),
    ("headline-suits", EXAMPLUMAB, "population: adult", "class_level: true", "headline: |true", "a class of medicines cannot be the headline"),
    ("headline-suits", "drugs/fictocabtagene-imaginaleucel.yaml", ", n_any_grade: 45, pct_any_grade: 90, n_grade3plus: 10, pct_grade3plus: 20", "", "headline: |true", "the headline has no rate"),
    ("one-headline", "drugs/fictocabtagene-imaginaleucel.yaml", "headline: true, ", "labelled_use: false, ", "- |{cohort: FICTION", "no row is the headline"),
    ("headline-suits", EXAMPLUMAB, "    source: example-trial\n    locator: abstract", "    superseded_on: 2025\n    source: example-trial\n    locator: abstract", "headline: |true", "a superseded cohort cannot be the headline"),
    ("headline-suits", EXAMPLUMAB, "    source: example-trial\n    locator: abstract", "    superseded_by: a later label\n    source: example-trial\n    locator: abstract", "headline: |true", "a superseded cohort cannot be the headline"),
    ("headline-of-labelled-use", EXAMPLUMAB, "    labelled_use: true\n", "", "headline: |true", "labelled_use is not given, but the drug has a label"),
    ("headline-of-labelled-use", EXAMPLUMAB, "labelled_use: true", "labelled_use: false", "headline: |true", "labelled_use is false, but the drug has a label"),
    ("headline-not-milder", EXAMPLUMAB, "n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab", "n_treated: 165\n    pct_grade3: 2\n    n_grade4: 0\n    counted_in: EXAMPLE-1, recommended dose", "headline: |true", "grade 3 or higher in 0.6%, but in 2% of the same patients in 'EXAMPLE-1, all doses'"),
    ("headline-not-milder", EXAMPLUMAB, "pct_recurrent: 33.3\n    source: example-trial\n    locator: abstract\n    also_in: [us-pi-exemplia]\n  - cohort: EXAMPLE-1, all doses\n    study_design: prospective\n    trial: {name: EXAMPLE-1, nct: NCT00000001}\n    n_treated: 200", "counted_in: EXAMPLE-1, all doses\n    source: example-trial\n  - cohort: EXAMPLE-1, all doses\n    study_design: prospective\n    pct_grade3plus: 3\n    n_treated: 165", "headline: |true", "in 3% of the same patients"),
    ("headline-sourced", TRIAL, 'doi: 10.5555/example.trial\npmid: "1"', "copy_read: {publisher: A mirror, url: https://example.net/trial}", "drugs/examplumab.yaml::source: |example-trial\n    locator", "example-trial has no id and no address of its own"),
    ("summary-figures", EXAMPLUMAB, "in about seven of ten patients", "in 73% of patients", "summary: |Invented", "73% is not a figure of this file"),
    ("summary-figures", EXAMPLUMAB, "in about seven of ten patients", "in 72.2 % of patients", "summary: |Invented", "72.2% is not a figure of this file"),
    ("past-text-marked", EXAMPLUMAB, "0.1 then 1 mg/kg", "The superseded schedule", "detail: |The", "says that it is past"),
    ("past-text-marked", EXAMPLUMAB, "cohort: EXAMPLE-1, all doses", "cohort: EXAMPLE-1, Older text", "cohort: |EXAMPLE-1, Older", "says that it is past"),
    ("past-text-marked", EXAMPLUMAB, "mitigation:", "dose_schedule:\n  - {region: US, step: step_up_1, dose: 1 mg, note: Before June 2025., source: us-pi-exemplia}\nmitigation:", "note: |Before", "says that it is past"),
    ("rems-dated", EXAMPLUMAB, ", rems_seen_on: 2025-07", "", "rems: |current", "not when that was last seen"),
    ("doses-agree", EXAMPLUMAB, "mitigation:", "dose_schedule:\n  - {region: US, step: step_up_1, dose: 1 mg, n_treated: 10, n_crs: 4, pct_crs: 41, source: us-pi-exemplia}\nmitigation:", "pct_crs: |41", "41%, but 4 of 10 is 40.0%"),
    ("doses-agree", EXAMPLUMAB, "mitigation:", "dose_schedule:\n  - {region: US, step: step_up_1, dose: 1 mg, n_treated: 10, n_crs: 11, source: us-pi-exemplia}\nmitigation:", "n_crs: |11", "11 of 10 treated"),
    ("sources-followed", "sources/example-register.yaml", "url: https://example.org/register", "copy_read: {publisher: A library}", "drugs/examplumab.yaml::2024-09, source: |example-register", "nothing else bears this"),
    ("sources-followed", "sources/example-register.yaml", "url: https://example.org/register", "copy_read: {publisher: A library}", "drugs/examplumab.yaml::atc: |example-register", "nothing else bears this"),
    ("sources-followed", LABEL, "url: https://example.org/exemplia-pi", "copy_read: {publisher: A library}", "reviewed.yaml::sources: [|us-pi-exemplia", "nothing else bears this"),
    ("source-kind-read", LABEL, "publisher: Example Pharma", "publisher: Example News", "kind: |label", "label, but what was read is 'Example News'"),
    ("source-kind-read", LABEL, "US prescribing information", "an advertisement of the label", "kind: |label", "what was read is 'Exemplia, an advertisement"),
    ("source-kind-read", TRIAL, "date: 2024-05", "date: 2024-05\ncopy_read: {publisher: 'A press release', url: https://example.net/p}", "kind: |trial_publication", "what was read is 'A press release'"),
    ("relative-risk-agrees", EXAMPLUMAB, "relative_risk: highest", "relative_risk: low", "relative_risk: |low", "low, but the rule makes it highest"),
    ("drugs-linked-with-crs", "drugs/nebulumab.yaml", "evidence:\n  - {kind: review_listing, statement: Listed as a cause of CRS., source: example-review}\n", "", "name: |nebulumab", "no row links nebulumab with CRS"),
    ("patient-advice", "clinical/patient_advice.yaml", "advice: Stay near the centre for two weeks.", "advice: With a fever stay at home.", "advice: |With a fever", "speaks of 'fever' and of 'home' in one"),
    ("patient-advice", "clinical/patient_advice.yaml", "topic: proximity", "topic: Home care, applies_to: a temperature of 38", "advice: |Stay near", "speaks of 'temperature' and of 'Home' in one"),
    ("patient-advice", "clinical/symptoms.yaml", "organ_system: constitutional", "advice: Rest at home.", "advice: |Rest at home", "speaks of 'fever' and of 'home' in one"),
    ("patient-advice", "clinical/symptoms.yaml", "symptom: confusion, severity: emergency, advice: seek care at once", "symptom: 38 °C, severity: mild, advice: Drink well., note: At home.", "advice: |Drink well", "speaks of '38 °C' and of 'home' in one"),
    ("criteria-rise", CRITERIA, "pressure_enough: [one_vasopressor]", "pressure_enough: [low_no_vasopressor]", "vasopressors: one, oxygen: high flow, fever: needed, fever_treated_counts: true, pressure_enough: [|low", "low_no_vasopressor cannot make grade 3 first, since low_no_vasopressor makes grade 2"),
    ("criteria-rise", CRITERIA, "oxygen_enough: [low_flow]", "oxygen_enough: [positive_pressure]", "oxygen_enough: [|high_flow]", "high_flow cannot make grade 3 first, since positive_pressure makes grade 2"),
    ("criteria-rise", CRITERIA, "pressure_enough: [one_vasopressor]", "pressure_enough: [one_vasopressor], pressure_may: [several_vasopressors, one_vasopressor]", "pressure_may: [several_vasopressors, |one", "one_vasopressor makes grade 3, so it cannot be in doubt at grade 3"),
    ("criteria-told", CRITERIA, "not_asked: [organ_toxicity]", "not_asked: [care]", "not_asked: [|care", "care is not written in this criterion"),
    ("grades-told", "clinical/management.yaml", "grade: 3, ", "grade: 2, ", "- {guideline: |Example guideline 2024, grade: 4", "Example guideline 2024 has no row for grade 3"),
    ("guidelines-described", "clinical/management.yaml", "guideline: Example guideline 2024, grade: 2", "guideline: Example guideline 2014, grade: 2", "- {guideline: |Example guideline 2014", "no guideline of the name 'Example guideline 2014'"),
    ("guidelines-described", "clinical/guidelines.yaml", "name: Advice for everybody", "name: Advice for nobody", "name: |Advice for nobody", "no row of management.yaml is of 'Advice for nobody'"),
    ("dose-rules-apart", "clinical/treatments.yaml", "from_kg: 40", "from_kg: 50", "- |{region: US, from_kg: 50", "US: one rule has its end at 40 kg, the next its start at 50 kg"),
    ("dose-rules-apart", "clinical/treatments.yaml", "from_kg: 40, ", "", "- |{region: US, mg_per_kg: 6", "the next its start at no start"),
    ("dose-rules-printed", "clinical/treatments.yaml", "mg_per_kg: 10", "mg_per_kg: 11", "mg_per_kg: |11", "11 mg/kg does not stand in the dose as printed"),
    ("dose-rules-printed", "clinical/treatments.yaml", "mg_per_kg: 6, max_mg: 300", "mg_per_kg: 6, max_mg: 30", "max_mg: |30,", "30 mg does not stand in the dose as printed"),
    ("dose-rules-printed", "clinical/treatments.yaml", "mg_per_kg: 6, max_mg: 300", "mg_per_kg: 6, max_mg: 6", "max_mg: |6,", "6 mg does not stand in the dose as printed"),
    ("accepted-warnings-given", "drugs/nebulumab.yaml", "reviewed_on", "accepted_warnings:\n  - {check: names-apart, about: [nebulumab], reason: It is right.}\nreviewed_on", "- |{check", "names-apart does not warn of 'nebulumab' here"),
    ("accepted-warnings-given", "drugs/nebulumab.yaml", "reviewed_on", "accepted_warnings:\n  - {check: drugs-linked-with-crs, about: [nebulumab], reason: No.}\nreviewed_on", "- |{check", "drugs-linked-with-crs does not warn of 'nebulumab' here"),
    ("product-codes-of-drugs", CODES, "mockizumab,hcpcs,Q9902", "mokizumab,hcpcs,Q9902", "|mokizumab", "no drug mokizumab"),
    ("product-codes-unique", CODES, "mockizumab,hcpcs,Q9902", "mockizumab,hcpcs,J9901", "mockizumab,hcpcs,|J9901", "J9901 is a code of examplumab too"),
    ("product-codes-unique", CODES, "mockizumab,hcpcs,Q9902", "mockizumab,hcpcs,J9901", "examplumab,hcpcs,|J9901", "J9901 is a code of mockizumab too"),
    ("product-codes-unique", CODES, "mockizumab,hcpcs,Q9902", "examplumab,hcpcs,J9901", "examplumab,hcpcs,|J9901,,Mockizumab", "J9901 stands here twice for examplumab"),
    ("product-codes-unique", CODES, "ndc,12345-679-01", "ndc,54321-0987-1", "ndc,|54321-0987-1", "54321-0987-1 is of the product of 54321-0987, which is examplumab"),
    ("product-codes-unique", CODES, "rabbit,rxnorm,9990102,IN,pseudoglobulin,yes", "rabbit,rxnorm,9990102,IN,pseudoglobulin,", "rabbit,rxnorm,|9990102", "9990102 is a code of pseudoglobulin-equine too"),
    ("product-codes-unique", CODES, "rabbit,rxnorm,9990102", "rabbit,rxnorm,9990103", "rabbit,rxnorm,9990103,IN,pseudoglobulin,|yes", "9990103 is shared with no other drug"),
    ("product-codes-unique", CODES, "rxnorm,9990101,SBD", "rxnorm,9999901,IN", "rxnorm,|9999901", "9999901 is the rxcui of examplumab already"),
]  # fmt: skip


# (check, file, text to replace, replacement): what stands near a failing sample and is right
PASSING = [
    ("file-name-is-slug", TRIAL, None, "sources/example-unused.yaml"),
    ("ids-never-reused", "drugs/nebulumab.yaml", "reviewed_on", "former_ids: [nebulumab-old]\nreviewed_on"),
    ("dates-not-in-future", EXAMPLUMAB, "reviewed_on: 2026-01-02", "reviewed_on: 2020-02-29"),
    ("approved-drugs-have-regulatory-rows", EXAMPLUMAB, "region: US, status: approved", "region: US, status: withdrawn"),
    ("sources-usable", REVIEW, None, "sources/example-unused.yaml"),
    ("sources-used", "clinical/background.yaml", "source: example-review", "source: example-register"),
    ("sources-unique", REVIEW, "url: https://example.org/review", "doi: 10.5555/example.trial.2"),
    ("sources-unique", [REVIEW, "sources/example-register.yaml"], "seen_on", f"{SET_ID}\nseen_on"),  # one has a copy that was read
    ("sources-unique", [LABEL, REVIEW], "seen_on", f"{SET_ID}\nseen_on"),  # one has a date, the other a copy
    ("sources-linked", "sources/example-register.yaml", "url: https://example.org/register", SET_ID),
    ("sources-linked", "sources/example-register.yaml", "url: https://example.org/register", "copy_read: {publisher: A library}"),
    ("terms-exist", EXAMPLUMAB, "route: subcutaneous", "route: intravenous (Exemplia); subcutaneous (Éxemplio, later)"),
    ("terms-exist", "clinical/symptoms.yaml", "organ_system", "drug: examplumab, organ_system"),
    ("names-unique", MOCKIZUMAB, "{name: Mockira", "{name: EX-102"),
    ("names-apart", MOCKIZUMAB, "{name: Mockira", "{name: Exemplarum"),
    ("names-apart", MOCKIZUMAB, "{name: Mockira", "{name: FIC18"),  # too short to compare
    ("names-apart", MOCKIZUMAB, "{name: Mockira, regions: [US]}", "{name: Exempla, regions: [US]}\naccepted_warnings:\n  - {check: names-apart, about: [Exempla, Exemplia], reason: Both are right.}"),
    ("accepted-warnings-given", MOCKIZUMAB, "{name: Mockira, regions: [US]}", "{name: Exempla, regions: [US]}\naccepted_warnings:\n  - {check: names-apart, about: [Exempla, Exemplia], reason: Both are right.}"),
    ("identifiers-sourced", EXAMPLUMAB, "  unii: EX0MP1LUM0\n  sources: {atc: example-register, rxcui: example-register, unii: example-register}", "  sources: {atc: example-register, rxcui: example-register}"),
    ("counts-within-treated", EXAMPLUMAB, "n_any_grade: 119", "n_any_grade: 165"),
    ("percentages-agree", EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 72"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_tocilizumab: 50\n    pct_tocilizumab: 42\n    pct_tocilizumab_of: crs"),
    ("percentages-agree", EXAMPLUMAB, "pct_recurrent: 33.3", "n_tocilizumab: 50\n    pct_tocilizumab: 12.3"),  # of whom is not said
    ("percentages-agree", EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 71.2\n    arithmetic_note: printed so"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_grade1_2: 118\n    n_fatal: 1\n"),
    ("grades-add-up", EXAMPLUMAB, "n_grade3plus: 1\n", "n_grade3plus: 1\n    n_grade1_2: 117\n    arithmetic_note: printed so\n"),
    ("grades-add-up", EXAMPLUMAB, "pct_grade3plus: 0.6", "pct_grade3plus: 0.6\n    pct_grade1_2: 70.1"),
    ("spans-ordered", EXAMPLUMAB, "onset_median_days: 2", "onset_median_days: 6"),
    ("cohorts-unique", EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in: EXAMPLE-1, recommended dose\n    prophylaxis: prophylactic"),
    ("patients-counted-once", EXAMPLUMAB, "n_treated: 200", "n_treated: 165\n    counted_in: EXAMPLE-1, recommended dose"),
    ("patients-counted-once", EXAMPLUMAB, "n_treated: 200", "n_treated: 165\n    counted_in_drug: nebulumab"),
    ("one-headline", EXAMPLUMAB, "    headline: true\n    headline_reason: figure at the approved dose\n    labelled_use: true\n    study_design: prospective", "    study_design: registry"),
    ("headline-suits", EXAMPLUMAB, "    study_design: prospective", "    study_design: pooled"),
    ("one-headline", "drugs/fictocabtagene-imaginaleucel.yaml", "headline: true, ", "superseded_by: a later label, "),
    ("headline-of-labelled-use", EXAMPLUMAB, "    labelled_use: true\n    study_design", "    labelled_use: true\n    note: As labelled.\n    study_design"),
    ("headline-of-labelled-use", "drugs/fictocabtagene-imaginaleucel.yaml", "headline: true", "headline: true, labelled_use: false"),  # no label anywhere
    ("headline-not-milder", EXAMPLUMAB, "n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab", "n_treated: 165\n    pct_grade3: 0.6\n    n_grade4: 0\n    counted_in: EXAMPLE-1, recommended dose"),
    ("headline-not-milder", EXAMPLUMAB, "n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab", "n_treated: 160\n    pct_grade3plus: 2\n    counted_in: EXAMPLE-1, recommended dose"),
    ("headline-not-milder", EXAMPLUMAB, "n_treated: 200\n    pct_any_grade: 70\n    prophylaxis: prophylactic placebolizumab", "n_treated: 165\n    pct_grade3plus: 2\n    superseded_on: 2024\n    counted_in: EXAMPLE-1, recommended dose"),
    ("headline-sourced", TRIAL, 'doi: 10.5555/example.trial\npmid: "1"', "url: https://example.org/trial"),
    ("summary-figures", EXAMPLUMAB, "in about seven of ten patients", "in 72.1% (72%) of patients, severe in 0.6 %"),
    ("past-text-marked", EXAMPLUMAB, "0.1 then 1 mg/kg, source", "The superseded schedule, superseded_on: 2025-06, source"),
    ("past-text-marked", EXAMPLUMAB, "0.1 then 1 mg/kg", "0.1 mg/kg before each of the other doses"),
    ("rems-dated", EXAMPLUMAB, "rems: current, rems_seen_on: 2025-07", "rems: removed"),
    ("doses-agree", EXAMPLUMAB, "mitigation:", "dose_schedule:\n  - {region: US, step: step_up_1, dose: 1 mg, n_treated: 11, n_crs: 4, pct_crs: 36, source: us-pi-exemplia}\nmitigation:"),
    ("sources-followed", TRIAL, 'doi: 10.5555/example.trial\npmid: "1"', "copy_read: {publisher: A mirror, url: https://example.net/trial}"),
    ("source-kind-read", LABEL, "kind: label\npublisher: Example Pharma", "kind: advertisement\npublisher: Example News"),
    ("drugs-linked-with-crs", "drugs/nebulumab.yaml", "kind: review_listing", "kind: case_report"),
    ("patient-advice", "clinical/patient_advice.yaml", "advice: Stay near the centre for two weeks.", "advice: With a fever call the treatment team at once."),
    ("patient-advice", "clinical/patient_advice.yaml", "advice: Stay near the centre for two weeks.", "advice: Have a caregiver at home."),
    ("patient-advice", "clinical/symptoms.yaml", "organ_system: constitutional", "note: Many patients are at home by then."),
    ("criteria-rise", CRITERIA, "pressure_may: [low_no_vasopressor]", "pressure_enough: [one_vasopressor, several_vasopressors], pressure_may: [low_no_vasopressor]"),
    ("criteria-told", CRITERIA, "not_asked: [organ_toxicity]", "not_asked: [organ_toxicity, summary]"),
    ("grades-told", "clinical/management.yaml", "- {guideline: Example guideline 2024, grade: 1", "- {guideline: Another without grades, topic: supportive, advice: fluids, source: example-review}\n- {guideline: Example guideline 2024, grade: 1"),
    ("guidelines-described", "clinical/guidelines.yaml", "id: everybody", "id: all"),
    ("dose-rules-apart", "clinical/treatments.yaml", "{region: US, from_kg: 40, ", "{region: EU, "),
    ("dose-rules-printed", "clinical/treatments.yaml", "at most 300 mg", "at most 300 mg a dose"),
    ("product-codes-of-drugs", CODES, "mockizumab,hcpcs,Q9902", "nebulumab,hcpcs,Q9902"),
    ("product-codes-unique", CODES, "mockizumab,hcpcs,Q9902", "nebulumab,hcpcs,Q9905"),
    ("product-codes-unique", CODES, "rabbit,rxnorm,9990102", "rabbit,rxnorm,9990102"),
]  # fmt: skip


def edit(kb: Path, file: str | list[str], old: str | None, new: str) -> None:
    if isinstance(file, list):
        for one in file:
            edit(kb, one, old, new)
        return
    if old is None:
        text = (kb / file).read_text().replace("example.trial", "example.unused").replace('pmid: "1"', 'pmid: "2"')
        (kb / new).write_text(text)
        return
    text = (kb / file).read_text()
    assert old in text, f"{old!r} is not in {file}"
    (kb / file).write_text(text.replace(old, new, 1))


def pointed_at(kb: Path, file: str, place: str) -> tuple[str, int, int]:
    """File, line and column of the | in `place`."""
    file, text = place.split("::") if "::" in place else (file, place)
    content = (kb / file).read_text()
    before = content[: content.index(text.replace("|", "")) + text.index("|")]
    return file, before.count("\n") + 1, len(before) - before.rfind("\n")


def test_the_invented_knowledge_base_passes_every_check() -> None:
    assert [str(problem) for problem in check(load(KB))] == []


@pytest.mark.parametrize(("name", "file", "old", "new", "place", "says"), FAILING)
def test_a_check_fails_at_its_place_with_the_value_and_a_remedy(
    kb: Path, name: str, file: str | list[str], old: str | None, new: str, place: str, says: str
) -> None:
    edit(kb, file, old, new)
    found = [problem for problem in check(load(kb)) if problem.check == name]
    assert found, [str(problem) for problem in check(load(kb))]
    expected = pointed_at(kb, file if isinstance(file, str) else file[0], place)
    assert any(
        (problem.path.removeprefix("kb/"), problem.line, problem.column) == expected and says in problem.message
        for problem in found
    ), [expected, *map(str, found)]
    assert all(problem.tip for problem in found)


@pytest.mark.parametrize(("name", "file", "old", "new"), PASSING)
def test_a_check_passes_what_is_right(kb: Path, name: str, file: str | list[str], old: str | None, new: str) -> None:
    edit(kb, file, old, new)
    assert [str(problem) for problem in check(load(kb)) if problem.check in (name, "shape", "yaml")] == []


def test_a_code_of_another_drug_is_refused(kb: Path) -> None:
    file = kb / "drugs" / "mockizumab.yaml"
    file.write_text(
        file.read_text().replace(
            "regulatory:", 'identifiers: {rxcui: "9999901", sources: {rxcui: example-register}}\nregulatory:'
        )
    )
    problems = [problem for problem in check(load(kb)) if problem.check == "identifiers-unique"]
    assert [(problem.line, problem.column, problem.message) for problem in problems] == [
        (11, 22, "9999901 is the rxcui of examplumab too")
    ]


def test_every_check_has_a_failing_sample_and_says_what_it_holds() -> None:
    assert {name_of(function) for function in CHECKS} - {case[0] for case in FAILING} == {
        "identifiers-unique"
    }  # has a test of its own above
    assert all(function.__doc__ for function in CHECKS)


def test_a_warning_that_is_accepted_of_one_name_is_given_of_another(kb: Path) -> None:
    names = "{name: Exempla, regions: [US]}\n  - {name: Exemplja, regions: [US]}\naccepted_warnings:\n"
    accepted = "  - {check: names-apart, about: [Exempla, Exemplia], reason: Both are right.}"
    edit(kb, MOCKIZUMAB, "{name: Mockira, regions: [US]}", names + accepted)
    messages = [problem.message for problem in check(load(kb))]
    assert messages == ["'Exemplja' is one letter from 'Exemplia' of examplumab"]


def test_an_error_cannot_be_accepted(kb: Path) -> None:
    accepted = "accepted_warnings:\n  - {check: file-name-is-slug, about: [otherumab], reason: No.}\nreviewed_on"
    edit(kb, MOCKIZUMAB, "name: mockizumab", "name: otherumab")
    edit(kb, MOCKIZUMAB, "reviewed_on", accepted)
    assert {(problem.check, problem.level) for problem in check(load(kb))} == {
        ("file-name-is-slug", "error"),
        ("accepted-warnings-given", "warning"),
    }


TWELVE = [
    # (text to replace, replacement, what is said of it and nothing else)
    ("summary: Invented BCMA x CD3 engager; CRS in about seven of ten patients, mostly grade 1.", "summary:", "2:9: yaml: summary has no value (it is needed: One or two sentences for a pharmacist: what it is, how often CRS, how severe)"),
    ("drug_class: engager", "drug_class: bispecific", "terms-exist: no drug_class bispecific (use one of engager, invented-car-t, invented-antibody,"),
    ("status: approved\nroute", "status: aproved\nroute", "shape: status is 'aproved' (use one of 'approved', 'investigational', 'discontinued' or 'withdrawn')"),
    ("route: subcutaneous", "route: IV", "terms-exist: no route IV (use one of intravenous, subcutaneous)"),
    ("{name: Exemplia, ", "{name: Mockira, ", "names-unique: 'Mockira' is a name of mockizumab too"),
    ("boxed_warning_crs: true", "boxed_warning_crs: yes", 'yaml: yes has several readings in YAML (write true, or "yes" in quotes if it is text)'),
    ("rems: current, rems", "remss: current, rems", "shape: unknown key regulatory.0.remss (did you mean rems?)"),
    ("{region: EU, status", "{region: GB, status", "terms-exist: no region GB"),
    ("pct_any_grade: 72.1", "pct_any_grade: 71.2", "percentages-agree: 71.2%, but 119 of 165 is 72.1%"),
    ("pct_grade3plus: 0.6", "pct_grade3plus: 0.9%", "shape: crs_incidence.0.pct_grade3plus is '0.9%' (write 0.9)"),
    ("duration_median_days: 2", "duration_median_days: 46,2", "shape: crs_incidence.0.duration_median_days is '46,2' (write 46.2)"),
    ("increases, effect: most events, source: example-trial", "increases, effect: most events, source: example-trail", "sources-exist: no source example-trail (did you mean example-trial?)"),
]  # fmt: skip


def test_a_file_with_twelve_mistakes_of_all_kinds_shows_twelve_problems_at_once(kb: Path) -> None:
    for old, new, _ in TWELVE:
        edit(kb, EXAMPLUMAB, old, new)
    said = [str(problem) for problem in check(load(kb)) if problem.path.endswith(EXAMPLUMAB)]
    assert [len([line for line in said if told in line]) for _, _, told in TWELVE] == [1] * 12, said
    assert len(said) == 12, said
    elsewhere = [str(problem) for problem in check(load(kb)) if not problem.path.endswith(EXAMPLUMAB)]
    assert [line.split(": ")[1] for line in elsewhere] == ["names-unique"], elsewhere  # the other file with the name


@pytest.mark.parametrize(("old", "new", "told"), TWELVE)
def test_each_of_the_mistakes_alone_is_one_problem_and_brings_no_other_with_it(
    kb: Path, old: str, new: str, told: str
) -> None:
    edit(kb, EXAMPLUMAB, old, new)
    said = [str(problem) for problem in check(load(kb)) if problem.path.endswith(EXAMPLUMAB)]
    assert len(said) == 1, said
    assert told in said[0]


# What stands around a mistake is not blamed for it: (file, text to replace, replacement), each one problem in all files.
NOT_BLAMED = [
    (EXAMPLUMAB, "headline: true", "headline: yes"),  # no row is the headline then
    (EXAMPLUMAB, "regulatory:", "regulatoy:"),  # approved, and no row says where
    (EXAMPLUMAB, "t_cell_engaging: true\n", "t_cell_engaging: on\n"),
    (EXAMPLUMAB, "modality: bispecific_t_cell_engager", "modality:"),
    (EXAMPLUMAB, "rxcui: example-register, ", "rxcui: , "),  # a code without a source
    (EXAMPLUMAB, 'rxcui: "9999901"', "rxcui: yes"),  # a source without a code
    (EXAMPLUMAB, "n_treated: 165", "n_treated: 165,0"),
    (EXAMPLUMAB, "    source: example-trial\n    locator", "    source:\n    locator"),
    (EXAMPLUMAB, "prophylaxis: prophylactic", "counted_in:\n    prophylaxis: prophylactic"),
    (EXAMPLUMAB, "n_treated: 200", "n_treated: 165\n    counted_in:"),  # the patients of the other cohort of the trial
    (EXAMPLUMAB, "pct_any_grade: 72.1", "pct_any_grade: 71.2\n    arithmetic_note: 5"),
    (EXAMPLUMAB, "summary: Invented", "summary: Invented: this"),
    ("drugs/fictocabtagene-imaginaleucel.yaml", "n_any_grade: 45, pct_any_grade: 90, n_grade3plus: 10, pct_grade3plus: 20", "pct_any_grade: 90%"),
    (EXAMPLUMAB, "regions: [US, EU]", "regions: [US, NO]"),
    (EXAMPLUMAB, "former_ids: [exemplumab-old]", "former_ids: [Old Id, exemplumab-old]"),
    (EXAMPLUMAB, "name: examplumab\n", "name:\n"),
    (EXAMPLUMAB, "cohort: EXAMPLE-1, recommended dose", "cohort:"),
    (EXAMPLUMAB, "crs_incidence:", "crs_incidence: 5\nx_incidence:"),
    (EXAMPLUMAB, "conflicts:", "conflicts: 5\nfactors:"),
    ("drugs/pseudoglobulin-rabbit.yaml", "{name: PSG, kind: abbreviation, shared: true}", "{name: PSG, kind: abbreviation, shared: yes}"),
    ("drugs/pseudoglobulin-rabbit.yaml", "- {name: PSG", "- PSG"),
    ("drugs/nebulumab.yaml", "{kind: review_listing,", "{kind: ,"),
    ("sources/example-register.yaml", "url: https", "url: 5https"),
    ("sources/example-register.yaml", "title: Register", "title: Register: of"),  # not YAML: three rows cite this source
    ("drugs/nebulumab.yaml", "summary: Invented", "summary: Invented: this"),
    ("drugs/fictocabtagene-imaginaleucel.yaml", "summary: Invented", "summary: Invented: this"),  # changes.yaml names this drug
    ("vocabularies/drug_class.yaml", "id: engager", "id: yes"),
    ("vocabularies/drug_class.yaml", "- {id: engager, name: Invented engager, definition: Binds a T cell and a target., parent: invented-engaging, words: [iBiTE, invented bispecific]}", "- engager"),
    (TIERS, "rank: 5", "rank: five"),
    ("vocabularies/evidence_kind.yaml", "rank: 1\n", "rank: first\n"),
    ("vocabularies/region.yaml", "- {id: US", "- {id: : US"),
    ("reviewed.yaml", "name: nulliximab", "name:"),
    ("clinical/treatments.yaml", "name: placebolizumab\n", "name: [placebolizumab]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new"), NOT_BLAMED)
def test_what_could_not_be_read_is_not_taken_for_missing(kb: Path, file: str, old: str, new: str) -> None:
    edit(kb, file, old, new)
    said = [str(problem) for problem in check(load(kb))]
    places = {line.split(": ")[0] for line in said}
    assert len(places) in (1, 2 if "_incidence" in new or "factors" in new else 1), said
    assert {line.split(": ")[1] for line in said} <= {"shape", "yaml"}, said


def test_a_cohort_whose_name_could_not_be_read_may_be_the_one_that_is_meant(kb: Path) -> None:
    edit(kb, EXAMPLUMAB, "cohort: EXAMPLE-1, recommended dose", "cohort: yes")
    edit(
        kb,
        EXAMPLUMAB,
        "prophylaxis: prophylactic",
        "counted_in: EXAMPLE-1, recommended dose\n    prophylaxis: prophylactic",
    )
    assert [problem.check for problem in check(load(kb))] == ["yaml"]


def test_two_cohorts_whose_figures_could_not_be_read_are_not_taken_for_one(kb: Path) -> None:
    rows = "".join(
        f"  - {{cohort: {name}, study_design: pooled, n_treated: 90, pct_any_grade: {pct}, source: example-review}}\n"
        for name, pct in (("A", "10%"), ("B", "20%"))
    )
    edit(kb, EXAMPLUMAB, "evidence:", rows + "evidence:")
    assert [problem.check for problem in check(load(kb))] == ["shape", "shape"]


def test_a_source_is_unused_unless_a_file_that_could_not_be_read_names_it(kb: Path) -> None:
    edit(kb, TRIAL, None, "sources/example-unused.yaml")
    edit(kb, EXAMPLUMAB, "summary: Invented", "summary: Invented: this")
    assert [problem.check for problem in check(load(kb))] == ["yaml", "sources-used"]
    edit(kb, EXAMPLUMAB, "source: example-trial", "source: example-unused")
    assert [problem.check for problem in check(load(kb))] == ["yaml"]


def test_other_commands_get_only_what_could_be_read_whole(kb: Path) -> None:
    edit(kb, EXAMPLUMAB, "headline: true", "headline: yes")
    edit(kb, TRIAL, "seen_on: 2026-01-02", "seen_on:")
    knowledge = load(kb)
    assert "examplumab" not in knowledge.drugs
    assert "example-trial" not in knowledge.sources
    assert {"examplumab", "example-trial"} <= knowledge.drug_ids | knowledge.source_ids


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("n_any_grade: 119", "n_any_grade: 1,190", "crs_incidence.0.n_any_grade is '1,190' (write 1190)"),
        ("n_any_grade: 119", "n_any_grade: 119.5", "is 119.5 (write a whole number, such as 46)"),
        ("n_any_grade: 119", 'n_any_grade: "119"', "is '119' (write 119)"),
        ("n_any_grade: 119", "n_any_grade: -1", "is -1 (write a number of at least 0)"),
        ("pct_any_grade: 72.1", "pct_any_grade: 1,234", "is '1,234' (write 1234 or 1.234)"),
        ("pct_any_grade: 72.1", "pct_any_grade: about 72", "is 'about 72' (write the number alone, such as 46.2)"),
        ("pct_any_grade: 72.1", "pct_any_grade: 721", "is 721 (write a number of at most 100)"),
        ("[1, 6]", "[1]", "is [1] (write the two values of the span: [1, 6])"),
        ("[1, 6]", "6", "is 6 (write a list: [one, two], or a line with a dash for each)"),
        ("cohort: EXAMPLE-1, all doses", "cohort: 5", "is 5 (write text, in quotes if it looks like a number or like true or false)"),
        ("{name: EXAMPLE-1, nct: NCT00000001}", "EXAMPLE-1", "trial is 'EXAMPLE-1' (write `key: value` pairs)"),
        ("reviewed_on: 2026-01-02", "reviewed_on: 2026-01", "is '2026-01' (write a whole date as YYYY-MM-DD)"),
        ("status: approved\nroute", "route", "status is missing (add it: Where the product stands; one of approved, investigational, discontinued, withdrawn)"),
        ("    source: example-trial\n    locator", "    source: Example Trial\n    locator", "is 'Example Trial' (write an id: lower-case words joined by hyphens)"),
        ("grading_scale: astct-2019", "grading_scale: ASTCT", "no grading_scale ASTCT (did you mean"),
        ("grading_scale: astct-2019", "grading_scale: hospital's own", "no grading_scale hospital's own (use one of astct-2019, lee-2014"),
        ("summary: Invented BCMA", f"summary: {'x' * 400} BCMA", "characters: write at most 400)"),
    ],
)  # fmt: skip
def test_the_remedy_shows_what_to_write(kb: Path, old: str, new: str, says: str) -> None:
    edit(kb, EXAMPLUMAB, old, new)
    assert any(says in str(problem) for problem in check(load(kb))), [*map(str, check(load(kb)))]


def test_all_problems_of_all_files_come_at_once_in_order(kb: Path) -> None:
    edit(kb, EXAMPLUMAB, "drug_class: engager", "drug_class: engagers")
    edit(kb, EXAMPLUMAB, "n_any_grade: 119", "n_any_grade: 166")
    edit(kb, "drugs/nebulumab.yaml", "status: discontinued", "status: dormant")
    problems = check(load(kb))
    assert [problem.path.rsplit("/", 1)[1] for problem in problems] == sorted(
        problem.path.rsplit("/", 1)[1] for problem in problems
    )
    assert {problem.check for problem in problems} >= {"shape", "terms-exist", "counts-within-treated"}


def test_a_drug_file_whose_ending_no_command_reads_is_refused_and_not_passed_over(kb: Path) -> None:
    (kb / "drugs" / "mockizumab.yaml").rename(kb / "drugs" / "mockizumab.YAML")
    assert "kb/drugs/mockizumab.YAML:1:1: stray-file" in "\n".join(map(str, check(load(kb))))


def test_the_list_of_other_medicines_cannot_go_missing_in_silence(kb: Path) -> None:
    (kb / "other_medicine_names.csv").unlink()
    assert [problem.check for problem in check(load(kb))] == ["other-names"]
    (kb / "other_medicine_names.csv").mkdir()
    assert [problem.check for problem in check(load(kb))] == ["other-names"]
