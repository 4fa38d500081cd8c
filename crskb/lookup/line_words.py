"""The words of an order line that are not names: strength, form, route, frequency, diluent, salt and manufacturer."""

from __future__ import annotations

import re

_UNITS = "mg mcg mug ug ng g kg ml dl l cl iu iE ie u unit units einheiten miu meq mmol mol m2 min h hr hrs pct cells cell million mio billion bag bags vials"
_FORMS = (
    "injection injectable injections inj infusion infusions inf solution solutions sol soln suspension susp dispersion emulsion concentrate conc conct powder pwd pdr lyophilised lyophilized"
    " lyo vial vial's amp amps ampoule ampoules ampule syringe syringes prefilled pre filled pfs pen pens autoinjector bag cartridge kit tablet tablets tab tabs tbl capsule capsules cap caps"
    " kaps hard soft coated film fc dose doses single multi multidose use pack packs packet box piece pcs ready sterile biosimilar brand generic"
)
_ROUTES = "iv ivpb intravenous intravenously iv infus sc sq subq subcut subcutan subcutaneous subcutaneously im intramuscular ip intraperitoneal it intrathecal po oral orally per os mouth by via route"
_TIMES = (
    "once twice thrice daily day days d week weeks weekly wk wks month months monthly mth hour hours hourly minute minutes mins qd od om on bd bid tds tid qid qds qhs nocte mane stat prn sos"
    " every each q then at over x times time cycle cycles loading maintenance continuous continuously flat fixed weight based pump start starting step up stepup target first second third"
    " dosed dosing 1st 2nd 3rd total max maximum repeat days1 rate"
)
_DILUENTS = "ns nacl d5w d5 d10w g5 swfi wfi saline normal dextrose glucose water diluent"
_SALTS = (
    "hydrochloride hcl dihydrochloride hydrobromide sodium potassium calcium magnesium acetate phosphate disodium sulfate sulphate mesylate mesilate maleate malate tartrate succinate fumarate"
    " citrate besylate besilate tosylate bromide chloride hydrate monohydrate dihydrate hemihydrate anhydrous"
)
_LINKS = "for in of as to the a an per"
_MAKERS = (
    "accord amgen amneal apotex aurobindo baxter biogen biocon bms bristol myers squibb celgene celltrion cipla clinigen cosmos drreddys reddys reddy fresenius kabi genmab genzyme gilead"
    " grindeks gsk glaxosmithkline hexal hikma hospira intas janssen johnson kite krka lilly lupin medac merck msd mylan natco novartis organon pfizer ratiopharm regeneron roche genentech"
    " samsung bioepis sandoz sanofi seagen stada sun takeda tillomed teva viatris zentiva zydus abbvie astrazeneca immunocore"
)
MAKERS = frozenset(_MAKERS.split())
ASIDE = frozenset(
    " ".join((_UNITS, _FORMS, _ROUTES, _TIMES, _DILUENTS, _SALTS, _LINKS, _MAKERS)).replace("'", "").split()
)
JOINING = frozenset(("and", "with", "plus", "then", "und", "et", "y", "con", "avec", "mit", "or"))
CELLS = frozenset(("car", "t", "cart", "cell", "cells", "therapy"))  # set aside beside a CAR T-cell product only
# words, not the meaningless letters of a US suffix
NO_SUFFIX = frozenset(
    ("like", "free", "only", "plus", "next", "post", "type", "dose", "line", "drug", "kids", "beta", "alfa", "gene")
)
UNITS = frozenset(_UNITS.lower().split())

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_STRENGTH = re.compile(
    rf"\d+(?:x\d+)?(?:{_UNIT})?|(?:q|x|d|c|w|day|week|cycle)\d+(?:[hdwm]|d\d+)?|\d+(?:x|hourly|hrly|weekly|nd|st|rd|th|pct)"
)


def is_aside(folded: str) -> bool:
    """True for a folded word that says how much, in what form, by which way, when, or by whom made, never what."""
    return folded in ASIDE or _STRENGTH.fullmatch(folded) is not None
