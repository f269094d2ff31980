# ruff: noqa: E501 (tables of words)
"""Plain English words by part of speech, the raw material of composed names."""

# Things: heads and modifiers of noun names.
NOUNS = """
account actor address adapter agenda agent aircraft airport alarm album alert algorithm altitude
ambulance analysis anchor animal answer antenna apartment appeal apple application appointment
approval archive arena army arrival article artist asset atlas audio audit author auction avenue
award axis badge baggage bakery balance ball bank banner barcode barrel barrier basket batch battery
beacon beam bed bell belt bicycle bid bike billing bin bird blanket block blood board boat body
boiler bolt bond bonus book booking boot border bottle bottom bowl box brake branch bread breaker
brick bridge broadcast broker bucket budget buffer bug builder building bulb bulletin bundle bus
button buyer cabin cabinet cable cache cake calendar call camera campaign candidate canvas cargo
carpet carrier cart case cash casting catalog category cell ceiling center chain chair challenge
change channel chapter charge charger chart chat check checkout cheese chef chip church circle
circuit city claim class cleaner clerk client climate clinic clock cloud club clutch coach coast
coat code coffee coil coin collection collector color column comment commit committee company
compass complaint component concert condition conductor config connection consent console contact
container content contest contract control controller cookie cooler copy core corner course court
cover crane crate credit creditor crew crop crystal cup currency curriculum curve customer cycle
dam dashboard data database date deadline dealer debt decision deck decoder defect delivery demand
deposit depot desert design desk detector device diagnosis diagram dial diary diesel digest dinner
direction disc discount dish disk display dispute district diver dock doctor document dog domain
donation door dose draft drain drawer dream driver drone drum duty eagle ear east echo editor effect
egg election element elevator email embassy employee encoder engine engineer entrance entry envelope
equipment error escalator essay estimate evaluation event evidence exam exchange exhibit exit
expense experiment expert export extract fabric face factory fan farm farmer fault feather feature
fee feed feedback fence ferry festival fiber field file film filter finance finding fire firmware
fish flag flame flash fleet flight floor flour flow flower fluid folder food forecast forest fork
form formula fountain frame freezer freight friend frontend fruit fuel function funnel furnace
fuse gallery game garage garden gas gate gateway gauge gear generator gift glass goal goods grade
grain grant graph gravel greenhouse grid group guard guest guide guitar hall hammer hangar harbor
harvest hatch header health heart heater heating hedge helmet herb highway hill history hook horse
hospital host hotel house hub hull ice icon idea image import inbox incident index industry ingest
ingredient inlet inquiry insect inspection inspector insurance intake interface interview inventory
invoice island issue item jacket jar job journal journey judge juice junction kernel kettle key
kitchen kite knife label laboratory ladder lake lamp landing language laptop laser latch laundry
lawyer layer leaf league lecture ledger leg lemon lens lesson letter lever library licence lift
light limit line link liquid list listener load loan lobby location lock locker log logger lounge
luggage lumber machine magazine magnet mail mailbox manual map margin market mast match material
meal measurement meat mechanic media medicine meeting member memo memory menu merchant message metal
meter metric microphone milk mill mine mirror mission mixer mobile model modem module monitor motor
mount mountain mouse movie museum music nail needle nest network news node noise north notebook
notice notification number nurse nut oak object ocean offer office oil onion operator opinion option
orchard order organ origin outlet output oven owner oxygen package packet page paint painting pair
palace pallet panel paper parcel park parking parser part partner party passenger passport password
patch path patient pattern payment payroll peak pedal pencil permit person petition phase phone
photo piano picture pilot pin pipe piston pixel pizza plan planet plant plate platform player
playlist plug pocket poem pointer policy poll pond pool port portal post potato powder power
prescription presentation price printer prize probe problem process processor produce product
profile program project projector proof property proposal protein provider proxy pump pupil
purchase puzzle quality quarry query question queue quota quote rack radar radio rail rain ramp
range ranking rating ray reactor reader receipt receiver recipe record recorder redirect reference
refund region registry relay release remote renderer rent repair replica report repository request
reservation reservoir resource response restaurant result retail return review reward rider ring
river road robot rocket role roof room root rope rotor round route router row rule sail salad sale
salt sample sand sandwich satellite sauce scale scanner scene schedule scheduler schema school score
screen screw script sea search season seat section sector sensor sentence sequence series server
service session shaft share sheet shelf shell shelter shield shift ship shipment shoe shop shower
signal silo sink site skin slot snapshot soap socket software soil solution song sound soup source
south space spare speaker spec spice spindle spring square stack staff stage stairs stall stamp
star station statue steam steel stock stone stop storage store storm story stove strategy stream
street student studio subject subscription sugar suit summary summit supervisor supplier supply
surface survey switch symbol syrup system table tablet tag tank tape target task tax taxi tea teacher
team tenant tender tent terminal test text theater theme thermostat thread ticket tile timber timer
tire title token tomato tool topic torch tower town toy track tracker trade trailer train
transaction transfer transformer translation transport trap tray treasury treaty tree trial tribe
trigger trip truck trunk tube tunnel turbine tutor tyre umbrella uncle union unit update upload user
vaccine vacuum valley valve van vault vector vehicle vendor venue verdict vessel video view village
violin visa visitor voice volcano voltage vote voucher wagon waiter wall wallet warehouse warranty
waste watch water wave weather web weight well west wheel widget wind window wine wing winter wire
witness wizard wood wool word workbench worker workflow workshop wrapper writer yard yeast zone
""".split()

