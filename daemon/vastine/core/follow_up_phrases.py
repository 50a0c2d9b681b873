"""What customers say in a follow-up, clause by clause: thanks, greetings, and the question where the answer is.

Every pattern describes a whole clause, so that a word more makes it something else: *kiitos*, not *kiitos ei mistään*.
Patterns are written with their dots; clauses are compared without (`core/follow_ups.py`).
"""

from typing import Final

STATUS: Final = frozenset({"tila", "tilanne", "status", "läge", "läget"})

GREETING: Final = (
    r"(?:hei|heippa|hei vaan|moi|moikka|moro|terve|tervehdys|hyvää (?:päivää|huomenta|iltaa)|huomenta|päivää|"
    r"hej|hejsan|hallå|god (?:dag|morgon|kväll)|bästa|"
    r"hi|hello|dear|good (?:morning|afternoon|evening|day))(?: (?:kaikki|taas|vielä|igen|alla|there|all|again|team|"
    r"sir or madam))?"
)

SIGN_OFF: Final = (
    r"(?:(?:ystävällisin|parhain|kiitollisin|lämpimin) (?:terveisin|kiitoksin)|terveisin|terkuin|terkut|terv|yst|"
    r"ystävällisesti|t|"
    r"(?:med )?(?:vänliga?|bästa) (?:hälsning|hälsningar)|vänligen|hälsningar|hälsn|mvh|"
    r"(?:with )?(?:kind|best|warm|many thanks and best) (?:regards|wishes)|regards|best|br|"
    r"(?:yours )?(?:sincerely|faithfully|truly)|all the best|cheers|"
    r"(?:hyvää|mukavaa|kaunista|ihanaa) (?:päivän|illan|viikon|kevään|kesän|syksyn|talven|joulun|vuoden) "
    r"(?:jatkoa|odotusta|alkua)|"
    r"(?:hyvää|mukavaa|kaunista|ihanaa|rentouttavaa) (?:päivää|iltaa|viikonloppua|viikkoa|kesää|syksyä|talvea|kevättä|"
    r"joulua|juhannusta|pääsiäistä|vappua|lomaa)|hyvää jatkoa|"
    r"(?:ha )?en (?:riktigt )?(?:bra|trevlig|fin|skön|härlig) (?:dag|kväll|helg|vecka|sommar)|trevlig helg|"
    r"ha det (?:så )?bra|"
    r"have a (?:very )?(?:nice|great|good|lovely) (?:day|evening|weekend|week|summer))"
)

_FI_FOR: Final = (
    r"(?:avusta|avustanne|avustasi|avuista|vastauksesta|vastauksestanne|vastauksestasi|viestistä|viestistänne|"
    r"viestistäsi|tiedosta|tiedoista|palvelusta|palvelustanne|toiminnasta|hoidosta|hoitamisesta|selvityksestä|"
    r"vaivannäöstä|vaivannäöstänne|yhteydenotosta|hyvityksestä|palautuksesta|infosta|kaikesta|ohjeista|neuvoista)"
)
_FI_KIND: Final = (
    r"(?:nopeasta|pikaisesta|hyvästä|erinomaisesta|ystävällisestä|loistavasta|mahtavasta|ripeästä|asiantuntevasta|"
    r"kaikesta|todella|tosi|erittäin)"
)
_SV_FOR: Final = (
    r"(?:hjälpen|svaret|informationen|infon|servicen|assistansen|meddelandet|beskedet|allt|"
    r"(?:er|din|all|snabb|bra|fin|utmärkt|god) (?:hjälp|service|respons|information)|"
    r"(?:ett |det )?(?:snabbt|snabba|bra|fina|vänliga) svar(?:et)?|"
    r"(?:den )?(?:snabba|fina|goda) (?:hjälpen|servicen))"
)
_EN_FOR: Final = (
    r"(?:(?:the|your|all|all the|all your|such) )?(?:(?:quick|fast|prompt|swift|good|great|kind|excellent|helpful|"
    r"friendly|speedy) )*(?:help|reply|response|answer|service|assistance|support|message|e-?mail|information|info|"
    r"update|refund|replacement|effort|efforts|(?:letting me know)|(?:helping me|helping)|(?:sorting (?:it|this) out))"
)

