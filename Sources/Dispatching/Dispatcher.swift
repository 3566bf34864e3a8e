import EventRecords
import FlatStorage
import Quantities
import SorterModel

/// The dispatcher: a pure state machine that gives every piece a bin and follows it to its end.
///
/// It has no clock and does no input or output; it allocates nothing after `init` and gives the same
/// directives for the same inputs on any machine. The simulator, the control runtime and replay all
/// step this one type. Each phase of a piece has a file of its own: identify, assign, track, divert,
/// confirm, recover.
public struct Dispatcher: ~Copyable, Sendable {
  /// The plan in force.
  public let plan: CompiledPlan
  /// One element, in a slab so that a field of it is read alone: the whole would be copied first.
  private let layout: RingSlab<MachineLayout>
  /// The machine's size classes, most particular first.
  let classes: SizeClassifier
  var tracks: RingSlab<Track>
  let trackMask: UInt64
  var bins: RingSlab<BinState>
  /// How many of `bins` are bins of the machine; an index from outside is held against it.
  let binCount: Int
  /// The oldest piece that may still be on the machine, and the newest.
  var oldest: UInt64 = 1
  var newest: UInt64 = 0
  /// The number of the last command.
  var sequence: UInt32 = 0
  /// Where the tail of the last piece left the induction eye (direct control).
  var lastTail = Pulses(.min / 2)
  var holds: HoldReasons = []
  /// Where the belt was when the machine last was left without its controller.
  var awayFrom = Pulses(.max)
  /// Whether commands are withheld, so that it is not this dispatcher that sorts.
  var looksOn = false
  /// How many pieces are under way.
  public internal(set) var onMachine = 0

  /// A dispatcher for a machine and a plan that was compiled for it.
  public init(profile: HardwareProfile, plan: CompiledPlan) {
    self.plan = plan
    let machine = MachineLayout(profile)
    layout = RingSlab(count: 1, repeating: machine)
    classes = SizeClassifier(profile.sizeClasses)
    tracks = RingSlab(count: machine.trackCapacity, repeating: Track())
    trackMask = UInt64(machine.trackCapacity - 1)
    binCount = profile.bins.count
    bins = RingSlab(
      profile.bins.map { machine.state(of: $0) }, fillingWith: machine.state(of: profile.bins[0]))
  }

  /// The machine on the encoder's scale.
  var machine: MachineLayout {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(layout.cell(0).address) }
  }

  /// How many pieces a dispatcher for this machine can follow at once: a power of two.
  ///
  /// Two pieces whose numbers differ by a multiple of it cannot be on the machine together.
  public static func trackCapacity(for profile: HardwareProfile) -> Int {
    MachineLayout.trackCapacity(profile)
  }

  /// Room for the directives of any one step: every piece under way may be given another bin at once.
  public var directiveCapacity: Int { tracks.count + 64 }

  /// Takes one input and appends what must be done about it; never traps on what the field sends.
  ///
  /// Cost: a few dozen nanoseconds for a piece's own events; proportional to the pieces under way
  /// where a bin fails. The caller empties `directives` between steps.
  public mutating func step(_ input: FieldInput, at now: Instant, into directives: inout DirectiveBuffer) {
    take(input, at: now, &directives)
  }

  /// The same for the input at `index` of a slab, which is read in place and not copied first.
  ///
  /// A shell whose inputs need not be kept or sent may also call what this calls for each kind (`induct`,
  /// `identify`, `hear`, `confirm`): nothing is then written down to be read again at once.
  public mutating func step(
    _ inputs: borrowing Slab<FieldInput>, _ index: Int, at now: Instant,
    into directives: inout DirectiveBuffer
  ) {
    take(inputs[index], at: now, &directives)
  }

  @inline(__always)
  private mutating func take(_ input: FieldInput, at now: Instant, _ directives: inout DirectiveBuffer) {
    let moment = Moment(now: now, position: input.position)
    // Where no belt can be: computed with, it would overflow. 2^60 pulses are 18 years of the finest
    // encoder on the fastest belt.
    guard input.position.rawValue.magnitude < 1 &<< 60 else {
      return ignore(.none, .lostInTrack, moment, &directives)
    }
    let event = input.event
    switch event.kind {
    case .pieceInducted:
      induct(event.piece, arrivedAt: event.arrivedAt, gap: event.pulses, moment, &directives)
    case .pieceIdentified:
      identify(event.piece, event.code, event.dimensions, event.quality, moment, &directives)
    case .assignmentAnswered:
      hear(event.answer, of: event.piece, sequence: event.sequence, moment, &directives)
    case .divertConfirmed: confirm(event.piece, in: event.bin, moment, &directives)
    case .divertRefused: refuse(event.piece, event.bin, event.reason, moment, &directives)
    case .pieceAtEnd: arriveAtEnd(event.piece, moment, &directives)
    case .pieceRemoved: remove(event.piece, moment, &directives)
    case .inductionEye: seeInduction(blocked: event.isOn, moment, &directives)
    case .endEye: seeEnd(blocked: event.isOn, moment, &directives)
    case .binEye: see(event.bin, blocked: event.isOn, moment, &directives)
    case .encoderAdvanced: searchForLost(moment, &directives)
    case .binFull: binBecameFull(event.bin, moment, &directives)
    case .binAvailable: binBecameAvailable(event.bin, emptied: event.isOn, moment, &directives)
    case .binDisabled: disable(event.bin, reason: .binDisabled, moment, &directives)
    case .binEnabled: enable(event.bin, moment, &directives)
    case .jamStarted: jam(started: true, moment, &directives)
    case .jamCleared: jam(started: false, moment, &directives)
    case .machineState: note(event.detail, moment, &directives)
    case .link: link(up: event.isOn, moment, &directives)
    case .holdWanted: heed(event.wisher, event.isOn, moment, &directives)
    case .machineRestarted: giveUpAll(moment, &directives)
    // Shells keep it for themselves; here it says nothing.
    case .session, .safe: break
    }
  }
}

/// When and where a step happens.
@frozen
public struct Moment: Hashable, Sendable, BitwiseCopyable {
  /// The time.
  public var now: Instant
  /// Where the belt was; within 2^60 pulses of where it began.
  public var position: Pulses

  /// A moment.
  @inlinable
  public init(now: Instant, position: Pulses) {
    self.now = now
    self.position = position
  }

  /// A record of this moment.
  @inline(__always)
  func record(_ kind: EventKind, _ piece: PieceID = .none) -> EventRecord {
    EventRecord(kind, at: now, position: position, piece: piece)
  }
}

/// Why induction is held; it is released when nothing is left.
struct HoldReasons: OptionSet, BitwiseCopyable {
  var rawValue: UInt8
  /// The belt is jammed.
  static let jam = HoldReasons(rawValue: 1)
  /// The machine cannot be told where pieces go.
  static let link = HoldReasons(rawValue: 2)
  /// The end bin is full: nothing that stays undiverted has a place.
  static let endFull = HoldReasons(rawValue: 4)

  /// Somebody outside wants it.
  static func wished(_ wisher: FieldInput.HoldWisher) -> HoldReasons {
    HoldReasons(rawValue: 8 << wisher.rawValue)
  }
}
