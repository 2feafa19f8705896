"""Other names for what a question names: capitals stand for their governments, countries for their people,
old spellings for new ones. Pure.

A historian asks about "Tokyo" or "JFK" where the papers write "the Japanese Government" or "President
Kennedy", and about "Chicherin" where they write "Tchitcherin". General knowledge of names and offices only,
one group a line; every word of a group may stand for every other.
"""

from __future__ import annotations

from functools import cache

_GROUPS = """
washington america american americans
london britain british england english
paris france french
berlin germany german germans reich
rome italy italian italians
vienna austria austrian austrians
budapest hungary hungarian hungarians magyar
prague czechoslovakia czechoslovak czech bohemia
warsaw poland polish poles
moscow kremlin russia russian russians soviet soviets ussr
petrograd petersburg leningrad russia russian
kiev ukraine ukrainian
belgrade yugoslavia yugoslav serbia serbian jugoslavia
bucharest rumania roumania romania rumanian roumanian romanian
sofia bulgaria bulgarian
athens greece greek greeks hellenic
tirana albania albanian
ankara angora constantinople istanbul porte turkey turkish turks ottoman
madrid spain spanish
lisbon portugal portuguese
brussels belgium belgian
hague netherlands dutch holland
berne bern switzerland swiss
stockholm sweden swedish
oslo christiania norway norwegian
copenhagen denmark danish
helsinki helsingfors finland finnish
reval tallinn estonia esthonia estonian
riga latvia latvian lettish
kovno kaunas lithuania lithuanian
dublin ireland irish
vatican pope papal
tokyo tokio japan japanese
peking peiping beijing nanking nanjing china chinese
mukden shenyang manchuria manchurian manchukuo
seoul korea korean
hanoi saigon vietnam vietnamese annam
bangkok siam siamese thailand thai
manila philippines philippine filipino
delhi india indian
karachi islamabad pakistan pakistani
kabul afghanistan afghan
tehran teheran iran iranian persia persian
baghdad bagdad iraq iraqi mesopotamia
damascus syria syrian
beirut lebanon lebanese
jerusalem palestine palestinian
jidda jedda riyadh saudi hejaz hedjaz arabia
cairo egypt egyptian
addis ethiopia ethiopian abyssinia abyssinian
rabat tangier morocco moroccan sherifian
tunis tunisia tunisian
algiers algeria algerian
monrovia liberia liberian
pretoria transvaal africa
leopoldville kinshasa congo congolese
ottawa canada canadian
havana cuba cuban cubans
mexico mexican mexicans
guatemala guatemalan
managua nicaragua nicaraguan
tegucigalpa honduras honduran
panama panamanian isthmus
bogota colombia colombian
caracas venezuela venezuelan
quito ecuador ecuadoran
lima peru peruvian
paz bolivia bolivian
santiago chile chilean
aires argentina argentine argentinian
montevideo uruguay uruguayan
asuncion paraguay paraguayan
rio brazil brazilian
haiti haitian
dominican domingo
canberra australia australian
honolulu hawaii hawaiian
jfk kennedy
lbj johnson
fdr roosevelt
ike eisenhower
lenin ulyanov
trotsky trotzky
chicherin tchitcherin tchicherin chitcherin
kolchak koltchak
khrushchev krushchev khruschev
gromyko gromiko
litvinov litvinoff
molotov molotoff
vladivostok vladivostock
archangel archangelsk arkhangelsk
murmansk murman
cracow krakow
danzig gdansk
fiume rijeka
salonika saloniki thessaloniki
smyrna izmir
premier minister chairman
envoy minister ambassador chargé
king monarch majesty sovereign emperor crown throne
emperor kaiser tsar czar
railway railroad rail
telegram cable despatch dispatch wire
"""


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS.strip().splitlines():
        group = line.split()
        for word in group:
            found.setdefault(word, set()).update(group)
    return {word: frozenset(group - {word}) for word, group in found.items()}


def aliases(word: str) -> frozenset[str]:
    """Other names (lower case) for a word, empty where none is known."""
    return _table().get(word.lower(), frozenset())
