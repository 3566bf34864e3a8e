import FileFormats
import Quantities
import RegisterMap
import SorterModel

/// What a machine's Modbus settings and register map mean for its pieces: requests, times, and what cannot hold.
package struct ModbusArithmetic {
  /// The machine.
  package let profile: HardwareProfile
  /// How it is reached.
  package let settings: ModbusSettings
  /// Its registers.
  package let map: RegisterMap
  /// The requests of one poll on which nothing has happened.
  package let polled: RequestPlan

  /// What one request over TCP is taken to last: a quiet Ethernet and a PLC that answers within its scan.
  static let assumedRoundTrip = Nanoseconds.milliseconds(1)

  /// The arithmetic of a machine that is driven; nil where it has no `modbus` section or no map.
  package init?(_ profile: HardwareProfile, _ map: RegisterMap?) {
    guard let map, let settings = profile.modbus else { return nil }
    self.profile = profile
    self.settings = settings
    self.map = map
    let isDirect = profile.control.mode == .direct
    polled = RequestPlan(map, .reading, limits: settings.limits) { point in
      // Rings are read where there is something new; the identity once.
      if isDirect {
        // The coils are read back, so that what the device does is known.
        return (point.access == .read && point.name != "id") || point.name.hasPrefix("divert.")
      }
      return ["machine", "bins.full", "bins.disabled"].contains(point.name)
    }
  }

  /// How long a request of these registers or bits lasts on the wire, with its answer.
  package func roundTrip(_ request: RegisterRequest) -> Nanoseconds {
    guard case .rtu(let line) = settings.device else { return Self.assumedRoundTrip }
    let data = request.table.isBits ? (request.addresses.count + 7) / 8 : 2 * request.addresses.count
    // Eight bytes of request, five and the data of the answer, and 3.5 characters of silence after each.
    return Nanoseconds(Int64((8 + 5 + data + 7) * line.characterNanoseconds))
  }

  /// All of a poll's requests one after the other; assigned control writes its heartbeat in the first.
  package var pollWork: Nanoseconds {
    var work = Nanoseconds.zero
    for request in polled.requests { work += roundTrip(request) }
    return needsOwnHeartbeat ? work + writeTime : work
  }

  /// From one poll to the next: as stated, or as long as its requests last.
  package var pollPeriod: Nanoseconds { max(settings.poll, pollWork) }

  private var needsOwnHeartbeat: Bool { profile.control.mode == .direct || !settings.allowsReadWrite }

  private var requestCount: Int { polled.requests.count + (needsOwnHeartbeat ? 1 : 0) }

  /// One small write with its answer.
  private var writeTime: Nanoseconds {
    guard case .rtu(let line) = settings.device else { return Self.assumedRoundTrip }
    return Nanoseconds(Int64((8 + 8 + 7) * line.characterNanoseconds))
  }

  private var speed: Int64 { Int64(profile.belt.speedMillimetresPerSecond) }

  private func travelTenths(_ time: Nanoseconds) -> Int64 {
    (time.rawValue / 1_000 * speed + 99_999) / 100_000
  }

  /// Whether every eye latches where the belt was at its last edge.
  private var eyesAreLatched: Bool {
    let eyes = map.points.filter { $0.name.hasPrefix("eye.") && $0.type == .bool }
    return eyes.allSatisfy { map["\($0.name).at"] != nil && map["\($0.name).count"] != nil }
  }

  /// How far the belt may move between the moment to fire and the diverter's command, and how that is reached.
  private var blindness: (tenths: Int64, how: String) {
    var time = pollPeriod + max(profile.control.answer, writeTime)
    var how =
      "\(milliseconds(pollPeriod)) ms poll + \(milliseconds(max(profile.control.answer, writeTime))) ms answer"
    if !eyesAreLatched {
      time += pollPeriod
      how += " + \(milliseconds(pollPeriod)) ms poll, since not every eye has .count and .at"
    }
    return (travelTenths(time), "\(grouped(speed)) mm/s x (\(how))")
  }

  /// Why the machine cannot be driven like this, each with its numbers; empty where it can.
  package var faults: [String] {
    var found = polled.tooLong.map { index in
      let point = map.points[index]
      let limit = settings.limits.addresses(point.table, .reading)
      return
        "\(point.name) takes \(point.addresses.count) addresses that belong together, and the device gives "
        + "at most \(limit) in a request"
    }
    guard profile.control.mode == .direct else { return found }
    let window = Int64(profile.diverters.trackingWindow.tenths)
    let (blind, how) = blindness
    if blind > window {
      found.append(
        "direct control cannot hold: \(how) = \(millimetres(blind)) mm <= "
          + "\(millimetres(window)) mm tracking window is not so")
    }
    if !eyesAreLatched, let shortest = profile.sizeClasses.map(\.length.lowerBound.tenths).min() {
      // An eye must be seen blocked and then clear.
      let two = travelTenths(pollPeriod + pollPeriod)
      if two > min(Int64(shortest), Int64(profile.induction.minimumGap.tenths)) {
        found.append(
          "direct control cannot hold: two polls are \(millimetres(two)) mm of belt, and the shortest piece or gap "
            + "is \(millimetres(min(Int64(shortest), Int64(profile.induction.minimumGap.tenths)))) mm; an eye "
            + "without .count would miss it")
      }
    }
    if profile.recirculation != nil || profile.topology == .loop {
      found.append(
        "direct control cannot hold: a photo-eye cannot tell a piece that comes round from a new one")
    }
    return found
  }

  /// Every line.
  package var lines: [MachineArithmetic.Line] {
    var lines = [
      line("device", "\(settings.device)", "unit \(settings.unit), \(map.points.count) points"),
      line(
        "requests a poll", grouped(requestCount),
        "\(registers(polled)) registers and \(bits(polled)) bits read"
          + (needsOwnHeartbeat
            ? ", and the heartbeat written" : ", the heartbeat written in the first (FC 23)")),
      line(
        "a poll lasts", "\(milliseconds(pollWork)) ms",
        isSerial
          ? "bytes on the wire, the device's own delay not counted"
          : "1 ms a request is assumed; sortline probe measures it"),
      line(
        "poll period", "\(milliseconds(pollPeriod)) ms",
        pollPeriod > settings.poll ? "poll_ms \(milliseconds(settings.poll)) cannot be kept" : "poll_ms"),
    ]
    let perPiece = Nanoseconds(3_600_000_000_000 / Int64(max(1, profile.ratedPiecesPerHour)))
    lines.append(
      line(
        "polls a piece", decimal(perPiece.rawValue * 10 / max(1, pollPeriod.rawValue), places: 1),
        "a piece every \(milliseconds(perPiece)) ms at the rated speed"))
    lines += profile.control.mode == .assigned ? assignedLines(perPiece) : directLines
    return lines
  }

  private func assignedLines(_ perPiece: Nanoseconds) -> [MachineArithmetic.Line] {
    var lines: [MachineArithmetic.Line] = []
    if let events = map["events"] {
      let slots = events.type.count / EventSlot.registers
      // Inducted, identified, confirmed; and four slots that stay free.
      let time = Nanoseconds(perPiece.rawValue * Int64(max(0, slots - 4)) / 3)
      lines.append(
        line(
          "the event ring rides out", "\(milliseconds(time)) ms",
          "\(slots) slots less 4, at 3 events a piece; then the machine holds induction"))
    }
    let reaction = pollPeriod + pollPeriod + writeTime
    lines.append(
      line(
        "reading to command", "\(milliseconds(reaction)) ms at most",
        "the machine's event waits for a poll, the command for the next"))
    return lines
  }

  private var directLines: [MachineArithmetic.Line] {
    let (blind, how) = blindness
    return [
      line(
        "moved between eye and diverter", "\(millimetres(blind)) mm",
        "\(how), at most \(profile.diverters.trackingWindow) mm")
    ]
  }

  private var isSerial: Bool { if case .rtu = settings.device { true } else { false } }

  private func registers(_ plan: RequestPlan) -> Int {
    plan.requests.reduce(0) { $0 + ($1.table.isBits ? 0 : $1.addresses.count) }
  }

  private func bits(_ plan: RequestPlan) -> Int {
    plan.requests.reduce(0) { $0 + ($1.table.isBits ? $1.addresses.count : 0) }
  }

  private func line(_ name: String, _ value: String, _ how: String) -> MachineArithmetic.Line {
    MachineArithmetic.Line(name: name, value: value, how: how)
  }

  private func milliseconds(_ time: Nanoseconds) -> String { decimal(time.rawValue / 10_000, places: 2) }
  private func millimetres(_ tenths: Int64) -> String { decimal(tenths, places: 1) }
}
