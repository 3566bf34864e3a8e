import ControlRuntime
import Dispatching
import EventRecords
import Quantities
import RegisterMap
import SorterModel

/// Poll: eyes, encoder, heartbeats and read-back in few grouped requests.
extension DirectSession {
  /// Connects, checks, and takes what the eyes show as the beginning: what is on the belt is not known.
  func open() throws(ModbusFault) {
    let wanted = "\(link.settings.device)"
    do throws(ModbusFault) {
      try link.connect()
    } catch {
      report.note(
        "connection", wanted: wanted, found: error.description, .failed,
        advice: "check the address, the cable and that the device is on")
      throw error
    }
    report.note("connection", wanted: wanted, found: "connected", .passed)
    try reader.read(link)
    check()
    speed.forget()
    deviceHeart.forget()
    guard let count = reader.raw("encoder") else {
      throw .badRequest("the device refuses the encoder, without which nothing can be tracked")
    }
    takeUpEncoder(count)
    markBelt()
    // After a lost link the counts say what was missed; at the start they say nothing.
    if lostAt == nil { beginEyes() }
    takeField()
    policy.succeeded()
    isOpen = true
    if let lostAt, drive == .armed, now - lostAt > link.settings.watchdog { drive = .latched }
  }

  /// The first count, the same device after a lost link, or a device that began anew.
  private func takeUpEncoder(_ count: UInt32) {
    defer {
      hasSeenEncoder = true
      encoderAt = now
    }
    guard var known = encoder else {
      encoder = BeltCounter(wire: count, position: Int64(count))
      return
    }
    // While no controller looked, a lower count may be a wrap as well as a new beginning: the worse is taken for true.
    let mayHaveBegunAnew = !hasSeenEncoder && count < known.wire
    if !hasForgotten, !mayHaveBegunAnew, known.move(to: count) {
      encoder = known
      return
    }
    conditions.happened(.epochChanged, at: now)
    if drive == .armed { drive = .latched }
    // How far the belt went meanwhile nobody knows: no piece is where it is thought to be.
    let position = max(known.position, outbox.position.rawValue)
    encoder = BeltCounter(wire: count, position: position)
    refuseAll()
    beginEyes()
    outbox.put(.machineRestarted, at: Pulses(position), now: now)
  }

  /// Whether an eye's count went back: the device began anew, even where its encoder seems to have gone on.
  private var hasForgotten: Bool {
    layout.eyes.indices.contains { index in sample(index).map { eyes[index].isBehind($0) } ?? false }
  }

  /// Has the belt's offset written down, where it is another than the last: a controller goes on from it.
  private func markBelt() {
    guard let offset = encoder?.offset, offset != markedOffset else { return }
    markedOffset = offset
    let place = SessionPlace(owner: 0, epoch: 0, event: 0, pieceBase: 0, beltOffset: offset)
    outbox.put(.session(place), at: outbox.position, now: now)
  }

  private func check() {
    conditions.set(.quarantinedPoint, !reader.quarantined.isEmpty)
    let essential = ["encoder", "eye.induction"].filter(reader.quarantined.contains)
    report.note(
      "mapped points readable", wanted: "\(layout.polled.count)",
      found: "\(layout.polled.count - reader.quarantined.count)",
      reader.quarantined.isEmpty ? .passed : essential.isEmpty ? .warned : .failed,
      advice: "refused by the device: \(reader.quarantined.joined(separator: ", "))")
    checkWatchdog()
  }

  private func checkWatchdog() {
    if let watchdog = reader.raw("watchdog_ms") {
      let most = UInt32(RegisterInterface.longestWatchdogMilliseconds)
      let isOn = (1...most).contains(watchdog)
      conditions.set(.watchdogOff, !isOn)
      report.require(
        isOn, "watchdog", wanted: "1 to \(most) ms", found: watchdog == 0 ? "off" : "\(watchdog) ms",
        advice: "coils would stay on when the controller dies: set the device's watchdog")
    } else {
      report.note(
        "watchdog", wanted: "1 to 500 ms", found: "no such point", .warned,
        advice: "make sure by the device's own settings that outputs go off when the link is lost")
    }
  }

