import Quantities

/// The faults of a seed: which kinds it draws from, how densely, and when.
///
/// No two seeds are alike in kind: each draws from some kinds only, so that rare ones are met with others at rest,
/// and some seeds are calm for long, so that much goes well before something goes wrong.
struct FaultDrawing {
  private let machine: SoakMachine
  private var random: SoakRandom
  private(set) var faults: [SoakFault] = []

  init(_ machine: SoakMachine) {
    self.machine = machine
    random = SoakRandom(seed: machine.seed, .faults)
    draw()
  }

  private mutating func draw() {
    let span = max(1, machine.span.rawValue)
    let share = random.pick([15, 40, 100])
    let mode = machine.profile.control.mode
    for kind in SoakFault.Kind.allCases where kind.befalls(mode) && random.chance(share) {
      // So many in a thousand pieces' time, drawn anew for each kind.
      let perThousand = kind.isOneRequest ? 1 + random.below(24) : 1 + random.below(kind.most)
      let count = max(1, perThousand * machine.pieces / 1_000)
      var free: Int64 = 0
      for index in 0..<count {
        // Each in its own stretch of time: two of one kind never overlap.
        let stretch = span / Int64(count)
        let at = max(free, Int64(index) * stretch + random.within(0...max(0, stretch)))
        let fault = self.fault(kind, at: at)
        free = at + fault.lasts.rawValue + 1_000_000
        faults.append(fault)
        if kind.isOnlyOnce { break }
      }
    }
  }

  private mutating func fault(_ kind: SoakFault.Kind, at: Int64) -> SoakFault {
    var fault = SoakFault(kind, at: Nanoseconds(at))
    fault.bin = random.below(machine.profile.bins.count)
    switch kind {
    case .refused, .unplugged: fault.lasts = milliseconds(20...2_500)
    case .lateRequest: fault.lasts = milliseconds(50...3_000)
    case .slowReply:
      fault.lasts = Nanoseconds(machine.settings.responseTimeout.rawValue * random.within(20...90) / 100)
    case .resetAfter: fault.amount = random.below(2)
    case .corruptReply: fault.amount = random.below(1_000)
    case .exception: fault.amount = 1 + random.below(11)
    case .reboot, .heartbeatFrozen: fault.lasts = milliseconds(100...2_000)
    case .watchdogOff, .tornStatus, .commandsIgnored, .commandsRefused, .eventsLost, .wordsSwapped:
      fault.lasts = milliseconds(50...2_000)
    case .jam:
      fault.lasts = milliseconds(500...3_000)
      fault.amount = 1_000 + random.below(10_000)
    case .binDisabled, .fullStuckOn, .fullStuckOff, .sweepersGone: fault.lasts = milliseconds(500...10_000)
    case .divertsMissed, .slip, .noReads, .multiReads, .doubleFeeds:
      fault.lasts = milliseconds(200...5_000)
      fault.amount = 10_000 + random.below(700_000)
    case .emergencyStop, .secondMaster, .hold, .disarm: fault.lasts = milliseconds(100...3_000)
    case .foreignCommand, .foreignOwner: fault.amount = random.below(1_000_000)
    case .controlLate, .portLate, .suspended: fault.lasts = milliseconds(20...2_500)
    case .encoderWraps:
      fault.at = .zero
      fault.amount = 1_000 + random.below(100_000)
    case .countersWrap:
      fault.at = .zero
      fault.amount = 1 + random.below(300)
    case .kill:
      fault.lasts = milliseconds(0...3_000)
      fault.amount = random.below(4)
    case .diskFull, .diskSlow, .powerCut: fault.lasts = milliseconds(50...5_000)
    case .diskError: fault.amount = random.below(2)
    case .eyeStuckOn, .eyeStuckOff, .eyeChatters:
      fault.lasts = milliseconds(100...5_000)
      // The induction's is the one that most depends on.
      fault.amount = random.chance(40) ? 0 : random.below(1 + machine.profile.bins.count)
    case .encoderStands: fault.lasts = milliseconds(2...40)
    case .encoderJumps: fault.amount = 1 + random.below(40)
    case .readingsLost: fault.lasts = milliseconds(100...3_000)
    case .resetBefore, .lostRequest, .lostReply, .staleReply, .reset, .alarmKeys, .pieceTaken,
      .diskShort, .diskDeleted:
      break
    }
    return fault
  }

  private mutating func milliseconds(_ range: ClosedRange<Int64>) -> Nanoseconds {
    // Short ones are as likely as long ones.
    let shorter = random.chance(50) ? range.lowerBound...(range.lowerBound + range.upperBound) / 4 : range
    return .milliseconds(random.within(shorter))
  }
}

extension SoakFault.Kind {
  /// Whether it befalls a single request.
  var isOneRequest: Bool {
    switch self {
    case .resetBefore, .resetAfter, .lostRequest, .lostReply, .lateRequest, .slowReply, .corruptReply,
      .staleReply, .exception:
      true
    default: false
    }
  }

  /// Whether it is about how the run begins.
  var isOnlyOnce: Bool { self == .encoderWraps || self == .countersWrap }

  /// The most of them in the time of a thousand pieces.
  var most: Int {
    switch self {
    case .pieceTaken, .alarmKeys, .reset, .foreignOwner: 20
    case .diskFull, .diskError, .diskDeleted: 2
    case .foreignCommand, .controlLate, .portLate, .binDisabled, .noReads, .slip, .divertsMissed: 10
    default: 5
    }
  }
}