GRATITUDE: Final = (
    (
        rf"(?:paljon |tuhannesti |tuhannet |iso |suuri |suuret |lämmin |lämpimät |sydämellinen |ja |ok |oikein |"
        rf"kovasti )*(?:kiitos|kiitti|kiitoksia|kiitokset|suurkiitos|suurkiitokset|kiitän|kiitämme|thanks|tnx)"
        rf"(?: paljon| oikein| kovasti| todella| tosi| taas| kaikille| teille| sinulle| sulle| vaan| vielä|"
        rf" erittäin| tuhannesti)*(?: (?:{_FI_KIND} (?:ja )?)*{_FI_FOR})*(?: taas| vielä kerran| kaikille| teille)?"
    ),
    (
        rf"(?:tusen |stort |jättestort |många |ok |och |ett stort )*(?:tack|tackar|tackar så mycket)"
        rf"(?: så| mycket| hemskt| igen| än en gång| snälla)*(?: för {_SV_FOR}(?: och {_SV_FOR})?)?(?: igen)?"
    ),
    (
        rf"(?:many |ok |okay |and |great |brilliant |with many |oh )*(?:thanks|thank you|thx|cheers|ty)"
        rf"(?: a lot| so much| very much| again| once again| a million| all| everyone| both| ever so much)*"
        rf"(?: (?:for|on) {_EN_FOR}(?: and {_EN_FOR})?)?(?: so much| very much| again)?"
    ),
    (
        r"(?:it is |that is |that's |it's |very |much |greatly |i |we |really )*(?:much appreciated|appreciated|"
        r"appreciate (?:it|that|your help|the help))"
    ),
)

