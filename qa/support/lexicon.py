"""The English words that the checker knows by their work in a sentence, and the signs of Chinese."""

from __future__ import annotations

from index.words import words
from qa.question import FUNCTION_WORDS

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
CONJUNCTIONS = frozenset(
    "and or but while whereas which who because although though when where so nor".split()
)
PREPOSITIONS = frozenset(
    """in at on of for from to with by into over under between among against during through since until
    before after about as than per via within without toward towards across near""".split()
)
NEGATIONS = frozenset(
    """not no never none nor neither without cannot nobody nothing hardly barely rarely seldom fail fails
    failed failing unable lack lacks lacked lacking""".split()
)
MODALS = frozenset(
    """may might could would will shall should can must plan plans planned planning intend intends intended
    propose proposes proposed expect expects expected aim aims aimed hope hopes hoped seek seeks sought
    consider considers considered considering likely unlikely possibly perhaps probably if unless""".split()
)
EMPTY = FUNCTION_WORDS | PREPOSITIONS | frozenset("approximately roughly nearly almost circa around".split())
RESTRICTIONS = frozenset("only solely exclusively merely".split())
OPENINGS = frozenset(  # no names, beside what ends in -ly
    """even today meanwhile initially originally due given following based despite besides overall thus hence
    therefore however moreover furthermore""".split()
)
COMPARISONS = {
    stem: name
    for name, forms in (
        ("up", "increase rise rose risen grow grew grown growth higher raise climb surge gain upward"),
        (
            "down",
            "decrease decline fall fell fallen drop reduce reduction lower shrink shrank plunge loss",
        ),
        ("more", "more greater larger bigger"),
        ("less", "less fewer smaller"),
        ("before", "before prior"),
        ("after", "after following"),
        ("earlier", "earlier previously"),
        ("later", "later subsequently"),
        ("until", "until till"),
        ("since", "since"),
        ("above", "above"),
        ("below", "below"),
        ("better", "better"),
        ("worse", "worse"),
        ("largest", "highest largest biggest greatest maximum"),
        ("smallest", "lowest smallest minimum"),
        ("oldest", "oldest earliest"),
        ("newest", "newest latest youngest"),
        ("longest", "longest"),
        ("shortest", "shortest"),
        ("last", "last final"),
        ("all", "all every each entire whole always"),
        ("most", "most majority mostly"),
        ("least", "least"),
        ("best", "best"),
        ("worst", "worst"),
        ("few", "few"),
    )
    for stem in words(forms)
}
IRREGULAR = {
    form: (words(forms.split()[0]) or [""])[0]
    for forms in (
        "build built|write wrote written|sell sold|buy bought|begin began begun|win won|lose lost|know knew "
        "known|lead led|hold held|leave left|find found|think thought|bring brought|teach taught|send sent"
        "|spend spent|pay paid|meet met|run ran|sing sang sung|speak spoke spoken|take took taken|grow grew "
        "grown|rise rose risen|fall fell fallen|draw drew drawn|drive drove driven|choose chose chosen|come "
        "came|become became|tell told|sit sat|stand stood|understand understood|fight fought|keep kept|feel "
        "felt|die dying|lie lying lain|mean meant|see saw seen|break broke broken|wear wore worn|show shown"
    ).split("|")
    for form in forms.split()
}
CHINESE_NEGATIONS = "不没未无非"
