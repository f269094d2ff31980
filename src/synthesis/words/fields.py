# ruff: noqa: E501 (tables of words)
"""Coherent vocabularies: words that occur together in one field, by the role they play.

A line is `field: word, word, ...`. Fields give a document one subject; composed names come besides.
"""


def table(block: str) -> dict[str, list[str]]:
    """`field: a, b, c` lines as a dictionary."""
    rows = (line.split(":", 1) for line in block.strip().splitlines())
    return {field.strip(): [word.strip() for word in words.split(",")] for field, words in rows}


STATES = table("""
door: open, closed, opening, closing, locked, ajar, jammed, unlocked
order: new, placed, paid, packed, shipped, delivered, cancelled, returned, refunded, on hold
traffic light: red, yellow, green, flashing, off, red and amber
elevator: idle, moving up, moving down, doors open, out of service, overloaded
thread: new, runnable, running, blocked, waiting, terminated, sleeping
connection: closed, listening, connecting, established, closing, half open, timed out, reset
media player: stopped, playing, paused, buffering, seeking, ended
document: draft, in review, approved, rejected, published, archived, retracted
ticket: open, assigned, in progress, waiting for customer, resolved, closed, reopened
washing machine: filling, washing, rinsing, spinning, draining, finished, standby
vending machine: idle, waiting for selection, dispensing, giving change, sold out, out of order
phone: on hook, dialing, ringing, talking, on hold, voicemail, busy
login: logged out, logging in, logged in, locked out, password expired, awaiting code
battery: full, charging, discharging, low, empty, overheated
robot: docked, exploring, cleaning, returning, stuck, charging, lost
water: ice, liquid, steam, supercooled
insect: egg, larva, pupa, adult, dead
session: anonymous, authenticated, expired, renewed, revoked
loan: applied, under review, granted, declined, repaid, defaulted, written off
printer: ready, printing, paper jam, out of paper, offline, warming up
patient: admitted, waiting, in treatment, in recovery, discharged, transferred
game: menu, loading, playing, paused, game over, high scores, settings
heating: off, preheating, heating, holding, cooling down, fault
parcel: registered, collected, in transit, at depot, out for delivery, delivered, lost
build: queued, running, passed, failed, aborted, skipped, flaky
account: active, suspended, dormant, closed, frozen, pending verification
reservation: requested, confirmed, checked in, checked out, no-show, cancelled
drone: grounded, taking off, hovering, flying, landing, emergency
job: pending, scheduled, running, succeeded, failed, retrying, dead
camera: off, standby, focusing, recording, saving, error
seat: free, held, booked, occupied, released
student: applicant, enrolled, on leave, graduated, expelled
book: available, reserved, checked out, overdue, missing, withdrawn
microwave: idle, cooking, paused, door open, done
turnstile: locked, unlocked, blocked, maintenance
bulb: off, on, dimmed, broken
""")

STEPS = table("""
coffee: grind beans, boil water, rinse filter, pour water, stir, serve
bread: mix dough, knead, let rise, shape loaf, preheat oven, bake, cool down, slice
hiring: post vacancy, screen applications, phone interview, coding test, onsite interview, make offer
order: receive order, check stock, reserve items, charge card, pack box, print label, ship parcel
release: tag version, build artifacts, run tests, deploy to staging, smoke test, deploy to production
claim: register claim, verify policy, assess damage, request documents, approve payout, close claim
travel: book flight, pack bags, check in, pass security, board plane, collect luggage, take taxi
laundry: sort clothes, load machine, add detergent, start wash, move to dryer, fold clothes
garden: clear weeds, dig bed, add compost, sow seeds, water plants, harvest
essay: choose topic, read sources, write outline, write draft, get feedback, revise, submit
repair: diagnose fault, order parts, dismantle casing, replace part, test device, return to customer
exam: register students, print papers, hold exam, grade papers, publish results, hear appeals
emergency: receive call, locate caller, dispatch ambulance, treat patient, drive to hospital
house: dig foundation, pour concrete, raise walls, fit roof, install windows, paint rooms
data load: extract records, clean data, join tables, aggregate, load warehouse, refresh dashboard
film: write script, cast actors, scout locations, shoot scenes, edit footage, mix sound, premiere
onboarding: sign contract, create account, hand out laptop, meet team, complete training
purchase: write request, get quotes, compare offers, approve budget, place order, receive goods
incident: detect outage, page on-call, find cause, roll back, verify fix, write postmortem
photo: take picture, import, crop, adjust colours, export, share
soup: chop vegetables, fry onions, add stock, simmer, season, blend, garnish
""")