ALL_WELL: Final = (
    # Finnish
    (
        r"(?:ja |nyt |tämä |tää |kaikki |asia |asiani |homma |juttu |ongelma |vika )*(?:on )?(?:nyt |jo )*"
        r"(?:kunnossa|selvä|selvää|ok|hoidettu|hoidossa|ratkaistu|korjattu|korjaantunut|ratkennut|selvinnyt)"
        r"(?: nyt| nyt kaikki| minun osaltani| osaltani)*"
    ),
    (
        r"(?:ja |nyt |tämä |asia |asiani |homma |juttu |ongelma |vika )+(?:hoitui|selvisi|ratkesi|korjaantui|poistui)"
        r"(?: nyt| hienosti| hyvin| nopeasti| näin| tällä| sillä)*"
    ),
    (
        r"(?:ja |nyt |laite |pyörä |kaikki |se |hyvin )*(?:toimii|pelaa)(?: nyt| taas| jälleen| hyvin| hienosti|"
        r" moitteetta| "
        r"moitteettomasti| loistavasti| kuten pitää| niin kuin pitää)*"
    ),
    (
        r"(?:ja |nyt )*(?:raha|rahat|palautus|hyvitys|paketti|lähetys|tilaus|varaosa|osa|tuote|uusi laite|uusi "
        r"tuote)(?: on| "
        r"ovat)? (?:jo )?(?:tuli|tulivat|saapui|saapuivat|saapunut|saapuneet|perillä|tullut|tulleet)"
        r"(?: jo| tänään| eilen| perille| tilille| tililleni| hyvin| ehjänä)*"
    ),
    (
        r"(?:ja )?sain (?:jo |nyt )*(?:rahat|rahani|palautuksen|hyvityksen|paketin|lähetyksen|tilauksen|varaosan|osan|"
        r"uuden laitteen|uuden tuotteen|tiedon|vastauksen)(?: jo| tänään| eilen| tilille)*"
    ),
    r"(?:ja )?(?:asian|tämän|tapauksen|tiketin) (?:voi|voitte|saa) (?:nyt )?(?:sulkea|päättää|merkitä ratkaistuksi)",
    r"ei (?:mitään |muuta )?(?:muuta |hätää|kysyttävää)(?: tällä kertaa| tähän| enää)?|ei muuta",
    (
        r"(?:ok|okei|okay|selvä|selvä homma|hyvä|hyvä juttu|hieno|hieno juttu|hienoa|mahtavaa|loistavaa|upeaa|mainiota|"
        r"erinomaista|kiva|kivaa|kiva juttu|täydellistä|super|jee|jes|huippua|hyvä näin|todella hyvä|asia selvä|juu|"
        r"joo|"
        r"kyllä|samoin|kuitti|vastaanotettu|sinne myös|teille myös|sinulle myös|olette (?:ihania|parhaita|mahtavia))"
    ),
    # Swedish
    (
        r"(?:och |nu |så |då |det |allt |allting |ärendet |problemet |felet |saken )*(?:är )?(?:nu |redan |helt )*"
        r"(?:bra|ok|okej|klart|klar|löst|utrett|avklarat|i sin ordning|i ordning|åtgärdat|fixat)(?: nu| från min sida)*"
    ),
    (
        r"(?:och |nu |det |allt |allting |cykeln |apparaten )*fungerar(?: det| allt| den)?(?: nu| igen| bra| utmärkt|"
        r" fint| "
        r"perfekt| som det ska)*"
    ),
    r"(?:och )?(?:problemet|det|saken|ärendet|allt) (?:löste|ordnade|redde ut) sig(?: nu| fint| bra)*",
    (
        r"(?:och )?(?:pengarna|paketet|återbetalningen|reservdelen|delen|varan|leveransen) (?:har )?(?:kom|kommit|"
        r"anlänt|"
        r"kommit fram|kom fram)(?: i dag| idag| i går| igår| på kontot)*"
    ),
    (
        r"(?:och )?(?:jag har |vi har )?(?:fick|fått) (?:nu )?(?:pengarna|paketet|återbetalningen|svaret|reservdelen)"
        r"(?: i dag| idag| i går| igår)*"
    ),
    r"(?:ni kan |du kan )?(?:stänga|avsluta) ärendet|ärendet kan (?:stängas|avslutas)",
    r"toppen|perfekt|utmärkt|jättebra|super|härligt|kanon|strålande|vad bra|så bra|bra jobbat|detsamma|inget mer",
    # English
    (
        r"(?:and |now |so |it |it is |it's |that is |that's |this is |everything |everything is |everything's |all |"
        r"all is |"
        r"the issue is |the matter is |the problem is |my issue is |we are |i am |i'm |we're )*(?:now )?(?:all )?"
        r"(?:good|fine|well|ok|okay|sorted|sorted out|solved|resolved|fixed|settled|set|in order|done|happy)(?: now|"
        r" here|"
        r" on my end| at my end| with that)*"
    ),
    (
        r"(?:and |now |it |everything |the bike |the device |all )*(?:works|is working|working)(?: now| again| fine|"
        r" well|"
        r" perfectly| great| like a charm| as it should)*"
    ),
    (
        r"(?:and )?(?:that|this|it) (?:has )?(?:solved|fixed|resolved|sorted|did|worked|helped)(?: it| the problem|"
        r" the issue|"
        r" everything| the trick)?"
    ),
    r"(?:issue|problem|case|matter|ticket) (?:solved|resolved|closed|fixed|sorted)",
    (
        r"(?:and )?(?:i |we )?(?:have )?(?:got|received|gotten) (?:it|the money|the refund|my refund|my money|"
        r"the parcel|"
        r"the package|my parcel|my order|the replacement|the part|your message|your reply)(?: today| yesterday| now|"
        r" safely)*"
    ),
    (
        r"(?:and )?(?:the |my )?(?:money|refund|parcel|package|order|replacement|part|delivery) (?:has )?(?:arrived|"
        r"came|"
        r"received|been received|come)(?: today| yesterday| now| safely)*"
    ),
    (
        r"(?:you (?:can|may) |please |feel free to )*close (?:this|the|my) (?:case|ticket|matter|complaint)|"
        r"(?:the|this) (?:case|ticket|matter) can be closed"
    ),
    (
        r"great|perfect|excellent|brilliant|wonderful|super|awesome|fantastic|lovely|great news|great service|"
        r"well done|"
        r"good job|you too|same to you|noted|understood|no (?:more|further) questions|nothing (?:else|more)|"
        r"you(?: are|'re) the best"
    ),
)

