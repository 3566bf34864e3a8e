import Dispatching
import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// The virtual plant: a line sorter with its feeder, belt, scanner, diverters, bins and sweepers.
///
/// It moves from event to event. The shell asks for the time of the next one, lets it happen, hands the
/// signals to the dispatcher and gives the dispatcher's commands back with `apply`. Whether the shell
/// waits between events makes the difference between simulation and a plant in real time.
///
/// Pieces move by encoder pulses on a timing wheel, so a stopped belt stops them all; arrivals, sweeps,
/// clear times and faults go by time on a heap. Where both are due at once, time comes first.
public struct VirtualPlant: ~Copyable {
  let profile: HardwareProfile
  let scenario: Scenario
  let mail: any MailSupply
  /// The same, where it is drawn from distributions.
  let drawn: KeptMail?
  let settings: PlantSettings
  var belt: BeltClock
  var schedule: PieceSchedule
  var queue: TimeQueue
  var pieces: RingSlab<PlantPiece>
  /// The second pieces of double feeds, in the slots of those that they ride on.
  var riders: RingSlab<PlantRider>
  let pieceMask: UInt64
  var bins: RingSlab<PlantBin>
  var feeder = Feeder()
  var crew: SweepCrew
  var random: PlantStreams
  var rates: PlantRates
  /// The faults in force, by their place in the scenario, in the order in which they began.
  var activeFaults: [Int] = []
  var returning: ReturnQueue
  var signals: PlantSignals
  /// The one signal of an event that left no other, and the piece that it is about.
  var plain = PlainSignal.none
  var plainPiece = PieceID.none
  var plainSlot = 0
  /// The present moment.
  public internal(set) var now = Instant.start
  /// Where the belt is at the present moment.
  var beltPosition: Int64 = 0
  /// How many pieces are on the machine, each of a double feed counted; those written off are not.
  public internal(set) var onMachine = 0
  /// The piece whose reading was just handed over and that has no command yet: its slot, or -1.
  var uncommanded = -1
  /// The piece that just came to the end of a line with a way back: its slot, or -1.
  var atEnd = -1
  /// Where the belt was when it came there.
  var endReachedAt: Int64 = 0
  /// The piece that a jam caught: its slot, or -1.
  var jammedSlot = -1
  /// Whether decisions that cannot turn out otherwise are seen ahead; see `foresee`.
  var foresees = false
  /// Whether a jam keeps the belt from running.
  public internal(set) var isJammed = false
  /// Where the belt must be for a piece that nobody saw leave to be overdue; nil where none can be.
  var overdueAt: Int64?

  /// A plant for a scenario on a machine, with mail from `mail`.
  public init(profile: HardwareProfile, scenario: Scenario, mail: any MailSupply) {
    self.profile = profile
    self.scenario = scenario
    self.mail = mail
    drawn = (mail as? GeneratedMail).map(KeptMail.init)
    let settings = PlantSettings(profile, scenario)
    self.settings = settings
    belt = BeltClock(settings.geometry)
    let capacity = Dispatcher.trackCapacity(for: profile)
    schedule = PieceSchedule(
      nodeCount: capacity, horizon: settings.horizon, readingDistance: settings.readingDistance,
      confirmDistance: settings.confirmDistance)
    queue = TimeQueue(capacity: profile.bins.count + scenario.faults.count * 2 + 64)
    pieces = RingSlab(count: capacity, repeating: PlantPiece())
    riders = RingSlab(count: capacity, repeating: PlantRider())
    pieceMask = UInt64(capacity - 1)
    bins = RingSlab(profile.bins.map { settings.bin($0) }, fillingWith: settings.bin(profile.bins[0]))
    crew = SweepCrew(sweepers: scenario.sweeping.sweepers, binCount: profile.bins.count)
    random = PlantStreams(seed: scenario.seed)
    rates = PlantRates(scenario.imperfections)
    returning = ReturnQueue(capacity: capacity)
    signals = PlantSignals(capacity: profile.bins.count * 3 + 64 + capacity)
    scheduleFaults()
    if settings.duration != .max { queue.push(.feedingEnded, at: settings.duration) }
    feeder.isFetching = true
    queue.push(.arrival, at: 0)
  }

