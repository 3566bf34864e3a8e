import EventRecords
import Quantities
import Supervision

/// The machine's states and alarms: found from records as in simulation, and from what only a controller knows.
extension ControlLoop {
  /// Writes a record with what the supervisor finds before and in it.
  mutating func emitSupervised(_ record: EventRecord) {
    // A virtual plant's last record follows the end of its mail.
    if record.kind == .runEnded, side.signals.hasFinished.load(ordering: .acquiring) {
      supervisor.complete(at: record.elapsed)
      writeFindings()
    }
    supervisor.prepare(for: record)
    writeFindings()
    write(record)
    supervisor.observe(record)
    writeFindings()
    // A state that the machine's own program told is followed without a finding.
    if record.kind == .machineState { showAlarms() }
  }

  /// Tells the supervisor of something that no record says.
  mutating func report(
    _ kind: AlarmKind, _ change: RuntimeCondition.Change, _ subject: AlarmSubject = .machine
  ) {
    guard hasRoomForStep() else { return }
    supervisor.report(RuntimeCondition(kind, subject, change), at: now, position: position)
    writeFindings()
  }

  /// A person does something with the alarms.
  mutating func answerAlarms(_ body: (inout Supervisor, Instant) -> Void) {
    body(&supervisor, now)
    writeFindings()
    showAlarms()
  }

  /// Looks at the port's link and conditions, and lets pass what is due by time alone.
  mutating func watchPort() {
    let link = side.signals.link.load(ordering: .relaxed)
    let isDown = link == LinkState.down.rawValue
    if isDown != watched.isLinkDown {
      watched.isLinkDown = isDown
      report(.linkDown, isDown ? .begins : .ends, .device(0))
    }
    if let scannerPresence {
      let isAway = !scannerPresence.isConnected.load(ordering: .relaxed)
      if isAway != watched.isScannerAway {
        watched.isScannerAway = isAway
        report(.scannerFeedLost, isAway ? .begins : .ends, .device(0))
      }
    }
    let conditions = side.signals.conditions.load(ordering: .relaxed)
    if conditions != watched.conditions { reportConditions(conditions) }
    recordRefusals()
    let isCrowded = side.inputs.waiting() > side.inputs.capacity / 4 * 3
    if isCrowded != watched.isCrowded {
      watched.isCrowded = isCrowded
      report(.ringNearlyFull, isCrowded ? .begins : .ends)
    }
    supervisor.advance(to: now)
    writeFindings()
  }

  /// Writes down which writes were refused, here or by the machine: a write that was tried leaves its trace.
  private mutating func recordRefusals() {
    let ours = RefusedWrites(rawValue: side.signals.refusedWrites.load(ordering: .relaxed))
    let machines = side.signals.machineRefusals.load(ordering: .relaxed)
    guard ours != watched.refusedWrites || machines != watched.machineRefusals, hasRoomForStep() else {
      return
    }
    if ours != watched.refusedWrites {
      var record = EventRecord(.writeRefused, at: now, position: position)
      record.refusedTable = ours.table
      record.refusedAddress = ours.address
      record.span = ours.length
      record.a = ours.count(since: watched.refusedWrites)
      watched.refusedWrites = ours
      emit(record)
    }
    if machines != watched.machineRefusals {
      var record = EventRecord(.writeRefused, at: now, position: position)
      record.a = machines &- watched.machineRefusals
      watched.machineRefusals = machines
      emit(record)
    }
  }

  private mutating func reportConditions(_ conditions: UInt32) {
    let changed = conditions ^ watched.conditions
    watched.conditions = conditions
    for condition in PortCondition.allCases where changed & condition.bit != 0 {
      guard let kind = condition.alarm else { continue }
      let subject = kind.scope == .device ? AlarmSubject.device(0) : .machine
      report(kind, conditions & condition.bit != 0 ? .begins : .ends, subject)
    }
  }

  /// Writes down what the supervisor has found, and shows it.
  mutating func writeFindings() {
    guard supervisor.recordCount > 0 else { return }
    for index in 0..<supervisor.recordCount { write(supervisor.record(index)) }
    supervisor.removeRecords()
    showAlarms()
  }

  /// Shows the state and the standing alarms to other threads.
  mutating func showAlarms() {
    gauges[.machineState] = Int(supervisor.unit.state.rawValue)
    gauges[.machineMode] = Int(supervisor.unit.mode.rawValue)
    var count = 0
    var open = 0
    let gauges = gauges
    supervisor.alarms.forEachStanding { alarm in
      gauges.show(alarm, at: count)
      count += 1
      if !AlarmGauge(alarm).isAcknowledged { open += 1 }
    }
    gauges[.alarmsStanding] = count
    gauges[.alarmsUnacknowledged] = open
  }
}

/// What the loop last saw of the port.
struct WatchedConditions {
  var isLinkDown = false
  var isCrowded = false
  var isScannerAway = false
  var conditions: UInt32 = 0
  var refusedWrites = RefusedWrites.none
  var machineRefusals: UInt64 = 0
}

extension PortCondition {
  /// The alarm that a condition of the port is a matter for; nil where the port's end says it.
  var alarm: AlarmKind? {
    switch self {
    case .heartbeatLost: .heartbeatLost
    case .watchdogOff: .watchdogDisabled
    case .epochChanged: .epochChanged
    case .ownershipLost: .ownershipLost
    case .readbackMismatch: .readbackMismatch
    case .emergencyStop: .emergencyStop
    case .quarantinedPoint: .pointQuarantined
    case .eventsLost: .ringNearlyFull
    case .sensorStuck: .sensorStuck
    case .sensorChattering: .sensorChattering
    case .commandUnanswered: .commandsUnanswered
    case .wordOrder, .interfaceVersion, .layoutMismatch, .protocolFault, .writeRefused: nil
    }
  }
}