# --- where the answer is

_LEAD: Final = (
    r"(?:hei |moi |no |niin |siis |mutta |ja |että |kysyisin |kysyn |haluaisin tietää |haluan tietää |kysyisin vain |"
    r"hej |men |och |alltså |jag undrar |undrar |jag vill veta |kan ni säga |"
    r"hi |hello |so |but |and |well |please |i wonder |i would like to know |can you tell me |could you tell me |"
    r"just wondering |wondering )*"
)
_FI_ABOUT: Final = (
    r"(?: (?:teiltä|minulle|mulle|meille|tästä|tähän|asiasta|asiasta|asiaan|asiassa|asiaani|asiassani|asiastani|"
    r"kysymykseeni|kysymykseen|viestiini|viesteihini|sähköpostiini|reklamaatiooni|reklamaatiosta|reklamaatiostani|"
    r"reklamaatioon|tiedusteluuni|yhteydenottooni|valitukseeni|nyt|jo|vielä|enää|ollenkaan|lainkaan|mitään|oikein|"
    r"kiitos|koskaan|ikinä|pian|näin kauan))*"
)
_FI_STILL: Final = r"(?:edelleen|edelleenkin|edelleenkään|yhä|vielä|vieläkin|vieläkään)"
_FI_ANSWER: Final = (
    r"(?:vastaus|vastausta|vastauksen|vastaustanne|vastauksenne|vastaustasi|vastaukseni|yhteydenottoa|"
    r"yhteydenottoanne|ratkaisua|päätöstä|päätöksen|ratkaisun)"
)
_SV_ABOUT: Final = (
    r"(?: (?:från er|av er|i ärendet|i mitt ärende|om ärendet|om mitt ärende|på mitt (?:mejl|meddelande|ärende)|"
    r"på min (?:fråga|reklamation)|i frågan|nu|än|ännu|egentligen|alls|snart|tack))*"
)
_EN_ABOUT: Final = (
    r"(?: (?:from you|from anyone|on this|about this|on it|on that|regarding this|with this|"
    r"(?:on|about|regarding|to|with) (?:my|the|this|our) (?:case|complaint|matter|issue|request|e-?mail|message|"
    r"question|claim|ticket|inquiry)|yet|now|so far|at all|then|please|soon|today))*"
)

