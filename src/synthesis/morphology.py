"""Regular English inflection with the irregular verbs that the tables use."""

from functools import cache

IRREGULAR = {
    line.split()[0]: tuple(line.split()[1:])
    for line in """
    be was been
    become became become
    begin began begun
    bring brought brought
    build built built
    buy bought bought
    catch caught caught
    choose chose chosen
    come came come
    draw drew drawn
    drive drove driven
    eat ate eaten
    fall fell fallen
    feed fed fed
    fetch fetched fetched
    find found found
    flow flowed flowed
    get got got
    give gave given
    go went gone
    grow grew grown
    grind ground ground
    sweep swept swept
    freeze froze frozen
    withdraw withdrew withdrawn
    rebuild rebuilt rebuilt
    cut cut cut
    shut shut shut
    reset reset reset
    hand handed handed
    have had had
    hear heard heard
    hit hit hit
    hold held held
    keep kept kept
    know knew known
    lead led led
    leave left left
    lend lent lent
    let let let
    make made made
    mean meant meant
    meet met met
    need needed needed
    offer offered offered
    open opened opened
    pay paid paid
    precede preceded preceded
    put put put
    read read read
    rely relied relied
    run ran run
    see saw seen
    sell sold sold
    send sent sent
    set set set
    show showed shown
    sit sat sat
    slide slid slid
    spill spilled spilled
    rest rested rested
    ring rang rung
    speak spoke spoken
    spread spread spread
    stand stood stood
    start started started
    take took taken
    teach taught taught
    tell told told
    think thought thought
    trigger triggered triggered
    visit visited visited
    win won won
    wind wound wound
    write wrote written
    """.strip().splitlines()
}
# Verbs that double their last letter.
DOUBLING = set(
    """
    ship stop plan drop hop debug step map scan pin plug grab skip tag log swap trap flag chat chop
    transfer refer prefer submit commit admit emit transmit permit reset get put run set sit
    hit cut let begin forget wrap slip clip defer stir enrol cancel distil label signal travel
    model trim strip stub sub spin
    """.split()
)


@cache
def third(verb: str) -> str:
    """go -> goes, be -> is, depend -> depends."""
    if verb in ("be", "have"):
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


@cache
def past(verb: str) -> str:
    """go -> went, stop -> stopped."""
    return IRREGULAR[verb][0] if verb in IRREGULAR else _regular(verb)


@cache
def participle(verb: str) -> str:
    """go -> gone, stop -> stopped."""
    return IRREGULAR[verb][1] if verb in IRREGULAR else _regular(verb)


def _regular(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return (verb + verb[-1] if verb in DOUBLING else verb) + "ed"


@cache
def gerund(verb: str) -> str:
    """go -> going, make -> making, stop -> stopping."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return verb[:-1] + "ing"
    return (verb + verb[-1] if verb in DOUBLING else verb) + "ing"


class Verb:
    """The forms of a verb phrase ("be fed by"): only its first word is inflected."""

    def __init__(self, phrase: str) -> None:
        head, _, rest = phrase.strip().partition(" ")
        rest = f" {rest}" if rest else ""
        self.base = head + rest
        self.plural = ("are" if head == "be" else head) + rest
        self.third = third(head) + rest
        self.past = past(head) + rest
        self.pasts = ("were" if head == "be" else past(head)) + rest
        self.participle = participle(head) + rest
        self.gerund = gerund(head) + rest


def verbs(text: str) -> list[Verb]:
    """The verbs of a table written with semicolons."""
    return [Verb(phrase) for phrase in text.replace("\n", " ").split(";") if phrase.strip()]