COMPONENTS = table("""
web shop: frontend, cart, catalog, checkout, payment gateway, inventory, search index, mailer
video site: uploader, transcoder, object store, player, recommender, CDN, metadata DB
car: battery, ECU, engine, gearbox, dashboard, alternator, starter, fuel pump, brake, sensor
factory: conveyor, press, oven, robot arm, paint booth, inspection camera, packing line
house: thermostat, boiler, radiator, motion sensor, hub, light switch, doorbell, smoke detector
hospital: reception, lab, pharmacy, ward, radiology, billing, operating room, archive
bank: core ledger, fraud check, card processor, mobile app, branch terminal, audit log, ATM
office network: modem, router, firewall, switch, printer, file server, access point, laptop, NAS
compiler: lexer, parser, type checker, optimizer, code generator, linker, assembler, preprocessor
game: input, physics, renderer, audio mixer, scene graph, asset loader, script engine, network
monitoring: agent, collector, time series store, alert manager, dashboard, pager, log shipper
water works: intake, pump, filter, settling tank, chlorinator, reservoir, tower, hydrant
city: power plant, substation, transformer, street light, tram, pumping station
newspaper: reporter, editor, fact checker, printer, distributor, newsstand, reader
farm: field, barn, silo, mill, dairy, market, greenhouse, tractor
computer: CPU, RAM, GPU, disk, network card, chipset, keyboard, monitor, BIOS
airport: check-in desk, security gate, baggage belt, lounge, gate, runway, tower, customs
message system: producer, topic, consumer, dead letter queue, schema registry, stream processor
body: heart, lung, liver, kidney, stomach, brain, spleen, pancreas, artery
school: pupil, teacher, headmaster, library, canteen, gym, classroom
""")

ENTITIES = table("""
library: Book, Author, Member, Loan, Publisher, Copy, Genre, Reservation
shop: Customer, Order, OrderLine, Product, Invoice, Payment, Address, Supplier, Category
school: Student, Course, Teacher, Grade, Classroom, Enrollment, Department, Exam
hospital: Patient, Doctor, Appointment, Prescription, Ward, Nurse, Treatment
airline: Flight, Passenger, Ticket, Aircraft, Airport, Pilot, Booking, Seat
zoo: Animal, Mammal, Bird, Penguin, Lion, Keeper, Enclosure, Reptile, Snake
vehicles: Vehicle, Car, Truck, Bicycle, Engine, Wheel, Boat, Motor, Bus
shapes: Shape, Circle, Polygon, Rectangle, Square, Triangle, Point, Canvas, Line
music: Artist, Album, Track, Playlist, Label, Concert, Listener, Band, Song
bank: Account, Client, Transaction, Card, Branch, Loan, SavingsAccount, Transfer
company: Employee, Manager, Department, Project, Task, Contract, Office, Team
blog: User, Post, Comment, Tag, Like, Session, Profile, Category
widgets: Widget, Button, Window, Panel, Label, Menu, Dialog, Layout, Slider
files: File, Folder, Link, Disk, Permission, Owner, Stream, Reader
game: Player, Weapon, Monster, Level, Item, Quest, Inventory, Spell, World
hotel: Guest, Room, Booking, Hotel, Invoice, Rate, Service, Review
payments: PaymentMethod, CreditCard, Wallet, Refund, Charge, Receipt, Merchant
""")

EVENTS = table("""
machine: start, stop, reset, pause, resume, power on, power off, timeout, error, overheat
door: push, pull, knock, key turned, card swiped, door slam, alarm
user: click, double click, hover, drag, drop, long press, swipe left, submit, cancel, logout
network: connect, disconnect, ack, nack, retry, packet lost, heartbeat missed, handshake done
order: payment received, out of stock, item packed, courier pickup, customer complaint, refund issued
coin: coin inserted, coin returned, product selected, change given, refund button
phone: incoming call, hang up, answer, dial tone, busy signal, caller gone
review: approved, rejected, changes requested, sign-off, comment added, deadline missed
sensor: motion detected, smoke detected, door opened, temperature high, temperature low, low battery
process: fork, exit, signal, I/O wait, I/O done, preempted, scheduled, lock acquired, lock released
game: player hit, level cleared, out of lives, key found, bonus picked up, quit
light: switch on, switch off, dim, timer elapsed, sunset, sunrise
""")

QUESTIONS = (
    """
Is it raining?; Is the user logged in?; Any stock left?; Valid password?; Is the battery low?;
Age over 18?; Is the invoice paid?; Is the device online?; Does the light turn on?; More items?;
Is the budget approved?; Temperature above 30?; Is it a weekday?; Has a ticket?; Fever?; Urgent?;
Is the file empty?; Is the payment valid?; Is the door locked?; Enough time?; Hungry?; Is it new?;
Is the customer new?; Did the test pass?; Cable plugged in?; Income above 40000?; Is it dark?
""".replace("\n", " ")
    .strip()
    .split("; ")
)
OUTCOMES = (
    """
take umbrella; go outside; stay home; show dashboard; deny access; reorder; ship now; replace bulb;
call support; grant loan; reject loan; ask manager; charge battery; send reminder; restart device;
see a doctor; rest; buy it; walk away; escalate; close ticket; open window; deploy; roll back; sleep;
eat something; accept; reject; manual review; offer discount; keep; discard
""".replace("\n", " ")
    .strip()
    .split("; ")
)
