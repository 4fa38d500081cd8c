-- Every table of crskb.db. Descriptions for readers stand in metadata.yml; a test holds the two together.
CREATE TABLE sources (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  publisher TEXT,
  authors TEXT,
  doi TEXT,
  pmid TEXT,
  pmcid TEXT,
  nct TEXT,
  set_id TEXT,
  url TEXT,
  link TEXT,
  jurisdiction TEXT,
  date TEXT,
  revision TEXT,
  seen_on TEXT NOT NULL,
  copy_publisher TEXT,
  copy_url TEXT,
  superseded_by TEXT REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
  retracted TEXT,
  reports TEXT,
  note TEXT
) STRICT;
CREATE TABLE vocabulary (
  vocabulary TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  rank INTEGER,
  links INTEGER CHECK (links IN (0, 1)),
  pct_min REAL,
  n_treated_min INTEGER,
  PRIMARY KEY (vocabulary, id)
) STRICT;
CREATE TABLE risk_tiers (
  id TEXT PRIMARY KEY,
  rank INTEGER NOT NULL UNIQUE CHECK (rank >= 1),
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  t_cell_engaging INTEGER NOT NULL CHECK (t_cell_engaging IN (0, 1)),
  grade3plus_low_pct_min REAL,
  any_grade_low_pct_min REAL,
  boxed_warning INTEGER NOT NULL CHECK (boxed_warning IN (0, 1)),
  label_frequency_in TEXT,
  label_warning INTEGER NOT NULL CHECK (label_warning IN (0, 1)),
  any_grade_low_pct_below REAL,
  n_treated_min INTEGER,
  otherwise INTEGER NOT NULL CHECK (otherwise IN (0, 1))
) STRICT;
CREATE TABLE drug_classes (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  parent TEXT REFERENCES drug_classes (id) DEFERRABLE INITIALLY DEFERRED,
  target TEXT,
  atc_groups TEXT,
  source_id TEXT REFERENCES sources (id),
  locator TEXT
) STRICT;
CREATE TABLE class_words (
  class_id TEXT NOT NULL REFERENCES drug_classes (id),
  position INTEGER NOT NULL CHECK (position >= 1),
  word TEXT NOT NULL,
  folded TEXT PRIMARY KEY
) STRICT;
CREATE TABLE grading_scales (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  published TEXT,
  intended_for TEXT,
  driven_by TEXT,
  organ_toxicity_counts INTEGER CHECK (organ_toxicity_counts IN (0, 1)),
  note TEXT,
  source_id TEXT REFERENCES sources (id),
  locator TEXT
) STRICT;
CREATE TABLE drugs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  brand_names TEXT,
  other_names TEXT,
  drug_class TEXT NOT NULL REFERENCES drug_classes (id),
  modality TEXT NOT NULL,
  targets TEXT,
  t_cell_engaging INTEGER NOT NULL CHECK (t_cell_engaging IN (0, 1)),
  t_cell_engaging_basis TEXT,
  relative_risk TEXT NOT NULL REFERENCES risk_tiers (id),
  relative_risk_rank INTEGER NOT NULL CHECK (relative_risk_rank >= 1),
  why_this_tier TEXT NOT NULL,
  risk_basis TEXT NOT NULL,
  caution TEXT,
  crs_frequency TEXT NOT NULL,
  crs_severe_frequency TEXT NOT NULL,
  fatal_cases TEXT NOT NULL CHECK (fatal_cases IN ('yes', 'none_reported', 'not_known')),
  strongest_evidence TEXT,
  crs_any_grade_pct REAL CHECK (crs_any_grade_pct BETWEEN 0 AND 100),
  crs_any_grade_low REAL CHECK (crs_any_grade_low BETWEEN 0 AND 100),
  crs_any_grade_high REAL CHECK (crs_any_grade_high BETWEEN 0 AND 100),
  crs_grade3plus_pct REAL CHECK (crs_grade3plus_pct BETWEEN 0 AND 100),
  crs_grade3plus_low REAL CHECK (crs_grade3plus_low BETWEEN 0 AND 100),
  crs_grade3plus_high REAL CHECK (crs_grade3plus_high BETWEEN 0 AND 100),
  onset_median_days REAL CHECK (onset_median_days >= 0),
  boxed_warning_crs INTEGER NOT NULL CHECK (boxed_warning_crs IN (0, 1)),
  status TEXT NOT NULL,
  status_note TEXT,
  route TEXT,
  atc_code TEXT,
  summary TEXT NOT NULL,
  reviewed_on TEXT NOT NULL,
  withdrawn_on TEXT,
  withdrawn_reason TEXT,
  CHECK (crs_any_grade_low <= crs_any_grade_high),
  CHECK (crs_grade3plus_low <= crs_grade3plus_high),
  CHECK ((withdrawn_on IS NULL) = (withdrawn_reason IS NULL))
) STRICT;
CREATE TABLE drug_names (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (
    kind IN ('inn', 'brand', 'us_suffix_name', 'biosimilar_brand', 'development_code', 'abbreviation', 'synonym', 'former_name', 'misspelling')
  ),
  region TEXT,
  note TEXT,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  folded TEXT NOT NULL CHECK (folded <> ''),
  PRIMARY KEY (drug_id, folded)
) STRICT;
CREATE INDEX drug_names_folded ON drug_names (folded);
CREATE TABLE former_ids (
  former_id TEXT PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id)
) STRICT;
CREATE TABLE identifiers (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  main INTEGER NOT NULL CHECK (main IN (0, 1)),
  source_id TEXT REFERENCES sources (id),
  PRIMARY KEY (drug_id, scheme, value)
) STRICT;
CREATE TABLE product_codes (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  system TEXT NOT NULL CHECK (system IN ('rxnorm', 'ndc', 'hcpcs', 'icd10pcs')),
  code TEXT NOT NULL CHECK (code <> ''),
  term_type TEXT,
  display TEXT,
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  valid_from TEXT,
  valid_to TEXT,
  replaced_by TEXT,
  source TEXT NOT NULL CHECK (source <> ''),
  PRIMARY KEY (drug_id, system, code),
  CHECK (valid_from <= valid_to)
) STRICT;
CREATE TABLE crs_incidence (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  cohort TEXT NOT NULL,
  headline INTEGER NOT NULL CHECK (headline IN (0, 1)),
  headline_reason TEXT,
  labelled_use INTEGER CHECK (labelled_use IN (0, 1)),
  study_design TEXT NOT NULL,
  trial_name TEXT,
  trial_nct TEXT,
  population TEXT,
  indication TEXT,
  dose TEXT,
  prophylaxis TEXT,
  other_agents TEXT,
  n_treated INTEGER CHECK (n_treated >= 0),
  n_any_grade INTEGER CHECK (n_any_grade BETWEEN 0 AND n_treated OR n_treated IS NULL),
  pct_any_grade REAL CHECK (pct_any_grade BETWEEN 0 AND 100),
  any_grade_low REAL,
  any_grade_high REAL,
  n_grade1 INTEGER,
  pct_grade1 REAL,
  n_grade2 INTEGER,
  pct_grade2 REAL,
  n_grade1_2 INTEGER,
  pct_grade1_2 REAL,
  n_grade3 INTEGER,
  pct_grade3 REAL,
  n_grade4 INTEGER,
  pct_grade4 REAL,
  n_grade3_4 INTEGER,
  pct_grade3_4 REAL,
  n_grade3plus INTEGER CHECK (n_grade3plus BETWEEN 0 AND n_treated OR n_treated IS NULL),
  pct_grade3plus REAL CHECK (pct_grade3plus BETWEEN 0 AND 100),
  n_severe INTEGER CHECK (n_severe BETWEEN 0 AND n_treated OR n_treated IS NULL),
  pct_severe REAL CHECK (pct_severe BETWEEN 0 AND 100),
  grade3plus_low REAL,
  grade3plus_high REAL,
  n_fatal INTEGER,
  pct_fatal REAL,
  fatal_note TEXT,
  grading_scale TEXT REFERENCES grading_scales (id),
  grading_note TEXT,
  onset_median_days REAL,
  onset_median_hours REAL,
  onset_min_days REAL,
  onset_max_days REAL,
  onset_min_hours REAL,
  onset_max_hours REAL,
  onset_iqr_low_days REAL,
  onset_iqr_high_days REAL,
  onset_note TEXT,
  duration_median_days REAL,
  duration_median_hours REAL,
  duration_min_days REAL,
  duration_max_days REAL,
  duration_min_hours REAL,
  duration_max_hours REAL,
  duration_iqr_low_days REAL,
  duration_iqr_high_days REAL,
  duration_note TEXT,
  n_tocilizumab INTEGER,
  pct_tocilizumab REAL,
  pct_tocilizumab_of TEXT,
  n_corticosteroid INTEGER,
  pct_corticosteroid REAL,
  pct_corticosteroid_of TEXT,
  n_recurrent INTEGER,
  pct_recurrent REAL,
  n_resolved INTEGER,
  pct_resolved REAL,
  other_figures TEXT,
  comparator TEXT,
  class_level INTEGER NOT NULL CHECK (class_level IN (0, 1)),
  counted_in TEXT,
  counted_in_drug TEXT REFERENCES drugs (id),
  arithmetic_note TEXT,
  note TEXT,
  superseded_on TEXT,
  superseded_by TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT,
  UNIQUE (drug_id, cohort),
  CHECK (any_grade_low <= any_grade_high),
  CHECK (grade3plus_low <= grade3plus_high)
) STRICT;
CREATE UNIQUE INDEX crs_incidence_headline ON crs_incidence (drug_id) WHERE headline = 1;
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  kind TEXT NOT NULL,
  statement TEXT NOT NULL,
  fatal INTEGER NOT NULL CHECK (fatal IN (0, 1)),
  region TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE INDEX evidence_drug ON evidence (drug_id);