CHASER: Final = tuple(
    _LEAD + rf"(?:{pattern})"
    for pattern in (
        # Finnish
        (
            rf"(?:missä|minne|mihin) (?:se |mun |minun |nyt |ihmeessä |teidän |on )*{_FI_ANSWER}"
            rf"(?: viipyy| on| jäi| oikein viipyy)?{_FI_ABOUT}"
        ),
        (
            rf"onko (?:tässä |asiassa |asiassani |asiasta |tästä |jo |vielä |reklamaatiosta |reklamaatiostani |"
            rf"teillä )*"
            rf"(?:mitään |jotain |jotakin )?(?:uutta|uutisia|päivitystä|päivityksiä|edistystä)(?: tietoa)?{_FI_ABOUT}"
        ),
        (
            rf"onko (?:asiasta|asiastani|asiassa|asiassani|tästä|tässä|reklamaatiostani) (?:jo |vielä |mitään |"
            rf"jotain |uutta )*"
            rf"tietoa{_FI_ABOUT}"
        ),
        rf"(?:minä |me )?(?:odotan|odotamme|odottelen|odottelemme) {_FI_STILL} (?:teidän )?{_FI_ANSWER}{_FI_ABOUT}",
        rf"{_FI_STILL} (?:odotan|odotamme|odottelen|odottelemme) (?:teidän )?{_FI_ANSWER}{_FI_ABOUT}",
        rf"{_FI_ANSWER} (?:odotan|odotamme|odottelen) {_FI_STILL}{_FI_ABOUT}",
        rf"(?:odotan|odotamme|odottelen) {_FI_ANSWER} {_FI_STILL}{_FI_ABOUT}",
        (
            rf"(?:milloin|koska|kauanko|kuinka kauan|joko) (?:minä |mä |me |ihmeessä |oikein |siis |voin |voimme |"
            rf"vielä )*"
            rf"(?:saan|saisin|saamme|saisimme|tulee|odottaa|kuuluu|joudun odottamaan|saada|pitää odottaa)(?: teiltä|"
            rf" minä)* "
            rf"(?:teiltä |jonkun |jonkinlaisen |jotain )*{_FI_ANSWER}{_FI_ABOUT}"
        ),
        rf"(?:milloin|koska) (?:te )?(?:aiotte |ajattelitte )?(?:vastaatte|vastata){_FI_ABOUT}",
        (
            rf"(?:en|emme) ole (?:{_FI_STILL} |teiltä )*saanut (?:{_FI_STILL} |teiltä |mitään |minkäänlaista "
            rf")*{_FI_ANSWER}"
            rf"{_FI_ABOUT}"
        ),
        rf"(?:ette ole|kukaan ei ole) (?:{_FI_STILL} |minulle |mitään )*(?:vastanneet|vastannut){_FI_ABOUT}",
        (
            r"(?:mikä|mikähän) (?:on |mahtaa olla )?(?:nyt )?(?:asian|asiani|asiamme|reklamaation|reklamaationi|"
            r"tämän asian|tämän)"
            r" (?:tila|tilanne|vaihe)(?: nyt| tällä hetkellä)?"
        ),
        r"mikä (?:on )?(?:nyt )?tilanne(?: nyt| tällä hetkellä| asiassa| asiassani| tämän kanssa| tässä)*",
        (
            r"(?:miten|kuinka) (?:asia|asiani|reklamaationi|tämä|tämä asia) (?:nyt )?(?:etenee|edistyy|on edennyt|"
            r"on edistynyt)"
        ),
        r"missä (?:vaiheessa (?:asia|asiani|reklamaationi|tämä|tämä asia)(?: on| menee)*|mennään(?: asian kanssa)?)",
        rf"(?:ettekö te|ettekö|eikö kukaan) (?:aio )?(?:vastata|vastaa){_FI_ABOUT}",
        rf"(?:miksi ette vastaa|miksi kukaan ei vastaa|miksei kukaan vastaa|miksi ette ole vastanneet){_FI_ABOUT}",
        rf"(?:voisitteko|voitteko|voisiko joku) (?:jo |vihdoin |viimein )+vastata{_FI_ABOUT}",
        # Swedish
        (
            rf"(?:finns det |har ni |har det kommit )?(?:någon uppdatering|några uppdateringar|några nyheter|"
            rf"något nytt|"
            rf"någon ny information){_SV_ABOUT}"
        ),
        (
            rf"när (?:får|kan|ska) (?:jag|vi) (?:få |räkna med |förvänta mig |vänta mig )?(?:ett |ert |något "
            rf")?svar{_SV_ABOUT}"
        ),
        rf"när (?:svarar ni|tänker ni svara|kommer (?:ert|svaret|ett) ?(?:svar)?){_SV_ABOUT}",
        rf"var är (?:mitt |ert )?svar(?:et)?{_SV_ABOUT}",
        (
            rf"(?:jag |vi )?(?:väntar|har väntat) (?:fortfarande|ännu|alltjämt) på (?:ett |ert |mitt |något "
            rf")?svar{_SV_ABOUT}"
        ),
        rf"(?:jag |vi )har (?:fortfarande |ännu |alltjämt )?inte (?:ännu )?fått (?:något |ett |ert )?svar{_SV_ABOUT}",
        r"hur går det(?: med (?:mitt |ert |vårt )?(?:ärende|ärendet|reklamationen|min reklamation|det här))?(?: nu)?",
        r"hur (?:är|ser) läget(?: ut)?(?: i ärendet| med ärendet| med mitt ärende)?",
        r"vad (?:händer|är läget|är status)(?: med (?:mitt ärende|ärendet|min reklamation)| i ärendet)?(?: nu)?",
        rf"varför (?:svarar ni inte|svarar ingen|har ingen svarat|har ni inte svarat){_SV_ABOUT}",
        rf"(?:ingen har|ni har inte|ni har fortfarande inte) svarat{_SV_ABOUT}",
        # English
        (
            rf"(?:is there |are there |do you have |have you |have you got |have you had )?any (?:update|updates|"
            rf"news|progress|"
            rf"answer|reply|response){_EN_ABOUT}"
        ),
        rf"(?:is there |do you have )an update{_EN_ABOUT}",
        (
            rf"when (?:will|can|do|could|should|might|may) (?:i|we) (?:finally )?(?:get|expect|receive|have|be "
            rf"getting|hear)"
            rf"(?: to hear)?(?: (?:an?|your|some|any|back))*(?: (?:answer|reply|response|update|news))?{_EN_ABOUT}"
        ),
        (
            rf"when (?:will|are) (?:you|someone|anyone|somebody|you going to) (?:finally )?(?:to )?(?:answer|reply|"
            rf"respond|"
            rf"get back|answering|replying)(?: to)?(?: me| us)?{_EN_ABOUT}"
        ),
        (
            rf"(?:i am |i'm |we are |we're )?still (?:waiting|awaiting)(?: for| on| to hear)? (?:an? |your |any |"
            rf"some )?"
            rf"(?:answer|reply|response|update|from you|back){_EN_ABOUT}"
        ),
        (
            rf"(?:i |we )(?:still )?(?:haven't|have not|have still not|have yet to) (?:yet )?(?:had|received|receive|"
            rf"gotten|got|"
            rf"get|heard|hear|been given) (?:(?:an?|any|your|back) ?)*(?:answer|reply|response|anything|"
            rf"update)?{_EN_ABOUT}"
        ),
        (
            rf"(?:nobody|no one|no-one) has (?:answered|replied|responded|got back|gotten back)(?: to)?(?: me| "
            rf"us)?{_EN_ABOUT}"
        ),
        (
            rf"you (?:still )?(?:haven't|have not|have still not) (?:answered|replied|responded)(?: to)?(?: me| "
            rf"us)?{_EN_ABOUT}"
        ),
        rf"where is (?:my|the|your) (?:answer|reply|response){_EN_ABOUT}",
        (
            rf"(?:what is|what's) (?:happening|going on|the status|the latest|the situation)(?: (?:with|of|on) (?:my|"
            rf"this|the) "
            rf"(?:case|complaint|matter|issue|request|claim|ticket)| with this| of this| on this)?{_EN_ABOUT}"
        ),
        (
            rf"why (?:are you not|aren't you|is nobody|is no one|has nobody|has no one|have you not|haven't "
            rf"you) (?:answering|"
            rf"replying|responding|answered|replied|responded)(?: to)?(?: me| us)?{_EN_ABOUT}"
        ),
        rf"(?:i am |i'm )?(?:just )?(?:following up|chasing up|chasing){_EN_ABOUT}",
    )
)

# --- that something still fails; looked for anywhere in a text in lower case, blanks made one

_FI_NOT: Final = r"(?:ei|eivät|eikä|en|emme|ette|et|älkää)"

STILL: Final = (
    r"\b(?:edelleen|edelleenkin|edelleenkään|yhä|vieläkään|vieläkin|viel(?:kään|kin))\b",
    rf"\b{_FI_NOT}\b[^.!?,]{{0,60}}\bvielä\b",
    rf"\bvielä {_FI_NOT}\b",
    r"\b(?:fortfarande|alltjämt)\b",
    r"\b(?:än|ännu) (?:i dag |idag )?inte\b",
    r"\binte (?:[^ .!?,]+ ){0,4}(?:ännu\b|än(?= ?(?:[.!?,]|$)))",
    r"\bstill\b",
    r"(?:\bnot|n't)\b[^.!?,]{0,60}\byet\b",
    r"\byet to\b",
)

BUT: Final = "mutta|men|but|however|silti|ändå"