ADJECTIVES = """
absent abstract accurate active advanced alternate ambient amber ancient angry annual anonymous
arctic asleep automatic autumn available awake balanced bare basic big bitter black blank blind blue
brief bright broken brown bulk busy calm central cheap clean clear clever closed cold common compact
complete complex cool critical cubic curious current custom daily damaged damp dark dead deep
default degraded delayed dense dirty distant dormant double dry dull dusty dynamic early eastern
edge electric empty energetic equal exact expensive expired express external faint fair false fast
faulty final fine first fixed flat foreign formal fragile free fresh frozen full fuzzy gentle global
golden gray green guest half happy hard heavy hidden high hollow hostile hot huge hungry hybrid idle
inactive incoming inner instant internal invalid invisible joint large late lazy leading left legal
light linear little live local lonely long loose loud low lower lucky main major manual mature mean
medium metal mild minor missing mixed mobile modern monthly mortal mutual narrow native near neutral
new nightly noisy northern numb odd offline old online open optical optional orange outer overdue
pale parallel partial passive pending perfect permanent plain polar poor portable premium present
primary prime private proud public pure purple quick quiet random rapid rare raw ready rear recent
red regional regular remote rich right rigid rough round royal rural rusty safe scarce secondary
secret secure senior serial shallow shared sharp short shut shy sick silent silver simple single
sleepy slow small smart smooth soft solar solid sour spare special stable stale standard standby
static steady steep strict strong stuck sturdy summer super sweet swift tall temporary tender thick
thin third tight tiny tired tough toxic true twin ugly unhappy unified uniform universal unknown
unstable unused upper urban urgent vacant valid vague vast verbose vital volatile warm weak weekly
western wet white whole wide wild winter wireless wise wooden yellow young
""".split()