CREATE TABLE regulatory (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  region TEXT NOT NULL,
  status TEXT NOT NULL,
  date TEXT,
  brand TEXT,
  indication TEXT,
  boxed_warning_crs INTEGER CHECK (boxed_warning_crs IN (0, 1)),
  label_warning_crs INTEGER CHECK (label_warning_crs IN (0, 1)),
  rems TEXT CHECK (rems IN ('current', 'removed', 'none')),
  rems_date TEXT,
  rems_seen_on TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE INDEX regulatory_drug ON regulatory (drug_id);
CREATE TABLE label_frequency (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  region TEXT NOT NULL,
  frequency TEXT NOT NULL,
  pooled_with TEXT,
  brand TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE INDEX label_frequency_drug ON label_frequency (drug_id);
CREATE TABLE dose_schedule (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  step TEXT NOT NULL,
  cycle INTEGER,
  day TEXT,
  dose TEXT NOT NULL,
  region TEXT,
  brand TEXT,
  indication TEXT,
  n_treated INTEGER CHECK (n_treated >= 0),
  n_crs INTEGER CHECK (n_crs BETWEEN 0 AND n_treated OR n_treated IS NULL),
  pct_crs REAL CHECK (pct_crs BETWEEN 0 AND 100),
  note TEXT,
  superseded_on TEXT,
  superseded_by TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE INDEX dose_schedule_drug ON dose_schedule (drug_id);
CREATE TABLE mitigations (
  id INTEGER PRIMARY KEY,
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  measure TEXT NOT NULL,
  detail TEXT NOT NULL,
  region TEXT,
  brand TEXT,
  indication TEXT,
  applies_to TEXT,
  place TEXT CHECK (place IN ('hospital', 'facility', 'near_facility', 'home')),
  hours INTEGER CHECK (hours >= 0),
  grade_min INTEGER CHECK (grade_min BETWEEN 1 AND 5),
  grade_max INTEGER CHECK (grade_max BETWEEN grade_min AND 5),
  superseded_on TEXT,
  superseded_by TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT,
  condition TEXT
) STRICT;
CREATE INDEX mitigations_drug ON mitigations (drug_id);
CREATE TABLE indications (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  position INTEGER NOT NULL,
  indication TEXT NOT NULL,
  PRIMARY KEY (drug_id, position)
) STRICT;
CREATE TABLE not_known (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  position INTEGER NOT NULL,
  question TEXT NOT NULL,
  PRIMARY KEY (drug_id, position)
) STRICT;
CREATE TABLE targets (
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  position INTEGER NOT NULL,
  target TEXT NOT NULL,
  PRIMARY KEY (drug_id, position)
) STRICT;
CREATE TABLE conflicts (
  id INTEGER PRIMARY KEY,
  drug_id TEXT REFERENCES drugs (id),
  statement TEXT NOT NULL,
  decision TEXT NOT NULL,
  sources TEXT
) STRICT;
CREATE INDEX conflicts_drug ON conflicts (drug_id);
CREATE TABLE grading_criteria (
  scale_id TEXT NOT NULL REFERENCES grading_scales (id),
  grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 5),
  summary TEXT NOT NULL,
  temperature TEXT,
  temperature_c_min REAL,
  hypotension TEXT,
  vasopressors TEXT,
  hypoxia TEXT,
  oxygen TEXT,
  organ_toxicity TEXT,
  care TEXT,
  ice_score TEXT,
  ice_score_min INTEGER,
  ice_score_max INTEGER,
  capd_score TEXT,
  consciousness TEXT,
  seizure TEXT,
  motor TEXT,
  raised_pressure TEXT,
  other TEXT,
  fever TEXT CHECK (fever IN ('enough', 'needed')),
  fever_treated_counts INTEGER CHECK (fever_treated_counts IN (0, 1)),
  pressure_enough TEXT,
  pressure_may TEXT,
  oxygen_enough TEXT,
  oxygen_may TEXT,
  not_asked TEXT,
  ice_age_years_min INTEGER,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT,
  PRIMARY KEY (scale_id, grade)
) STRICT;
CREATE TABLE grading_notes (
  id INTEGER PRIMARY KEY,
  scale_id TEXT NOT NULL REFERENCES grading_scales (id),
  note TEXT NOT NULL,
  shown_with TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE pressure_limits (
  id INTEGER PRIMARY KEY,
  population TEXT NOT NULL,
  age_years_min INTEGER NOT NULL,
  age_years_max INTEGER,
  systolic_mmhg INTEGER NOT NULL,
  systolic_mmhg_per_year INTEGER NOT NULL,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE grading_drivers (
  scale_id TEXT NOT NULL REFERENCES grading_scales (id),
  position INTEGER NOT NULL,
  driver TEXT NOT NULL,
  PRIMARY KEY (scale_id, position)
) STRICT;
CREATE TABLE score_items (
  id INTEGER PRIMARY KEY,
  score TEXT NOT NULL,
  scale_id TEXT NOT NULL REFERENCES grading_scales (id),
  item TEXT NOT NULL,
  how_asked TEXT,
  points INTEGER NOT NULL,
  scoring TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE symptoms (
  id INTEGER PRIMARY KEY,
  symptom TEXT NOT NULL,
  severity TEXT NOT NULL CHECK (severity IN ('mild', 'severe', 'emergency')),
  organ_system TEXT,
  pct REAL,
  cohort TEXT,
  drug_id TEXT REFERENCES drugs (id),
  advice TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE onset (
  id INTEGER PRIMARY KEY,
  drug_class TEXT REFERENCES drug_classes (id),
  cause TEXT,
  typical TEXT NOT NULL,
  cohort TEXT,
  n_treated INTEGER,
  onset_median_days REAL,
  onset_min_days REAL,
  onset_max_days REAL,
  duration_median_days REAL,
  duration_min_days REAL,
  duration_max_days REAL,
  figures TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE risk_factors (
  id INTEGER PRIMARY KEY,
  drug_id TEXT REFERENCES drugs (id),
  drug_class TEXT REFERENCES drug_classes (id),
  cause TEXT,
  factor TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('increases', 'decreases', 'no_association', 'varies')),
  endpoint TEXT,
  effect TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE INDEX risk_factors_drug ON risk_factors (drug_id);
CREATE TABLE differentials (
  id INTEGER PRIMARY KEY,
  condition TEXT NOT NULL,
  overlap TEXT,
  how_to_tell_apart TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE guidelines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('guideline', 'protocol', 'label', 'review', 'article')),
  drug_class TEXT REFERENCES drug_classes (id),
  drug_id TEXT REFERENCES drugs (id),
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE management (
  id INTEGER PRIMARY KEY,
  guideline TEXT NOT NULL,
  grade INTEGER CHECK (grade BETWEEN 1 AND 5),
  grading_scale TEXT REFERENCES grading_scales (id),
  topic TEXT NOT NULL,
  advice TEXT NOT NULL,
  population TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE treatments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  brand_names TEXT,
  other_names TEXT,
  treatment_class TEXT NOT NULL,
  summary TEXT NOT NULL,
  dose TEXT,
  atc_code TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE treatment_names (
  treatment_id TEXT NOT NULL REFERENCES treatments (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  region TEXT,
  folded TEXT NOT NULL,
  PRIMARY KEY (treatment_id, folded)
) STRICT;
CREATE TABLE treatment_identifiers (
  treatment_id TEXT NOT NULL REFERENCES treatments (id),
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  main INTEGER NOT NULL CHECK (main IN (0, 1)),
  source_id TEXT REFERENCES sources (id),
  PRIMARY KEY (treatment_id, scheme, value)
) STRICT;
CREATE TABLE treatment_regulatory (
  id INTEGER PRIMARY KEY,
  treatment_id TEXT NOT NULL REFERENCES treatments (id),
  region TEXT NOT NULL,
  status TEXT NOT NULL,
  date TEXT,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE treatment_doses (
  id INTEGER PRIMARY KEY,
  treatment_id TEXT NOT NULL REFERENCES treatments (id),
  region TEXT NOT NULL,
  from_kg REAL,
  below_kg REAL,
  mg_per_kg REAL NOT NULL CHECK (mg_per_kg > 0),
  max_mg REAL,
  infusion_minutes REAL,
  interval_hours REAL,
  most_doses INTEGER,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE treatment_evidence (
  id INTEGER PRIMARY KEY,
  treatment_id TEXT NOT NULL REFERENCES treatments (id),
  cohort TEXT NOT NULL,
  n_treated INTEGER,
  n_response INTEGER,
  pct_response REAL,
  finding TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE patient_advice (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  advice TEXT NOT NULL,
  applies_to TEXT,
  drugs TEXT,
  region TEXT,
  date TEXT,
  superseded INTEGER NOT NULL CHECK (superseded IN (0, 1)),
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE meta_analyses (
  id INTEGER PRIMARY KEY,
  drug_class TEXT REFERENCES drug_classes (id),
  scope TEXT NOT NULL,
  outcome TEXT NOT NULL,
  pooled_pct REAL,
  pooled_low REAL,
  pooled_high REAL,
  n_studies INTEGER,
  n_patients INTEGER,
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE other_causes (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  finding TEXT NOT NULL,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE background (
  id INTEGER PRIMARY KEY,
  topic TEXT NOT NULL,
  text TEXT NOT NULL,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE reviewed (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  brand_names TEXT,
  other_names TEXT,
  drug_class TEXT REFERENCES drug_classes (id),
  read TEXT NOT NULL,
  reason TEXT NOT NULL,
  reviewed_on TEXT NOT NULL,
  atc_code TEXT,
  sources TEXT NOT NULL
) STRICT;
CREATE TABLE reviewed_names (
  reviewed_id TEXT NOT NULL REFERENCES reviewed (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  region TEXT,
  folded TEXT NOT NULL,
  PRIMARY KEY (reviewed_id, folded)
) STRICT;
CREATE TABLE reviewed_identifiers (
  reviewed_id TEXT NOT NULL REFERENCES reviewed (id),
  scheme TEXT NOT NULL,
  value TEXT NOT NULL,
  main INTEGER NOT NULL CHECK (main IN (0, 1)),
  source_id TEXT REFERENCES sources (id),
  PRIMARY KEY (reviewed_id, scheme, value)
) STRICT;
CREATE TABLE class_members (
  class_id TEXT NOT NULL REFERENCES drug_classes (id),
  drug_id TEXT NOT NULL REFERENCES drugs (id),
  PRIMARY KEY (class_id, drug_id)
) STRICT;
CREATE TABLE regimens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  ordinary_word INTEGER NOT NULL CHECK (ordinary_word IN (0, 1)),
  note TEXT,
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE regimen_names (
  regimen_id TEXT NOT NULL REFERENCES regimens (id),
  position INTEGER NOT NULL CHECK (position >= 1),
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (folded, name)
) STRICT;
CREATE TABLE regimen_members (
  regimen_id TEXT NOT NULL REFERENCES regimens (id),
  position INTEGER NOT NULL CHECK (position >= 1),
  medicine TEXT NOT NULL,
  drug_id TEXT REFERENCES drugs (id),
  PRIMARY KEY (regimen_id, position)
) STRICT;
CREATE INDEX regimen_members_drug ON regimen_members (drug_id);
CREATE TABLE other_medicine_names (
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('brand', 'inn', 'synonym', 'abbreviation')),
  stands_for TEXT,
  atc_code TEXT,
  unii TEXT,
  region TEXT,
  source TEXT NOT NULL,
  folded TEXT NOT NULL,
  PRIMARY KEY (folded, name)
) STRICT;
CREATE TABLE name_sources (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  edition TEXT NOT NULL,
  terms TEXT NOT NULL,
  attribution TEXT NOT NULL
) STRICT;
CREATE TABLE name_stems (
  id TEXT PRIMARY KEY,
  pattern TEXT NOT NULL,
  class_hint TEXT NOT NULL,
  drug_class TEXT REFERENCES drug_classes (id),
  source_id TEXT NOT NULL REFERENCES sources (id),
  locator TEXT,
  also_in TEXT
) STRICT;
CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  date TEXT NOT NULL,
  drug_id TEXT REFERENCES drugs (id),
  summary TEXT NOT NULL
) STRICT;
CREATE TABLE citations (
  source_id TEXT NOT NULL REFERENCES sources (id),
  in_table TEXT NOT NULL,
  in_row TEXT NOT NULL,
  drug_id TEXT REFERENCES drugs (id),
  bears INTEGER NOT NULL CHECK (bears IN (0, 1)),
  PRIMARY KEY (source_id, in_table, in_row)
) STRICT;
CREATE TABLE build_info (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE drug_search USING fts5 (names, tokenize = 'trigram');
