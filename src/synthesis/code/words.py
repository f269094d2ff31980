"""Words for code: verbs, nouns and made-up stems, composed into identifiers and comments."""

import random
import re
import unicodedata


def table(text: str) -> list[str]:
    """The words of a text: short to write, quick to read."""
    return text.split()


VERBS = table(
    """
    accept acquire activate add adjust admit align allocate allow answer append apply approve
    archive arm ask assign attach audit balance bind block book boot bounce broadcast buffer build
    cache calibrate call cancel capture charge check claim clean clear click clone close collect
    commit compact compare compile complete compose compress compute confirm connect consume
    convert cool copy count create crop cut debit decline decode defer delay deliver deny deploy
    detach detect disable discard dispatch dock download drain drop dump edit eject emit empty
    enable encode end enqueue enter escalate estimate evict exit expand expire export fail fetch
    fill filter finish fire fix flag flush fold follow forget format forward freeze get grant
    grind group halt handle hash heat hide hold hop import index ingest init insert inspect
    install issue join jump kick kill land launch lift link list load lock log lower map mark
    match measure melt merge migrate mix mount move mute notify offer open order pack park parse
    pass patch pause pay peel pick ping pitch place plan play poll post pour press print process
    promote prune publish pull pump purge push put query queue quit quote raise rank read rebuild
    receive recover redirect refill refresh refund register reject release reload remove rename
    render renew repair repeat replace reply report request reset resize resolve restart restore
    resume retire retry return review revoke rewind roll rotate route run save scan schedule score
    scrub seal search select send serve set settle shake shift ship shred shut sign skip sleep
    slice sort spawn spin split stack stage stamp start stop store stream strip submit suspend
    swap sweep switch sync tag tally test throttle tick tilt time touch track transfer trigger
    trim tune turn twist unlock unpack update upload validate vent verify vote wait wake warm wash
    watch weigh wipe withdraw wrap write yield zip
    """
)

NOUNS = table(
    """
    account actor address agent alarm album alert amount anchor answer apple archive area array
    arrival article asset atlas badge bag balance band bank barrel base basket batch battery bay
    beacon beam bean bed bell belt bill bin bird block board boat bolt book booking bottle bowl
    box branch bread bridge bucket budget buffer bundle bus button cabin cable cache cake calendar
    call camera candle canvas card cargo carrier cart case cell chain chamber channel chapter
    charge chart chat check chest chip circle claim class clerk client clock cloud coach code coin
    column comet conduit config copy core corner coupon course courier cover crane crate crew crop
    crypt cup cursor curve customer cycle dam data deck delivery demand depot desk device diary
    digest disk dock document dog door draft drawer driver drone duct edge egg engine entry
    envelope error event exam farm fault feed fence field file filter fire flag flame fleet flight
    floor flow flower fluid form frame freight fruit fuel fund furnace garden gate gauge gear gift
    glass grain graph grid group guard guest guide hall hand harbor harvest hash head heap hint
    hive hook horse hotel hub image index input invoice island item jar job journal juice kernel
    key kiosk kitchen knob label lab ladder lake lamp lane layer leaf lease ledger leg lens letter
    level lever library light line link list loan lobby lock log loom loop lot machine mail map
    market mask mass mast match meal member memo menu message meter mill mine mirror mode model
    module motor mount mouse music name needle nest net node note notice number oar object offer
    oil orbit order organ output oven owner page paint pair panel paper parcel park part party
    path patient payment peak pen permit phase phone photo piece pilot pipe plan planet plant
    plate player plot plug pocket point policy pond pool port post pot press price printer profile
    project proof pulse pump query queue quota quote rack radar rail ramp range rate reader
    receipt record refund region relay rent reply report request reserve review ring river road
    robot rod roof room root rope round route row rule runway sack safe sail salt sample scale
    scanner scene schema score screen seal seat section seed sensor server session shaft shape
    sheet shelf shell shift ship shop signal sink site slot smoke snow socket source space spark
    spindle spool spot spring stack staff stage stall stamp star station stem step stock store
    storm stream street string study sugar suit supply surface survey switch table tag tank tape
    target task tax team tent terminal test text thread ticket tide tile timer token tool topic
    tour tower town track trade trailer train tray tree trip truck trunk tube tunnel turbine unit
    user valve van vault vein vendor vessel view vine visit voice volume vote voyage wagon wall
    watch water wave web well wharf wheel window wing winner wire wood word worker yard year zone
    """
)

ADJECTIVES = table(
    """
    active all any backup bad basic big blue busy cheap cold common current daily dark deep
    default dirty double dry early empty extra fast final first flat free fresh full global good
    green hard heavy high hot idle inner internal last late lazy left light local long loose low
    main manual max min minor mobile narrow new next nightly normal odd old open outer partial
    past pending plain primary quick quiet random rapid raw ready recent red remote right rough
    safe second secure shared short silent simple single slow small smart soft solid spare stale
    static steady strict tall temp tight tiny top total true urgent valid warm weak weekly wet
    wide wild
    """
)