# Regular transitive verbs: "validate" makes "validating", "validated", "validates".
ACTIONS = """
accept activate adjust admit advertise align allocate analyse announce approve archive arm arrange
assemble assess assign attach audit authorise authorize backup bake balance bill blend block boil
book bottle brew build bundle buffer calculate calibrate cancel capture certify charge check chill
chop classify clean clear close collect commission compare compile complete compress compute confirm
connect consult convert cool copy correct count create cross-check crush cure cut debug decline
decode decorate decrypt defer delete deliver deploy deposit design detect develop diagnose digest
disarm disassemble discard disconnect discuss dispatch display distil distribute document download
drain dry edit educate eject email enable encode encrypt engage enqueue enrich enrol escalate
estimate evaluate evict examine execute export extract fail fetch file filter finalise finish fix
flag flash fill fold forward freeze fry fund garnish generate grade grant greet grill grind hash
heat hire identify import index inform initialise insert inspect install interview invite invoice
isolate issue label launch level link list load lock log mail maintain map mark measure merge mix
monitor mount mute name notify open optimise order organise pack paint park parse patch pause
persist plan plant polish post pour prepare preheat present preview price print process produce
promote prune publish purge purify query quote rank rate rebuild receive recommend record recover
recycle redeem refine refund refuse register reject release remind remove rename render renew repair
replace replicate report request rescue reserve reset resize resolve restart restock restore resume
retire retrieve retry return review revise reward rinse roast rotate route sample sand sanitise save
scan schedule score screen seal search seed select sell send serve settle shape sharpen shelve ship
shut sign simulate slice sort split spray stage stamp start stir stop store strain submit summarise
suspend swap sweep sync tag taste terminate test thaw throttle tokenise track train transcode
transfer transform translate trim tune turn unload unlock unpack update upgrade upload validate
verify void wait warn wash weigh whisk withdraw wrap write
""".split()

ADVERBS = """
partially fully newly almost barely temporarily permanently manually automatically freshly badly
recently nearly safely properly remotely silently tentatively provisionally formally
""".split()

SERVICE_HEADS = """
service server gateway database queue cache worker scheduler proxy broker store api handler manager
client portal app engine module adapter controller frontend backend registry bus daemon agent
collector dispatcher monitor router balancer firewall switch bucket index stream topic lambda
function job parser renderer validator resolver loader exporter importer listener publisher
subscriber repository dashboard ledger vault archive
""".split()

STEP_HEADS = """
check review approval inspection test analysis planning design delivery preparation assembly audit
verification validation registration submission payment notification intake triage handover release
confirmation cleanup survey booking sorting packing loading training shipping
""".split()

ROLE_HEADS = """
manager director lead head officer engineer analyst clerk coordinator assistant supervisor intern
specialist chief architect consultant technician secretary accountant planner buyer trainer editor
designer developer tester controller advisor operator recruiter
""".split()

DEPARTMENTS = """
sales marketing finance legal operations engineering research design quality security support
purchasing logistics production facilities HR IT maintenance training payroll export media product
regional data platform safety compliance catering dispatch night-shift field
""".split()

SPECIES = """
grass clover acorn berry algae plankton krill seaweed oak leaf grasshopper beetle ant aphid ladybird
spider bee caterpillar worm snail slug frog toad newt lizard snake mouse vole rat rabbit hare
squirrel hedgehog mole shrew bat sparrow robin finch thrush blackbird owl hawk eagle falcon heron
kingfisher duck goose fox wolf badger otter weasel lynx bear deer elk moose boar herring cod salmon
trout pike perch shrimp crab squid octopus seal penguin orca shark whale tuna zooplankton fungus
bacteria moss fern reed carp stork vulture hyena lion zebra antelope gazelle giraffe elephant jackal
""".split()
COLORS = """
red green blue yellow orange purple pink gray grey black white brown lightblue lightgreen lightgray
gold navy teal cyan magenta salmon tomato skyblue orchid khaki coral turquoise violet maroon
darkgreen steelblue lavender
""".split()
SHAPES = (
    "box circle diamond ellipse hexagon doublecircle triangle parallelogram "
    "octagon trapezium house cylinder folder note component square oval plaintext"
).split()
NODE_STYLES = "filled dashed dotted rounded bold".split()
EDGE_STYLES = "dashed dotted bold".split()