  /// When the next event is due; `.never` when nothing more can happen.
  public var nextTime: Instant {
    let moved = belt.time(of: min(schedule.nextDue, feeder.due))
    return Instant(min(moved.rawValue, queue.nextTime))
  }

  /// Whether all mail has been fed and has left the machine.
  @inline(__always)
  public var isFinished: Bool { onMachine == 0 && feeder.isDone }

  /// Lets the next event happen, if it is due by `limit`; the signals of the one before are forgotten.
  ///
  /// - Returns: whether there was one. Where there was not, nothing has changed.
  @discardableResult
  public mutating func advance(notAfter limit: Instant = Instant(.max - 1)) -> Bool {
    let event = begin(notAfter: limit)
    switch event {
    case .nothing: return false
    case .timed: happen()
    case .feeding: feed(beltPosition)
    case .reading: readNext()
    case .confirm, .point: passNext(event)
    case .several: passFirst()
    }
    return true
  }

  /// What can happen next; each has a function that lets it happen.
  enum Event: UInt8, BitwiseCopyable {
    case nothing, timed, feeding, reading, confirm, point, several
  }

  /// Begins the next event, if it is due by `limit`: the time and the belt move on, and nothing else.
  @inline(__always)
  mutating func begin(notAfter limit: Instant) -> Event {
    let due = min(schedule.nextDue, feeder.due)
    let moved = belt.time(of: due)
    guard queue.nextTime > moved.rawValue else {
      guard queue.nextTime <= limit.rawValue else { return .nothing }
      forgetSignals()
      return .timed
    }
    guard moved <= limit else { return .nothing }
    forgetSignals()
    now = moved
    beltPosition = due
    // What is on the belt comes before what comes onto it.
    return switch schedule.next(at: due) {
    case .nothing: .feeding
    case .reading: .reading
    case .confirm: .confirm
    case .point: .point
    case .several: .several
    }
  }

  /// Where the belt is now.
  public var position: Pulses { Pulses(beltPosition) }

  /// An event that time brought about.
  mutating func happen() {
    let event = queue.pop()
    now = Instant(event.time)
    beltPosition = max(beltPosition, belt.position(at: now).rawValue)
    schedule.moveOn(to: beltPosition)
    switch event.kind {
    case .arrival: mailArrived()
    case .swept: sweepDone(BinID(UInt16(event.argument)))
    case .jamCleared: clearJam()
    case .beltStarted: startBelt()
    case .faultStarted: startFault(Int(event.argument))
    case .faultEnded: endFault(Int(event.argument))
    case .feedingEnded: tellCompleting()
    case .ranOn: beltRanOn()
    }
  }

  /// The next reading is there.
  @inline(__always)
  mutating func readNext() {
    schedule.moveOn(to: beltPosition)
    read(schedule.popReading(), beltPosition)
  }

  /// The next piece falls past a confirm eye, or is at another point: mostly its decision point.
  @inline(__always)
  mutating func passNext(_ event: Event) {
    let slot = event == .confirm ? schedule.popConfirm() : schedule.popPoint()
    if pieces[slot].stage == .toConfirm { drop(slot, beltPosition) } else { pass(slot, beltPosition) }
  }

  /// Several pieces are at a point of theirs; the one that set out first comes first.
  @inline(never)
  mutating func passFirst() {
    schedule.moveOn(to: beltPosition)
    pass(schedule.popFirst(at: beltPosition), beltPosition)
  }

  /// A piece that the belt has brought to its point.
  @inline(never)
  private mutating func pass(_ slot: Int, _ position: Int64) {
    switch pieces[slot].stage {
    case .toScanner: read(slot, position)
    case .toDecision: decide(slot, position)
    case .toConfirm: drop(slot, position)
    case .toEnd: reachEnd(slot, position)
    case .toInduction: comeRound(slot, position)
    case .jammed, .gone: preconditionFailure("a piece moved that is not on the belt")
    }
  }
}
