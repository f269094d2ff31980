# ruff: noqa: E501 (tables of phrases)
"""Families of verbs: how an edge of a certain meaning is told.

`verbs` have the tail as subject and the head as object; `inverses` have the head as subject and the
tail as object, so that the direction follows the verb. `nouns` name the edge itself.
"""

from dataclasses import dataclass, field

from synthesis.morphology import Verb, verbs
from synthesis.phrasing import Rule, compile_table


@dataclass(frozen=True)
class Family:
    """Verbs, nouns and own rules of one meaning of edges; rules are tables of `phrasing`."""

    verbs: list[Verb]
    inverses: list[Verb]
    nouns: list[str]
    single: list[Rule] = field(default_factory=list)
    labelled: list[Rule] = field(default_factory=list)


def family(active: str, inverse: str, nouns: str, single: str = "", labelled: str = "") -> Family:
    """A family from its tables in text."""
    return Family(
        verbs(active),
        verbs(inverse),
        [noun.strip() for noun in nouns.split(";")],
        compile_table(single),
        compile_table(labelled),
    )


FAMILIES: dict[str, Family] = {
    "transition": family(
        "go to; move to; move on to; switch to; change to; transition to; jump to; advance to; "
        "proceed to; turn into; become; lead to; pass into; go over to; shift to; progress to; "
        "change into; go straight to; continue to; evolve into; give way to; be left for; "
        "be followed by; step to; flip to; drop to; end up in; fall to; pass to; transit to; "
        "get to; slide into; hop to; be replaced by; be succeeded by; run into; take you to",
        "be reached from; be entered from; come after; follow; be the successor of; succeed; "
        "be reachable from; be entered directly from; be next after; replace; be arrived at from",
        "transition; transition; move; step; switch; change; edge; arrow; jump; path; arc; way",
        """
        <A>'s {next state|successor|only exit|follow-up state} is <B>
        from <A>, {the system|the machine|it|one|control|the device|the object|the process} {can {go|move|switch|get|change|jump|proceed|step|pass}|{goes|moves|switches|changes|jumps|proceeds|steps|passes}} {on |over |}to <B>
        {from|out of} <A>{ the way|,|} {you|we|one} {can|may|will|might} {only |next |then |}{go|move|get|switch|continue|proceed|come|pass|step|turn} to <B>
        {leaving|after leaving|on leaving|once it leaves|when it leaves} <A>, {the system|the machine|it|one} {enters|is in|arrives at|finds itself in|ends up in|goes to} <B>
        {the way|the only way|one way} {out of|from} <A> {is|leads|goes} to <B>
        <B> {can be|is|may be|gets} {entered|reached|activated} {only |directly |}from <A>
        {once|as soon as|when} <A> is {over|left|done|finished|exited}, <B> {begins|follows|starts|is next|is entered|comes}
        <A> can {turn into|become|go to|be changed to|be switched to|be left for} <B>
        {being|if it is|when it is} in <A> it {may|can|could} {become|go to|switch to|change to|move to} <B>
        """,
        """
        {in|while in|when in|being in} <A>, <X> {takes|moves|brings|sends|leads|switches|carries|transfers} {us|you|it|the system|the machine|things} {straight |}to <B>
        <X> {takes|moves|brings|sends|switches|turns|gets|carries|pushes|transfers|flips} {us |it |you |the system |the machine |}from <A> {in|}to <B>
        <X> {makes|lets|has|will make|would make} <A> {become|go to|turn into|switch to|change to|move to} <B>
        <X> {turns|changes|makes} <A> into <B>
        <X> in <A> {leads|goes|gets you|brings you|takes you|moves on|means going|means a change} to <B>
        {the system|the machine|it|the device|the object} {goes|moves|changes|switches|passes|steps|jumps} from <A> to <B> <W>
        <V> {the system|the machine|it|the device|the object} {goes|moves|changes|switches|passes|steps|jumps} from <A> to <B>
        {if|when|whenever|suppose} {it is|we are|the system is|the machine is|you are} in <A> and <X> {occurs|happens|comes|arrives}, {{go|it goes|we go|move|it moves} to|the next state is|the machine enters} <B>
        {in|for|with} <A> {the reaction to|the answer to|the response to} <X> is {a change to|going to|moving to|} <B>
        <A> {reacts to|responds to|answers} <X> {by|with} {{going|moving|switching|changing} to|a {jump|move|change|switch} to} <B>
        <B> is {entered|reached|where it goes|what follows} from <A> <W>
        {waiting|sitting|staying|idling} in <A>, it {takes|needs} <X> to {get|move|come|go} to <B>
        only <X> {takes|gets|brings|moves} {us|it|you} from <A> to <B>
        """,
    ),
    "flow": family(
        "lead to; be followed by; precede; come before; continue with; flow into; feed into; "
        "go on to; trigger; kick off; hand over to; pass on to; be succeeded by; start; run before; "
        "move on to; launch; unlock; lead into; lead straight to; proceed to; be right before; "
        "open the way to; give way to; set off; initiate; be a precondition for; make way for",
        "follow; come after; be preceded by; be triggered by; be started by; happen after; "
        "be next after; start after; come right after; run after; be done after; "
        "begin after; be reached from; be kicked off by; come straight after; take over from",
        "arrow; edge; step; link; path; flow; connection; handover; transition; way",
        """
        <A>'s {successor|next step|follow-up} is <B>
        {after|following|once we are through with|when done with|having finished|upon finishing|right after|directly after} <A>{,|} {comes|we do|it is time for|you do|follows|there is|we turn to|the next step is|next is|next up is|we continue with} <B>
        {after|following|right after|immediately after} <A>{ comes| follows| we have|:} <B>
        {once|as soon as|when|after|the moment} <A> is {done|finished|complete|over|through}, <B> {starts|begins|can start|follows|is next|takes place|gets going|comes next|can begin}
        {before|ahead of|prior to} <B> {comes|there is|we have|you need|stands} <A>
        the {next step|step|next thing|successor|stage} after <A> is <B>
        <B> {can|may|must|should} {only |}{start|begin|run|happen} {after|once} <A>{ is done| is finished| has ended|}
        <A> {first|comes first|goes first}, {then|and then|and after that|followed by} <B>
        {the output|the result|the outcome} of <A> {goes|is passed|is handed|flows|is fed} {in|}to <B>
        <A> {done|finished|completed}, {it goes on with|we continue with|the next is|on to} <B>
        """,
        """
        {after|following|from} <A>, <W>{,|} {comes|we go to|continue with|go to|follows|proceed to|move on to|the process goes to} <B>
        <V>{,|} <A> is {followed by|continued with|succeeded by} <B>
        {should|in the event of} <X>{ happen|}, {the process goes|we go|it goes|go} from <A> to <B>
        {the path|the branch|the way|the route} from <A> to <B> is {taken|chosen|used|followed} <W>
        """,
    ),
    "send": family(
        "send data to; feed; write to; talk to; push to; forward requests to; publish to; "
        "deliver to; hand over to; pass messages to; stream into; notify; supply; pipe into; "
        "send its output to; send messages to; transmit to; pass its results to; send events to; "
        "dump into; report its status to; emit data to; drive; provide input for; feed into; "
        "send everything to; route traffic to; relay to; forward to; flow into; signal; alert; "
        "output to; push updates to; ship records to; broadcast to; send a copy to; hand work to",
        "be fed by; receive data from; get input from; be notified by; be supplied by; hear from; "
        "take its input from; get its data from; receive messages from; obtain its data from; "
        "be driven by; be filled by; accept input from; get events from; be signalled by; "
        "receive requests from; collect what comes from",
        "arrow; edge; connection; data flow; link; flow; channel; stream; line; message path; feed",
        """
        <A>'s {output|data|messages|results} {ends up in|ends up at|always reaches|is meant for} <B>
        {data|messages|requests|information|traffic|events|records|everything} {flow|go|pass|move|travel|get sent|run} from <A> {on |over |}to <B>
        {whatever|what|everything} {comes out of|leaves|is produced by} <A> {goes|ends up|lands|arrives} {in|at|with} <B>
        {the output|the results|the data|the messages} {of|from} <A> {goes|is sent|is passed|is handed|flows|is fed} {in|}to <B>
        {data|input|messages} for <B> {comes|come} from <A>
        <B> gets {its|all its|some of its|the} {data|input|messages|records} from <A>
        """,
        """
        <A> {sends|passes|hands|delivers|emits|forwards|transmits|pushes|publishes|supplies} <X> to <B>
        <B> {gets|receives|obtains|takes|accepts} <X> from <A>
        <X> {goes|is sent|flows|is passed|travels|is transmitted|moves} from <A> to <B>
        what {flows|goes|passes|is sent} from <A> to <B> is <X>
        """,
    ),
    "call": family(
        "call; invoke; query; ask; contact; send requests to; connect to; call into; consult; "
        "make requests to; access; talk to; reach out to; address; issue calls to; hit; request; "
        "directly call; communicate with; speak to; look things up in; go to; turn to; delegate to",
        "be called by; be invoked by; be queried by; be contacted by; be accessed by; be asked by; "
        "get requests from; be consulted by; receive calls from; be addressed by; answer calls from",
        "call; arrow; edge; request; connection; link; invocation; access",
        """
        <A>'s {requests|calls|queries} go to <B>
        {requests|calls|queries} {go|are made|are sent|pass|travel} from <A> to <B>
        {on every request|for each job|at runtime|internally|under the hood|behind the scenes|to do its job}{,|} <A> {calls|uses|asks|contacts|queries} <B>
        {inside|within} <A> there is a call to <B>
        {to answer|to do its work|to serve a request}, <A> {must|has to|needs to} {call|ask|query|contact} <B>
        """,
        """
        <A> {calls|contacts|asks|queries} <B> <W>
        """,
    ),
    "use": family(
        "use; rely on; need; build on; work with; make use of; depend on; be based on; employ; "
        "sit on top of; be backed by; utilise; utilize; draw on; require; lean on",
        "be used by; be needed by; be employed by; be required by; be relied on by; "
        "be made use of by",
        "arrow; edge; dependency; link; connection; usage",
        """
        without <B>, <A> {cannot|can't|does not|would not|won't} {work|run|start|function|do anything}
        <A> {will not|cannot|can't|won't} {work|run|start|function} {without|unless it has} <B>
        """,
        "<A> uses <B> <W>",
    ),
    "depend": family(
        "depend on; depend directly on; require; need; import; use; rely on; build on; pull in; "
        "link against; include; be based on; be built on top of; load; have a dependency on; "
        "import from; be dependent on; have to have; call for; be linked to; "
        "presuppose; bring in; refer to; rest on; import things from; need to have",
        "be required by; be needed by; be imported by; be used by; be pulled in by; "
        "be included by; be loaded by; be relied on by; be linked into; be used in; be imported in",
        "dependency; arrow; edge; import; link; requirement; reference",
        """
        <A>'s {dependency|requirement} is <B>
        without <B>, <A> {cannot|can't|does not|would not|won't} {be built|work|compile|run|start|load}
        <A> {will not|cannot|can't|won't|fails to} {compile|work|run|start|build|load} without <B>
        {to build|to compile|to run|to use|to install} <A>, {you need|one needs|you must have|we need|it takes} <B>
        {if you|should you|when you} {install|build|add|use} <A>, {you also need|you get|it pulls in|it drags in|you will need} <B>
        {among the|one of the} {dependencies|requirements|imports} of <A> is <B>
        in <A> {there is an import of|we import|you will find an import of} <B>
        """,
        "<A> {needs|requires|uses} <B> <W>",
    ),
    "inherit": family(
        "extend; inherit from; derive from; be a subclass of; be derived from; specialise; "
        "be a kind of; be a special; subclass; be a subtype of; be a child class of; specialize; "
        "be a; have the superclass; have the base class; be a sort of; refine; implement",
        "be the superclass of; be extended by; be the base class of; be the parent class of; "
        "be inherited by; be subclassed by; be specialised by; be a supertype of",
        "inheritance arrow; arrow; edge; generalisation; inheritance link; is-a link",
        """
        <A>'s {superclass|base class|parent class|supertype} is <B>
        {every|each} <a> is {a|also a|a kind of|at the same time a} <b>
        {the base|the superclass|the parent|the parent class} of <A> is <B>
        class <a> {extends|: public|inherits|is a subclass of} <b>
        """,
        "<A> extends <B> <W>",
    ),
    "have": family(
        "contain; have; own; hold; refer to; use; be composed of; reference; be made up of; "
        "consist of; keep a list of; include; store; know; comprise; manage; create; be home to; "
        "hold a reference to; have an attribute of type; aggregate; keep",
        "be contained in; be owned by; be held by; be referenced by; be used by; be kept by; "
        "be included in; be created by; be stored in",
        "arrow; edge; association; reference; link; composition",
        """
        one of <A>'s {parts|members|attributes|fields} is <B>
        {every|each} <a> {has|has one or more|holds a|owns a|contains a|knows its|comes with a} <b>
        {inside|within|in} {every|each|a|an|the} <a> there {is|must be} {a|some} <b>
        {there is|we have} {a|some} <b> in {every|each} <a>
        """,
        "<A> has <B> <W>",
    ),
    "relate": family(
        "be related to; be associated with; have; refer to; be linked to; have a relation to; "
        "have a foreign key to; have a reference to; reference; point to; be tied to",
        "be referenced by; be referred to by; be pointed to by",
        "relationship; relation; edge; link; association; line; foreign key",
        """
        {every|each|one} <a> {has|can have|may have|is linked to|owns|comes with} {a|one|many|several|zero or more|at least one|exactly one|any number of} <b>
        {one|a single} <a> {has|can have|may have|relates to} {many|several|more than one} <b>
        {the table|table|entity} <a> {references|refers to|has a foreign key to|points to} <b>
        """,
        """
        {the relationship|the relation|the association|it} from <A> to <B> {is|has the multiplicity|is of type} <Lq>
        <A> {has|is in} a <L> {relationship|relation|association} {with|to} <B>
        """,
    ),
    "point": family(
        "point to; link to; refer to; have a pointer to; hold a reference to; reference; "
        "be linked to; have the child; have as a child; be the parent of; be the predecessor of",
        "be pointed to by; be a child of; be referenced by; hang under; be below; be linked from; "
        "be the child of; sit under; be attached under",
        "pointer; link; edge; reference; arrow",
        """
        <A>'s {child|successor|next} is <B>
        {below|under|beneath} <A> {is|hangs|sits|comes|there is} <B>
        {a|one|the} {child|successor} of <A> is <B>
        {the parent|the predecessor} of <B> is <A>
        """,
        """
        {the|} <L> {pointer|link|reference|field} of <A> {points to|goes to|leads to|is|refers to} <B>
        {following|taking|going along} <L> from <A> {leads|takes you|brings you|gets you} to <B>
        """,
    ),
    "manage": family(
        "manage; lead; supervise; be the boss of; be in charge of; be responsible for; oversee; "
        "direct; head; be the superior of; be the manager of; be above; guide; run; command; "
        "be the line manager of; line-manage; be the supervisor of; have authority over; coach",
        "be managed by; be supervised by; be led by; be headed by; be overseen by; be directed by; "
        "be guided by; be run by; be line-managed by; be coached by",
        "arrow; edge; line; reporting line",
        """
        <B>'s {boss|manager|superior|supervisor} is <A>
        {the boss|the manager|the supervisor|the superior|the line manager} of <B> is <A>
        {directly |}{below|under|beneath} <A> {is|comes|there is|works|stands|we find} <B>
        {in the team of|on the team of|in the group led by} <A> {is|works} <B>
        """,
        "<A> leads <B> <W>",
    ),
    "report": family(
        "report to; answer to; work under; work for; report directly to; be subordinate to; "
        "get orders from; be accountable to; take orders from; be responsible to; report solely to",
        "be reported to by; receive the reports of",
        "arrow; edge; line; reporting line",
        """
        <A>'s {boss|manager|superior|supervisor} is <B>
        <A> has <B> as {boss|manager|superior|supervisor|line manager}
        <A> {is a direct report of|is on the staff of|takes instructions from} <B>
        {when in doubt|by contract|formally|on paper|officially}, <A> reports to <B>
        """,
        "<A> reports to <B> <W>",
    ),
    "parent": family(
        "be the mother of; be the father of; be the parent of; be a parent of;  "
        "raise; be mother to; be father to; be mum of; be dad of",
        "be a child of; be the son of; be the daughter of; descend from; be a son of; "
        "be a daughter of; be born to; stem from; be the child of; be an offspring of",
        "arrow; edge; line; parent line",
        """
        <B>'s {mother|father|parent} is <A>
        {the mother|the father|a parent|one parent} of <B> is <A>
        {a child|one child|a daughter|a son} of <A> is {called |named |}<B>
        <A> {has|had} {a child|a son|a daughter|a baby}{: |, | called | named }<B>
        """,
        "",
    ),
    "eat": family(
        "eat; hunt; prey on; feed on; devour; live on; consume; dine on; catch; go after; kill",
        "be eaten by; be hunted by; be devoured by; be consumed by; be caught by; be killed by",
        "arrow; edge; link",
        """
        <A>'s {prey|food|favourite food} is <B>
        {on the menu of|among the food of|part of the diet of} <A> is <B>
        """,
        "",
    ),
    "friend": family(
        "be friends with; know; be a friend of; get along with; be acquainted with; be close to; "
        "play with; hang out with; be a neighbour of; be in touch with; be a classmate of; meet",
        "be friends with; know; be a friend of; be acquainted with; be in touch with",
        "friendship; edge; tie; bond; line; acquaintance",
        """
        <A>'s {friend|pal|mate|buddy|neighbour} is <B>
        <A> and <B> {are friends|know each other|are acquainted|are close|get along|are pals|are mates|are good friends|are neighbours|are connected}
        {there is a friendship|a friendship exists|there is a bond} between <A> and <B>
        """,
        """
        <A> and <B> {know each other|are friends|are connected} <W>
        """,
    ),
    "road": family(
        "be connected to; be linked to; border; be joined to; be next to; be connected with; "
        "lie next to; have a road to; be reachable from; share a road with; have a direct line to",
        "be connected to; be linked to; border; be joined to; be next to; have a road to",
        "road; route; connection; path; line; rail line; edge; track; direct flight; trail; link",
        """
        <A> and <B> {are connected|are linked|are neighbours|are joined|border each other} {directly|by a {road|track|path|line}|}
        {a|one} {road|track|path|line|direct connection|trail|bridge} {runs|goes|exists|lies} between <A> and <B>
        you can {drive|travel|walk|go|ride|get} {directly |}{between <A> and <B>|from <A> to <B> and back}
        {between|connecting} <A> and <B> {there is|runs|lies|we find} a {road|track|path|line|route|connection}
        """,
        """
        {from <A> to <B>|between <A> and <B>} {it is|it takes|we have|there is a <N> of|one counts} <L>
        {the <N>|the distance|the way} {from <A> to <B>|between <A> and <B>} {is|measures|takes|costs|has} <L>
        <A> and <B> are <L> apart
        <A> - <B>: <L>
        """,
    ),
    "link": family(
        "be connected to; be linked with; be wired to; be joined to; share a cable with; be joined with; "
        "neighbour; be attached to; be adjacent to; be connected with; be plugged into; touch; "
        "be linked to; have a link to; be next to; be hooked up to; be coupled with; be tied to; "
        "be a neighbour of; be directly connected to; share an edge with",
        "be connected to; be linked with; be wired to; be joined to; be adjacent to; be attached to; "
        "be linked to; be connected with; be a neighbour of",
        "link; connection; edge; cable; line; wire; tie",
        """
        <A>'s {neighbour|peer} is <B>
        <A> and <B> {are connected|are linked|are neighbours|are joined|are wired together|are adjacent|share an edge|talk to each other}
        {a|one} {cable|link|wire|line|connection} {runs|goes|exists} between <A> and <B>
        {between|connecting} <A> and <B> {there is|runs|we have|goes} a {link|cable|line|connection|wire}
        {connect|link|join|wire} <A> {to|with|and} <B>
        """,
        """
        <A> and <B> are {connected|linked|joined} <W>
        {the link|the connection|the cable|the edge|the line} {from <A> to <B>|between <A> and <B>} {is|has|carries|runs at|is rated|is marked|is labelled} <L>
        between <A> and <B>: <L>
        """,
    ),
    "tell": family(
        "tell; inform; call; write to; text; pass the news to; whisper it to; phone; brief; "
        "let it slip to; mention it to; repeat it to; spill it to; forward it to; confide in; "
        "share it with; report it to; email; send the message to; break the news to; hint it to; "
        "ring; pass the note to; hand the letter to; deliver the message to; blab to",
        "hear it from; be told by; learn it from; get the message from; be informed by; hear of it from; "
        "get the news from; be called by; find out from; receive the note from; have it from",
        "message; arrow; edge; call; note; letter",
        """
        {the rumour|the news|the story|the secret|word|the gossip|the message|it} {went|travelled|passed|spread|moved|got|leaked|jumped} from <A> {on |}to <B>
        it was <A> who {told|informed|called|warned} <B>
        <B> {found out|knew|learned of it|heard} {through|thanks to|because of|from} <A>
        """,
        """
        <A> {told|informed|called|warned} <B> <W>
        <V>{,|} <A> {told|informed|called|warned} <B>
        """,
    ),
    "travel": family(
        "be followed by; come before; be left for; lead to",
        "come after; be reached from; follow; be the stop after; be the next stop after",
        "leg; trip; arrow; edge; ride; way; hop; journey",
        """
        from <A>, {she|he|they|the courier|the parcel|the group|the train|the bus|I|we|the ship} {went|travelled|moved|drove|hurried|walked|sailed|continued|headed|rode|flew} {on |straight |}to <B>
        {leaving|after leaving|departing from|starting from} <A>, {she|he|they|the courier|the group|the train|the bus|I|we} {reached|arrived at|came to|got to|went to|headed for} <B>
        {she|he|they|the courier|the parcel|the group|the train|the bus|I|we} {went|travelled|moved|drove|walked|got} from <A> to <B>
        {after|next after|following} <A> {came|was|followed} <B>
        """,
        """
        from <A> {they|we|she|he|the group} {went|travelled|moved|drove} to <B> <W>
        """,
    ),
    "people": family(
        "know; like; trust; help; visit; admire; follow; look up to; write to; support; envy",
        "be known by; be liked by; be trusted by; be helped by; be visited by; be admired by; "
        "be followed by",
        "arrow; edge; line",
        "",
        "",
    ),
    "message": family(
        "send a message to; contact; call; ping; write to; message; signal",
        "be contacted by; be called by; get a message from; receive a message from; hear from",
        "message; arrow; edge; call; request",
        "",
        """
        <A> {sends|sends out|passes|transmits|issues|emits|posts|fires} <X> to <B>
        <A> {sends|gives|hands|shows|mails|returns} <B> <X>
        <B> {gets|receives|is sent|obtains|is handed|is given} <X> {from|by} <A>
        {then|next|now|after that|thereupon}{,|} <A> {sends|passes|transmits|issues} <X> to <B>
        <X> {goes|is sent|travels|is passed|is transmitted|moves} from <A> to <B>
        <A> {answers|addresses|contacts|calls|pings|messages} <B> with <X>
        <A> to <B>: <L>
        """,
    ),
    "precede": family(
        "precede; come before; be a prerequisite for; be required before; go before; unblock; "
        "have to be finished before; be done before; have priority over; be needed before; "
        "be a precondition for; block; take place before; be scheduled before; pave the way for",
        "come after; wait for; follow; be blocked by; have to wait for; start after; go after; "
        "be scheduled after; be preceded by; happen after; be held up by; take place after",
        "arrow; edge; precedence; constraint; ordering",
        """
        <A>'s {successor|follow-up} is <B>
        {nobody|we|you|one} can {start|begin|do|tackle} <B> {before|until} <A> is {done|finished|complete|over|ready}
        <B> {cannot|can't|must not|may not|shall not} {start|begin|happen} {before|until} <A> {is done|is finished|is complete|has ended|ends}
        {before|ahead of|prior to} <B>{,|} {we do|we have|there is|must come|comes|you need to do|stands} <A>
        <A> {must|has to|needs to|should} {be done|be finished|happen|be ready|end|be complete} {before|ahead of} <B>{ can start| begins| starts|}
        {only|} {after|once|when} <A>{ is done| is finished| is complete|} {can|may|does} <B> {start|begin|happen|follow}
        {as soon as|once|the moment} <A> is {done|finished|ready|over}, <B> {can start|may begin|is free to start|starts}
        """,
        """
        {from <A> to <B>|between <A> and <B>} {it takes|there are|we count|lie} <L>
        """,
    ),
    "decision": family(
        "lead to; go to; point to; end in; bring you to; take you to; send you to; continue with",
        "follow from; come after; be reached from; be the result of; be a consequence of",
        "branch; edge; arrow; answer; path; way",
        "",
        """
        {if the answer to <A> is|if <A> is answered with|answering <A> with|when <A> gives|for <A>,|at <A>,|in <A>,} <Lq>{,|} {we get|go to|the result is|the outcome is|we come to|continue with|it leads to|proceed to|then} <B>
        {the|} <Lq> branch of <A> {leads to|goes to|ends in|is|continues with|brings you to} <B>
        {a|the} <Lq> {at|to|for|in} <A> {leads to|means|gives|goes to|results in|takes you to|ends in} <B>
        """,
    ),
}
