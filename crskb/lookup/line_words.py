"""The words of an order line that are not names: strength, form, route, time, device, reason, salt and manufacturer, in English, French, German and Spanish.

Whence they come: order sentences of Epic and Oracle Health, drug files and directions of the VA, RxNorm's forms and groups ("Injectable Product"), HCPCS and ICD-10-PCS texts,
NHS dm+d, the short words of English prescribing data and of US hospitals' price lists, and the forms, routes, times and makers of French, Canadian, German and Spanish product lists. A name always goes before a word of this table, and no name of ours is made of its words alone.
"""

from __future__ import annotations

import re

from crskb.names import fold

_UNITS = (
    "mg mcg mug ug ng g gm gr kg ml dl l cl iu ui iE ie u unt unit units unites unidades einheiten miu meq mmol mol m2 min mn h hr hrs pct cells cell million millions mio"
    " billion bag bags vials microgram micrograms microgramme microgrammes microgramos mikrogramm milligram milligrams gram grams gramme grammes gramm litre litres gtt vil"
)
_STRENGTH = (
    "kof kg kgkg bsa auc strength volume concentration low high double half quarter ten two three four five six seven eight nine zero one ones pour cent percent base equivalent total"
    " deux trois quatre cinq six sept huit demi demie zwei drei vier eine einen einer eines ein halbe dos tres cuatro cinco seis medio media una uno un une positive viable autologous allogeneic"
    " micron approx approximately about least up maximal dosis doses dosi dosierung einzeldosis tagesdosis"
)
_FORMS = (
    "injection injectable injections inj infusion infusions inf solution solutions sol soln solr susr susp suspension suspensions dispersion emulsion emul concentrate concentrated conc conct powder pwd pdr"
    " lyophilised lyophilized lyo lyphl vial vial's amp amps ampoule ampoules ampule ampules kit tablet tablets tab tabs tbl capsule capsules cap caps kaps caplet caplets hard soft coated film films fc"
    " dose doses single multi multidose unitdose use pack packs packet packets box piece pcs pieces ready sterile biosimilar brand generic brands pill pills product products liquid lozenge lozenges troche gum"
    " extended delayed sustained controlled modified immediate prolonged release er xr xl sr sa dr ec cr ir cd odt odt's enteric crys chewable chew dispersible disintegrating orodispersible effervescent soluble"
    " gastro resistant sublingual reconstituted reconstitute reconst recon solvent forming granules granule syrup elixir linctus drop drops drp gtts cream crm ointment oint gel lotion foam paste shampoo"
    " suppository suppositories supp patch patches aerosol inhalant miscellaneous misc sugar free preservative pf cfc hfa soln's preparation preparations"
    " dps spy inha gran sach suppos orodisper disper chble eff liq lot pess loz aero enem pellets subling linct lyoph capl implant lacquer beads sprinkle sprinkles buffered micronized"
    " osmotic multiphase mphase disint zydis mpf liposome liposomal depot ext rel vl sdv mdv ud nf usp bp mr sf gr cff wv ww vv tb12 tb24 tbcr tbdp tbec cp12 cp24 cpdr cpep"
    " investigational specific extempo eq equiv gas mouthwash remover"
    " comprime comprimes cp cpr cps gelule gelules poudre lyophilisat diluer solvant buvable pellicule pellicules enrobe enrobes secable secables effervescents lp creme pommade collyre suppositoire suppositoires"
    " pastille pastilles gomme collutoire vernis capsule molle molles edulcore edulcoree edulcorees sucre saccharine acesulfame aspartam sucralose isomalt maltitol medicamenteux medicamenteuse sucer croquer macher"
    " menthe citron orange miel fruits trousse preparation radiopharmaceutique adsorbe"
    " sirop gouttes goutte sachet sachets ampoule injectables concentre granule granules liberation prolongee modifiee resistante resistant gastroresistante gastroresistant orodispersibles pressurise"
    " tabletten tablette filmtabletten filmtablette hartkapseln hartkapsel weichkapseln kapseln kapsel retardtabletten retardtablette retardkapseln retard brausetabletten brausetablette schmelztabletten kautabletten"
    " magensaftresistente magensaftresistent injektionslosung injektion infusionslosung infusionsdispersion infusionskonzentrat konzentrat losung losungsmittel herstellung pulver suspensionen tropfen salbe creme zapfchen"
    " saft granulat augentropfen nasenspray dragees lutschtabletten trockensubstanz bereitung"
    " comprimidos comprimido capsula capsulas duras dura blandas recubiertos recubierto pelicula polvo solucion inyectable inyectables concentrado disolvente nebulizado granulado efervescente efervescentes dispersables"
    " bucodispersables masticables gastrorresistentes gastrorresistente liberacion prolongada modificada jarabe gotas crema pomada supositorios efg sobre sobres suspensiones"
)
_ROUTES = (
    "parenteral parenterally iv ivp ivpb intravenous intravenously iv infus infuse infused sc sq subq subcut subcutan subcutaneous subcutaneously sub cutaneous im intramuscular intramuscularly ip intraperitoneal it intrathecal po oral orally per os mouth by"
    " via route sl tongue under inhalation inhaled inhale inh inhl nasal nasally nostril nostrils ophthalmic oph ophth otic ear ears eye eyes topical topically external externally transdermal rectal rectally pr vaginal vaginally pv"
    " buccal intradermal intravitreal intranasal skin scalp area areas affected site abdomen abdominal thigh arm buttock peripheral central picc line port lumen push bolus piggyback gravity mainline intermittent"
    " left right both each either op opth opht nsl vag vaginal oromucosal oromuc top throat nail irrigation intraocular intravesical intrapleural epidural transmucosal dental ij"
    " pulverisation pulverisations dispositif transdermique ophtalmique dentaire rectale peridurale intrathecale buccale lavage bain bouche ongles"
    " perfusion perfusions perf voie orale injecter sous cutanee cutane intraveineuse intraveineux intramusculaire inhalation locale local nasale oculaire"
    " intravenos subkutan subkutanen subkutane intramuskular oral orale peroral einnehmen einnahme infusion kurzinfusion dauerinfusion inhalieren auftragen anwendung"
    " oral via intravenosa intravenoso subcutanea subcutaneo intramuscular boca perfusiones inhalado inhalada topica topico oftalmica rectal infusion"
)
_TIMES = (
    "once twice thrice daily day days d week weeks weekly wk wks wkly month months monthly mth mo hour hours hourly hrly minute minutes mins qd od om on bd bid tds tid qid qds qhs hs ac pc qam qpm qod nocte mane stat prn sos"
    " every each q then at over x times time cycle cycles loading maintenance continuous continuously cont continued ci civi flat fixed weight based pump start starting started step up stepup stepping target first second third last next"
    " dosed dosing 1st 2nd 3rd total max maximum repeat repeated days1 rate morning mornings noon afternoon evening evenings night nights nightly bedtime breakfast lunch dinner supper meal meals food empty stomach"
    " before after during within until when while prior hold off change interval duration year annual annually today tomorrow now routine urgent asap scheduled needed required as initial initially induction consolidation priming"
    " escalation ramp titrate titrated titration slow slowly rapid rapidly split prefilled overnight course courses treatment tapering taper wean increase decrease alternate alternating maybe may"
    " qweek qwk qmonth biweekly eow q2weeks freq frequency ongoing continue pod preop postop intraop periop"
    " jour jours semaine semaines mois heure heures minutes fois matin midi soir coucher jeun repas avant apres pendant toutes tous tout chaque puis quotidien quotidienne hebdomadaire mensuel cure"
    " tag tage tagen taglich tgl woche wochen wochentlich monat monate monatlich stunde stunden std minuten morgens mittags abends nachts nacht nuchtern fruhstuck mahlzeit mahlzeiten essen alle jeden jede vor nach"
    " wahrend zyklus zyklen bedarf danach sofort einmal zweimal dreimal mal max dauer"
    " dia dias semana semanas mes meses hora horas minuto minutos vez veces manana noche tarde mediodia ayunas comida comidas desayuno cena cada diario diaria semanal mensual durante continua continuo ciclo ciclos"
    " monday tuesday wednesday thursday friday saturday sunday lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag"
    " lunes martes miercoles jueves viernes sabado domingo escalada acostarse antes despues pasar mantenimiento inicio"
)
_DILUENTS = (
    "ns nacl d5w d5 d10w g5 swfi wfi sws lr saline normal dextrose glucose water diluent diluents glucosado fisiologico suero wasser aqua eau physiologique"
    " kochsalz kochsalzlosung agua dilution diluted dilute premix mini minibag nss dil"
)
_DEVICES = (
    "syringe syringes prefilled pre filled pfs pen pens autoinjector autoinjectors injector injectors auto bag cartridge cartridges disposable device devices inhaler inhalers inhalator puff puffs spray sprays actuation actuations"
    " actuated act actpen sureclick sensoready kwikpen flexpen breath diskus respimat nebulizer nebuliser neb nebs nebule nebules nebulised nebulized z zpak cannula mask pak dosepak blister bottle bottles tube tubes jar ampul dispenser system pca filter filtered"
    " inline tubing set elastomeric spacer ampoule turbohaler turbuhaler accuhaler evohaler autohaler rapihaler airmaster penfill flextouch solostar miniquick nebuamp sterinebs container plastic duplex syr applic dev ins"
    " cartouche cartouches recipient nebuliseur applicateur"
    " flacon flacons seringue seringues stylo stylos prerempli preremplie preremplis preremplies boite boites plaquette plaquettes thermoformee thermoformees poche poches unidose"
    " fertigspritze fertigspritzen fertigpen fertigpens durchstechflasche durchstechflaschen beutel flasche packung dosieraerosol pulverinhalator hub hube n1 n2 n3 stk stuck spritze amp"
    " jeringa jeringas precargada precargadas precargado precargados pluma plumas frasco frascos bolsa bolsas envase caja tubo inhalador inhalaciones pulsacion pulsaciones"
)
_REASONS = (
    "crs icans cytokine release syndrome grade grades toxicity neurotoxicity pain pains fever pyrexia nausea vomiting nv anxiety agitation insomnia sleep itching itch rash hives pruritus allergy allergies allergic reaction reactions"
    " infusion-related irr constipation diarrhea diarrhoea indigestion heartburn cough wheezing wheeze dyspnea breathlessness breath sob edema oedema swelling ankle spasm spasms headache migraine seizure seizures infection"
    " pneumonia neuropathy depression hypertension hypotension htn diabetes cholesterol prostate heart chest pressure blood dry mild moderate severe refractory relapsed indication"
    " prophylaxis prophylactic ppx dvt vte tls gvhd pjp pcp premed premeds premedication pre-med pre-medication lymphodepletion lymphodepleting conditioning transplant surgery surgical bowel regimen chemo chemotherapy"
    " arthritis rheumatoid uti afib itp hlh copd asthma gerd persists resolves resolved attack attacks cancer lung melanoma breakthrough back joint muscle restless leg seasonal secretions"
    " rejection anemia aplastic leukemia lymphoma myeloma all nhl dlbcl cll mcl nsclc sclc crc"
    " douleur douleurs fievre nausees vomissements besoin allergie"
    " schmerzen schmerz fieber ubelkeit atemnot schlafstorungen schlaf juckreiz verstopfung unruhe angst"
    " grad entwasserung harnwegsinfekt infekt infektion bluthochdruck blutdruck reperfusion"
    " grado broncoespasmo infeccion tension liberacion citocinas sindrome"
    " syndrome relargage cytokines angine infection"
    " dolor dolores fiebre nauseas vomitos precisa preciso necesidad necesario estrenimiento ansiedad"
)
# what is to be done, by whom, where, and on what condition
_DIRECTIONS = (
    "take takes taken taking give given administer apply inject instill swallow whole crush chew dissolve place use mix shake rinse wash dispense disp refill refills sig qty quantity gone thin sparingly layer do not no non without sans sin ohne"
    " if see comment comments instructions directed label protocol policy per pharmacy pharmacist nurse physician provider oncology chemo inpatient outpatient clinic ward unit center centre hospital home icu bed bedside standby stand"
    " admit admission observe observation obs monitor monitoring monitored telemetry vitals trough peak level levels goal inr anc wbc rems platelets plt hgb crcl egfr sbp dbp hazardous mar order other full only also lab thaw thawed"
    " demand lockout recovery record new old maximum greater less than above below between from until hepatic renal adult adults child children pediatric paediatric patient patients"
    " including leukapheresis procedures therapeutic introduction into vein percutaneous approach technology group immunotherapy verify verified notify keep available leave adjust adjusted exceed followed same post"
    " ped peds pedi paed nicu neonate neonatal children's childrens infants' infants extra relief diagnostic antidote dialysis drip flush lock"
    " adulte adultes enfant enfants nourrisson nourrissons rapport usage"
    " prendre par si hospitalisation hopital qsp ar renouveler application ambulatoire"
    " einnehmen auflosen stationar ambulant dunn gabe geben bei zur zum zu den dem der die das des als uber fur im am in auf pro je gemass nach"
    " tomar aplicar administrar hospital ambulatorio segun pauta"
)
_SALTS = (
    "hydrochloride hcl dihydrochloride hydrobromide hbr sodium na potassium calcium magnesium acetate phosphate disodium sulfate sulphate mesylate mesilate maleate malate tartrate succinate fumarate besylate propionate dipropionate"
    " sod pot calc calcm acet phos tart fumar mal brom cit sulf mesil prop diprop succ suc besy nit hydrob"
    " citrate besilate tosylate bromide chloride hydrate monohydrate dihydrate trihydrate hemihydrate anhydrous bitartrate furoate valerate nitrate"
    " chlorhydrate sodique potassique calcique hydrochlorid natrium kalium besilat mesilat succinat tartrat maleat fumarat citrat acetat phosphat sulfat chlorid bromid clorhidrato sodico sodica potasico"
)
_LINKS = "for in of as to the a an per de du des la le les en au aux l d par et al el los las del por para si w via"
_MAKERS = (
    "accord amgen amneal apotex aurobindo baxter biogen biocon bms bristol myers squibb celgene celltrion cipla clinigen cosmos drreddys reddys reddy dr fresenius kabi genmab genzyme gilead"
    " grindeks gsk glaxosmithkline hexal hikma hospira intas janssen cilag johnson kite krka lilly lupin medac merck sharp dohme msd mylan natco novartis organon pfizer ratiopharm regeneron roche genentech"
    " samsung bioepis sandoz sanofi seagen stada sun takeda tillomed teva viatris zentiva zydus abbvie astrazeneca immunocore"
    " healthcare pharma pharmaceutical pharmaceuticals laboratories laboratory labs laboratoires laboratorios ltd limited inc llc gmbh ag plc uk europe products company bv sa"
    " biogaran arrow eg arw cristers zentiva qualimed almus crt ranbaxy teva sandoz tevasante"
    " abz henning aliud al 1a heumann winthrop aristo puren betapharm basics axunio ct tad zentiva hormosan dura"
    " cinfa normon kern stadagen ratio cinfamed alter pensa tarbis aurovitas sandozfarma vir kernpharma bexal"
    " evolugen bgr sante conseil labo generiques aguettant panpharma hcs renaudin stragen kalceks substipharm quiver noridem tamrisa reig jofre bluefish altan lavoisier braun qilu pierre fabre medisol"
    " cooper neuraxpharm urgo benta upsa waymade lipomed piramal dipharma theramex chauvin servier eurogenerics france"
    " apo jamp pms pmsc auro taro mint nra riva ach nat prz nb gln odan accel pdp spc sdz zds mdk"
    " almus wockhardt actavis relonchem crescent bristol milpharm torrent glenmark sciegen unichem macleods camber greenstone prasco par solco northstar major"
)
REASONS = frozenset(fold(word) for word in _REASONS.split())
# Words that would hide a name, or change what a line says, are left out on purpose: "rabbit", "human", "car", "t", "anti", "beta".
MAKERS = frozenset(_MAKERS.split())
ASIDE = frozenset(
    fold(word)
    for group in (
        _UNITS,
        _STRENGTH,
        _FORMS,
        _ROUTES,
        _TIMES,
        _DILUENTS,
        _DEVICES,
        _DIRECTIONS,
        _SALTS,
        _LINKS,
        _MAKERS,
    )
    for word in group.split()
).union(REASONS)
SALTS = frozenset(_SALTS.split())
JOINING = frozenset(("and", "with", "plus", "then", "und", "et", "y", "con", "avec", "mit", "or", "ou", "oder", "o"))
NEGATIONS = frozenset(
    ("no", "not", "non", "without", "ohne", "sans", "sin", "kein", "keine", "pas")
)  # count before a name
CELLS = frozenset(("car", "t", "cart", "cell", "cells", "therapy"))  # set aside beside a CAR T-cell product only
# words, not the meaningless letters of a US suffix
NO_SUFFIX = frozenset(
    ("like", "free", "only", "plus", "next", "post", "type", "dose", "line", "drug", "kids", "beta", "alfa", "gene")
)
UNITS = frozenset(_UNITS.lower().split())

_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_STRENGTH_OR_TIME = re.compile(
    rf"\d+(?:x\d+)?(?:{_UNIT})?s?|(?:q|x|d|c|w|j|day|week|cycle|tag)\d+(?:h|hr|hrs|d|w|wk|wks|weeks?|m|d\d+|j\d+)?"
    r"|\d+(?:x|hourly|hrly|weekly|nd|st|rd|th|pct|d|w|ds)|x?\d+e(?:xp)?\d+"
)


def is_aside(folded: str) -> bool:
    """True for a folded word that says how much, in what form, by which way, when, why or by whom made, never what."""
    return folded in ASIDE or _STRENGTH_OR_TIME.fullmatch(folded) is not None
