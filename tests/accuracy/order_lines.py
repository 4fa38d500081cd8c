"""Order lines as they stand in charts and pharmacy systems: the form around a name, written by hand."""

TEMPLATES = (
    "{} 10 mg IV",
    "{} 153 mg/1.7 mL solution for injection",
    "Inj. {} 48 mg SC once weekly",
    "{} 500 mg/50 mL concentrate for solution for infusion",
    "{} 28 mcg/day continuous infusion via pump",
    "{} 375 mg/m2 in NaCl 0.9% 500 mL over 4 hours",
    "{} (1 vial)",
    "{}® 100 mg",
    "{} 2x10^8 cells IV once",
    "{} 0.8 mg/kg s.c. day 1 q28d",
    "{} 25MG CAP PO daily d1-21",
    "2 x {} 35 mcg vials",
    "{}, powder for concentrate, 140 mg",
    "IV {} 1200 mg every 3 weeks",
    "{} step-up dose 1: 0.16 mg",
    "{} 400mg/16mL inj, single-dose vial",
)

# line, status, ids of the listed drugs in it
WRITTEN = (
    ("Blincyto 35 mcg IV", "match", "blinatumomab"),
    ("rituximab-abbs 500 mg/50 mL injection", "match", "rituximab"),
    ("RITUXIMAB-ABBS 10MG/ML", "match", "rituximab"),
    ("tecvayli (teclistamab-cqyv)", "match", "teclistamab"),
    ("teclistamab-cqyv (Tecvayli) 30 mg/3 mL", "match", "teclistamab"),
    ("Blinatumomab 100mcg infusion bag (2", "match", "blinatumomab"),
    ("lenalidomide 25 mg capsule", "match", "lenalidomide"),
    ("Lenalidomide Accord 10 mg hard capsules", "match", "lenalidomide"),
    ("oxaliplatin 85 mg/m² in glucose 5% 250 ml", "match", "oxaliplatin"),
    ("nivolumab 240 mg q2w", "match", "nivolumab"),
    ("Thymoglobulin 25 mg powder for solution for infusion", "match", "anti-thymocyte-globulin-rabbit"),
    ("anti-thymocyte globulin (rabbit) 1.5 mg/kg", "match", "anti-thymocyte-globulin-rabbit"),
    ("axi-cel", "match", "axicabtagene-ciloleucel"),
    ("Axi Cel infusion", "match", "axicabtagene-ciloleucel"),
    ("YESCARTA (axicabtagene ciloleucel) suspension for IV infusion", "match", "axicabtagene-ciloleucel"),
    ("Kymriah CAR-T cells", "match", "tisagenlecleucel"),
    ("brentuximab vedotin 1.8 mg/kg IV", "match", "brentuximab-vedotin"),
    ("rituximab-zzzz 100 mg", "match", "rituximab"),
    ("ATG 2.5 mg/kg", "ambiguous", "anti-thymocyte-globulin-equine anti-thymocyte-globulin-rabbit"),
    ("rituximab + lenalidomide", "ambiguous", "rituximab lenalidomide"),
    ("lenalidomide and dexamethasone", "ambiguous", "lenalidomide"),
    ("nivolumab 3 mg/kg / ipilimumab 1 mg/kg", "ambiguous", "nivolumab ipilimumab"),
    ("R2: rituximab, lenalidomide", "ambiguous", "rituximab lenalidomide"),
    ("rituximab/bendamustine", "ambiguous", "rituximab"),
    ("teclistamab premed: dexamethasone 16 mg", "ambiguous", "teclistamab"),
    ("metformin 500 mg tablets", "other_medicine", ""),
    ("trastuzumab 440 mg", "not_linked", ""),
    ("trastuzumab deruxtecan 5.4 mg/kg", "other_medicine", ""),
    ("tocilizumab 8 mg/kg", "treatment", ""),
    ("dexamethasone 10 mg IV q6h", "treatment", ""),
    ("500 mg IV daily", "unknown", ""),
    ("sodium chloride 0.9% 500 mL", "unknown", ""),
)