  /// One round.
  func poll() throws(ModbusFault) {
    var failure: ModbusFault?
    try reader.read(link) {
      do throws(ModbusFault) { try self.driveCoils() } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    // First of all: a device whose watchdog has tripped may feed again as soon as it hears a heartbeat.
    try keepHold()
    try beat()
    guard let count = reader.raw("encoder"), encoder != nil else { return }
    takeUpEncoder(count)
    markBelt()
    guard let position = encoder?.position else { return }
    speed.see(position, at: present)
    watchDevice()
    // It may have been off for the moment of the connection alone, or somebody has set it since.
    if conditions.holds(.watchdogOff) { checkWatchdog() }
    takeField()
    readBack()
    updateDrive()
    try driveCoils()
  }

  private func beat() throws(ModbusFault) {
    guard let point = layout.controllerHeartbeat, !options.isDryRun, !isControlStalled else { return }
    if let beatAt, now - beatAt < link.settings.heartbeat { return }
    if let hold = layout.hold, reader.isOn(hold.name) == nil {
      // Nobody sees whether the device has let it go: it is told again each time.
      holdWritten = nil
    }
    heartbeat &+= 1
    try link.write(PointBlock(point), from: 0, [heartbeat])
    beatAt = now
  }

  /// Whether the control thread has run once and stands still at this very moment.
  var isControlStalled: Bool {
    signals.controlStandstill(at: present) > options.controlStall
  }

  private func watchDevice() {
    guard let beat = reader.raw("heartbeat") else { return }
    deviceHeart.see(Int64(beat), at: now)
    conditions.set(.heartbeatLost, deviceHeart.standstill(at: now) >= options.machineStall)
  }

  private func sample(_ index: Int) -> EyeFilter.Sample? {
    let name = layout.eyes[index].name
    guard let isOn = reader.isOn(name), let belt = encoder else { return nil }
    return EyeFilter.Sample(
      isOn: isOn, count: reader.raw("\(name).count").map { UInt16(truncatingIfNeeded: $0) },
      edge: reader.raw("\(name).at").map { belt.position(of: $0) }, position: belt.position)
  }

  /// Takes what the eyes show as the beginning.
  private func beginEyes() {
    for index in eyes.indices { if let sample = sample(index) { eyes[index].begin(sample) } }
  }

  /// Takes what was read of the field, edges first: what is told at the belt's present place must come behind them.
  ///
  /// As long as something waits to be handed on nothing is taken, and the eyes' counts keep what they see meanwhile.
  private func takeField() {
    isAbreast = outbox.isEmpty
    guard isAbreast else { return }
    takeEyes()
    takeJam()
    takeBins()
  }

  /// Edges of all eyes, in the order of their places.
  private func takeEyes() {
    guard let position = encoder?.position else { return }
    var edges: [(place: Int64, event: FieldInput.Event)] = []
    for index in layout.eyes.indices {
      guard let sample = sample(index) else { continue }
      let finding = eyes[index].see(sample)
      let eye = layout.eyes[index].eye
      if finding.isIncomplete {
        lostEdges = eyes.reduce(0) { $0 + $1.missed }
        conditions.happened(.eventsLost, at: now)
      }
      if let head = finding.head { edges.append((head, .photoEye(eye, blocked: true))) }
      if let tail = finding.tail {
        edges.append((max(tail, finding.head ?? tail), .photoEye(eye, blocked: false)))
      }
    }
    conditions.set(.sensorStuck, eyes.contains(where: \.isStuck))
    conditions.set(.sensorChattering, eyes.contains { $0.isChattering(at: position) })
    for (_, edge) in edges.enumerated().sorted(by: { ($0.1.place, $0.0) < ($1.1.place, $1.0) }) {
      outbox.put(edge.event, at: Pulses(edge.place), now: now)
    }
    if edges.isEmpty, now - advancedAt >= .milliseconds(50), position > outbox.position.rawValue {
      outbox.put(.encoderAdvanced, at: Pulses(position), now: now)
      advancedAt = now
    }
  }

  /// The optional signal of a jammed belt; a device that refuses the point leaves things as they are.
  private func takeJam() {
    guard layout.tellsOfJams, let isOn = reader.isOn("jam"), isOn != isJammed else { return }
    // What the controller before had told of it nobody knows: a dispatcher that knows already lets it pass.
    isJammed = isOn
    outbox.put(isOn ? .jamStarted : .jamCleared, at: Pulses(encoder?.position ?? 0), now: now)
  }

  private func takeBins() {
    for (bin, name) in layout.fulls {
      guard let isFull = reader.isOn(name), isFull != full[bin.index] else { continue }
      full[bin.index] = isFull
      outbox.put(
        isFull ? .binFull(bin) : .binAvailable(bin, emptied: false), at: outbox.position, now: now)
    }
  }

  /// A coil that is read otherwise than it was written, twice in a row, takes its bin out of service.
  ///
  /// One that is on is let go: at once the first time, later on at the pace of the heartbeat, because it may be on
  /// whatever is written.
  private func readBack() {
    guard drive == .armed else { return }
    for index in layout.diverters.indices {
      guard let isOn = reader.isOn(layout.diverters[index].name) else { continue }
      coils[index].unlike = isOn == coils[index].isOn ? 0 : coils[index].unlike + 1
      guard coils[index].unlike >= 2 else { continue }
      if isOn {
        coils[index].isOn = true
        coils[index].unlike = 0
        coils[index].offAt = coils[index].isFaulty ? present + link.settings.heartbeat : present
      }
      guard !coils[index].isFaulty else { continue }
      coils[index].isFaulty = true
      conditions.happened(.readbackMismatch, at: now)
      outbox.put(.binDisabled(layout.diverters[index].bin), at: outbox.position, now: now)
    }
  }
}
