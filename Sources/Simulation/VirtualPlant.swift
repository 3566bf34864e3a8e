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
  let settings: PlantSettings
  var belt: BeltClock
  var wheel: PulseWheel
  var queue: TimeQueue
  var pieces: RingSlab<PlantPiece>
  /// The second pieces of double feeds, in the slots of those that they ride on.
  var riders: RingSlab<PieceFacts>
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
  /// Whether a jam keeps the belt from running.
  public internal(set) var isJammed = false
  /// Where the belt must be for a piece that nobody saw leave to be overdue; nil where none can be.
  var overdueAt: Int64?

  /// A plant for a scenario on a machine, with mail from `mail`.
  public init(profile: HardwareProfile, scenario: Scenario, mail: any MailSupply) {
    self.profile = profile
    self.scenario = scenario
    self.mail = mail
    let settings = PlantSettings(profile, scenario)
    self.settings = settings
    belt = BeltClock(settings.geometry)
    let capacity = Dispatcher.trackCapacity(for: profile)
    wheel = PulseWheel(nodeCount: capacity, horizon: settings.horizon)
    queue = TimeQueue(capacity: profile.bins.count + scenario.faults.count * 2 + 64)
    pieces = RingSlab(count: capacity, repeating: PlantPiece())
    riders = RingSlab(count: capacity, repeating: PieceFacts())
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
    let moved = belt.time(of: min(wheel.nextDue, feeder.due))
    return Instant(min(moved.rawValue, queue.nextTime))
  }

  /// Whether all mail has been fed and has left the machine.
  @inline(__always)
  public var isFinished: Bool { feeder.isDone && onMachine == 0 }

  /// How many signals the last event left.
  public var signalCount: Int { signals.count }

  /// The signal at `index`, below `signalCount`.
  public func signal(_ index: Int) -> PlantSignal {
    if let input = signals.inputIndex(index) { return .field(signals.input(input)) }
    return .truth(signals.truth(index))
  }

  /// Lets the next event happen, if it is due by `limit`; the signals of the one before are forgotten.
  ///
  /// - Returns: whether there was one. Where there was not, nothing has changed.
  @inline(__always)
  @discardableResult
  public mutating func advance(notAfter limit: Instant = Instant(.max - 1)) -> Bool {
    let due = min(wheel.nextDue, feeder.due)
    let moved = belt.time(of: due)
    if queue.nextTime <= moved.rawValue {
      guard queue.nextTime <= limit.rawValue else { return false }
      signals.removeAll()
      happen(queue.pop())
    } else {
      guard moved <= limit else { return false }
      signals.removeAll()
      now = moved
      beltPosition = due
      // What is on the belt comes before what comes onto it.
      if wheel.nextDue == due {
        pass(wheel.popNext(), due)
      } else {
        feeder.due = .max
        wheel.moveOn(to: due)
        feed(due)
      }
    }
    return true
  }

  /// Where the belt is now.
  public var position: Pulses { Pulses(beltPosition) }

  /// An event that time brought about.
  private mutating func happen(_ event: TimeQueue.Event) {
    now = Instant(event.time)
    beltPosition = max(beltPosition, belt.position(at: now).rawValue)
    wheel.moveOn(to: beltPosition)
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

  /// A piece that the belt has brought to its point.
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

  /// Hands a field input to the shell.
  @inline(__always)
  mutating func report(_ event: FieldInput.Event, at position: Int64) {
    if settings.reportsEyes { return reportSeen(event, at: position) }
    signals.append(event, at: position)
  }

  /// Hands a record of the ground truth to the shell.
  mutating func reveal(_ record: EventRecord) {
    signals.append(record)
  }

  /// A record of this moment.
  @inline(__always)
  func record(_ kind: EventKind, _ position: Int64, _ piece: PieceID = .none) -> EventRecord {
    EventRecord(kind, at: now, position: Pulses(position), piece: piece)
  }
}