_ONSETS = table(
    """
    b br c ch cl d dr f fl g gl gr h j k kl kr l m n p pl pr qu r s sk sl st t tr v vr w x y z
    """
)
_VOWELS = table(
    """
    a e i o u a e i o u ai au ea ee io oa oo ou
    """
)
_CODAS = (
    table(
        """
    b ck d f g k l lm ln m n nd ng nt p r rk rn rt s sk st t x z
    """
    )
    + [""] * 12
)

RESERVED = frozenset(
    table(
        """
    abstract and as assert async await begin bool boolean break byte case catch char class const
    continue crate def default defer del delegate delete do double elif else elsif end ensure enum
    event except export extends extern false finally float fn for foreach from func function
    global go goto if impl implements import in include instanceof int interface internal is
    lambda let long loop match method mod module mut namespace native new nil none not null of
    operator or override package pass print private protected protocol public raise receive record
    ref register rescue return self short signed sizeof static string struct super switch
    synchronized table template then this throw throws trait true try type typedef typeof undef
    union unless unsigned until use using val var void volatile when where while with xor yield
    main fun rec node edge graph digraph subgraph strict
    """
    )
)

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")


def stem(rng: random.Random) -> str:
    """A made-up word such as `vrauk` or `telosk`."""
    parts = [
        rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(1 if rng.random() < 0.4 else 2)
    ]
    return "".join(parts) + rng.choice(_CODAS)


def noun(rng: random.Random) -> str:
    """A noun, now and then a made-up one."""
    return stem(rng) if rng.random() < 0.08 else rng.choice(NOUNS)


def words(text: str) -> list[str]:
    """Lower-case words of a name, CamelCase split, digits joined to the word before them."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    found: list[str] = []
    for word in _WORD.findall(text.replace("'", "")):
        if word.isdigit() and found:
            found[-1] += word if not found[-1][-1].isdigit() else "_" + word
        else:
            found.append(word.lower())
    return found


def join(parts: list[str], style: str) -> str:
    """Words as one name: snake, camel, pascal, upper, kebab, flat, spaced, title, sentence."""
    match style:
        case "pascal":
            return "".join(p[:1].upper() + p[1:] for p in parts)
        case "camel":
            return parts[0] + "".join(p[:1].upper() + p[1:] for p in parts[1:])
        case "upper":
            return "_".join(parts).upper()
        case "kebab":
            return "-".join(parts)
        case "flat":
            return "".join(parts)
        case "spaced":
            return " ".join(parts)
        case "title":
            return " ".join(p[:1].upper() + p[1:] for p in parts)
        case "sentence":
            return " ".join(parts).capitalize()
    return "_".join(parts)


def event_words(rng: random.Random) -> list[str]:
    """The words of an event: `press`, `door opened`, `timeout`."""
    r = rng.random()
    if r < 0.4:
        return [rng.choice(VERBS)]
    if r < 0.65:
        return [rng.choice(VERBS), noun(rng)]
    if r < 0.75:
        return [noun(rng), rng.choice(("ready", "lost", "found", "full", "empty", "late", "ok"))]
    if r < 0.85:
        return [rng.choice(("on", "got", "no", "each", "last", "need")), noun(rng)]
    return [stem(rng)] if r < 0.93 else [rng.choice(("timeout", "tick", "error", "done", "next"))]


def thing_words(rng: random.Random) -> list[str]:
    """The words of a thing: `freight ledger`, `cold tank`."""
    r = rng.random()
    if r < 0.35:
        return [noun(rng)]
    if r < 0.7:
        return [noun(rng), rng.choice(NOUNS)]
    return [rng.choice(ADJECTIVES), noun(rng)]


def remark(rng: random.Random) -> str:
    """A short composed comment that says nothing about the graph."""
    v, n, a, m = rng.choice(VERBS), noun(rng), rng.choice(ADJECTIVES), noun(rng)
    return rng.choice(
        (
            f"TODO: {v} the {n} {m} as well",
            f"see the {a} {n} notes",
            f"kept for the {a} {m}",
            f"{v} only once per {n}",
            f"{n} {m} helpers",
            f"owner: {n} team",
            f"FIXME {a} {n}",
            f"version {rng.randrange(1, 9)}.{rng.randrange(20)}",
            f"generated, do not {v}",
            f"we {v} {a} {n}s elsewhere",
            f"ticket {rng.choice('ABCKMPX')}{rng.choice('DENT')}-{rng.randrange(10, 4000)}",
        )
    )