# names that look or sound like a listed drug's and are another medicine's: none may be answered or offered as that drug
LOOK_ALIKES = (
    ("omalizumab", "obinutuzumab"), ("mepolizumab", "teplizumab"), ("reslizumab", "teplizumab"), ("efalizumab", "theralizumab"), ("eculizumab", "alemtuzumab"),
    ("elotuzumab", "alemtuzumab"), ("natalizumab", "teplizumab"), ("ustekinumab", "blinatumomab"), ("daratumumab", "ofatumumab"), ("panitumumab", "ipilimumab"),
    ("ocrelizumab", "selicrelumab"), ("dupilumab", "ipilimumab"), ("polatuzumab vedotin", "brentuximab vedotin"), ("enfortumab vedotin", "brentuximab vedotin"),
    ("gemtuzumab ozogamicin", "inotuzumab ozogamicin"), ("necitumumab", "cetuximab"), ("infliximab", "rituximab"), ("siltuximab", "rituximab"), ("dinutuximab", "cetuximab"),
    ("thalidomide", "lenalidomide"), ("pomalidomide", "lenalidomide"), ("carboplatin", "oxaliplatin"), ("cisplatin", "oxaliplatin"), ("avelumab", "nivolumab"),
    ("dostarlimab", "cemiplimab"), ("tremelimumab", "cemiplimab"), ("retifanlimab", "cemiplimab"), ("toripalimab", "cemiplimab"), ("tislelizumab", "pembrolizumab"),
    ("ublituximab", "rituximab"), ("idarucizumab", "dacetuzumab"), ("amivantamab", "teclistamab"), ("zanidatamab", "odronextamab"),
    ("betibeglogene autotemcel", "obecabtagene autoleucel"), ("tabelecleucel", "tisagenlecleucel"), ("Tecentriq", "Tecartus"), ("Talvey", "Tecvayli"), ("Teizeild", "Tecelra"),
)  # fmt: skip

# not known here, but the stem says what they are
STEMS = (
    ("azercabtagene zapreleucel", "cabtagene-leucel"),
    ("prizloncabtagene autoleucel", "cabtagene-leucel"),
    ("orvacabtagene autoleucel", "cabtagene-leucel"),
    ("vadacabtagene leraleucel", "cabtagene-leucel"),
    ("izalontamig", "tamig"),
    ("acimtamig", "tamig"),
    ("acasunlimab", ""),
    ("ubamatamab", ""),
    ("prizloncabtagene", "cabtagene"),
    ("prizlon-cel", "cel"),
    ("prizloncel", ""),
    ("volrustomig", ""),
    ("lovotibeglogene autotemcel", ""),
)

# words for a class, and the class
CLASSES = (
    ("CAR-T", "car-t"),
    ("CAR T", "car-t"),
    ("car t cells", "car-t"),
    ("CAR-T therapy", "car-t"),
    ("CAR T-cell infusion", "car-t"),
    ("anti-CD19 CAR-T", "cd19-car-t"),
    ("BCMA CAR T cells", "bcma-car-t"),
    ("BiTE", "bispecific-t-cell-engager"),
    ("bispecific", "bispecific-t-cell-engager"),
    ("Bispecific antibodies", "bispecific-t-cell-engager"),
    ("CD20xCD3 bispecific", "cd20-bispecific"),
    ("T-cell engager", "t-cell-engaging"),
    ("t cell engagers", "t-cell-engaging"),
    ("PD-1", "pd-1-inhibitor"),
    ("PD1 inhibitor", "pd-1-inhibitor"),
    ("anti-PD-L1", "pd-l1-inhibitor"),
    ("CTLA-4 inhibitors", "ctla-4-inhibitor"),
    ("checkpoint inhibitor", "immune-checkpoint-inhibitor"),
    ("ICI", "immune-checkpoint-inhibitor"),
    ("anti-CD20", "anti-cd20-antibody"),
    ("anti-CD38 antibody", "anti-cd38-antibody"),
    ("IMiD", "immunomodulatory-imide"),
    ("IMiDs", "immunomodulatory-imide"),
    ("ADC", "antibody-drug-conjugate"),
)

# beside the name of a combination, which is not a name of few letters
REGIMEN_TEMPLATES = ("{}", "{} cycle 3 day 1", "{} C2D1", "{} x 6", "Cycle 1 {}", "{} IV q21d")
