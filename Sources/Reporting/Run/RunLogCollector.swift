import FileFormats
import SorterModel
import Supervision

/// Makes a `RunLog` of events that come in their order.
struct RunLogCollector {
  private var log: RunLog
  private let binPlaces: [String: Int]
  private let classPlaces: [String: Int]
  // The pieces on the machine, by their numbers.
  private var open: [Int: LoggedPiece] = [:]
  private var kept: [LoggedPiece] = []
  // Which alarm a subject has while it stands.
  private var standing: [String: Int] = [:]
  private var isVirtual = false

  /// A collector that adds to this log.
  init(_ log: RunLog) {
    self.log = log
    let profile = log.profile
    binPlaces = Dictionary(profile.bins.enumerated().map { ($1.name, $0) }) { first, _ in first }
    classPlaces = Dictionary(profile.sizeClasses.enumerated().map { ($1.name, $0 + 1) }) { first, _ in first }
    kept.reserveCapacity(32_768)
  }

  /// Takes in the next event.
  mutating func take(_ event: EventLine) {
    let now = event.elapsed / 1_000_000
    log.end = max(log.end, now)
    if log.heldBefore.isEmpty, now >= log.window.lowerBound { log.heldBefore = log.bins.map(\.held) }
    if let position = event.number("position_pulses") { log.belt.take(now, Int64(position)) }
    if event.name.hasPrefix("piece.") {
      takePiece(event, now)
    } else {
      takeOther(event, now)
    }
    noteHappening(event, now)
  }

  private mutating func takePiece(_ event: EventLine, _ now: Int64) {
    guard let number = event.number("piece") else { return }
    switch event.name {
    case "piece.inducted":
      // A number that comes again while its piece is under way is a lap begun, not another piece.
      if open[number] == nil { log.fed += 1 }
      var piece = open[number] ?? LoggedPiece(number: number, start: now)
      piece.id = event["id"] ?? piece.id
      if let arrived = event.number("arrived_ns") { piece.wait = max(0, now - Int64(arrived) / 1_000_000) }
      open[number] = piece
    case "piece.assigned": assign(event, number, now)
    case "piece.reassigned":
      var piece = piece(number, now)
      decide(event, &piece)
      open[number] = piece
    case "piece.recirculated":
      var piece = piece(number, now)
      piece.laps = event.number("lap") ?? piece.laps + 1
      open[number] = piece
    case "piece.sorted": end(event, .sorted, number, now)
    case "piece.rejected": end(event, .rejected, number, now)
    case "piece.removed": end(event, .removed, number, now)
    case "piece.lost": end(event, .lost, number, now)
    default: break
    }
  }

  /// The piece of a number that is under way; one that the log never saw fed begins now.
  private func piece(_ number: Int, _ now: Int64) -> LoggedPiece {
    open[number] ?? LoggedPiece(number: number, start: now)
  }

  private mutating func assign(_ event: EventLine, _ number: Int, _ now: Int64) {
    var piece = piece(number, now)
    piece.isRead = true
    piece.destination = event["destination"] ?? ""
    piece.sizeClass = event["size_class"].flatMap { classPlaces[$0] } ?? 0
    for (index, key) in ["length_mm", "width_mm", "height_mm", "weight_g"].enumerated() {
      piece.measures[index] = event.tenths(key)
    }
    piece.read = ReadQuality.allCases.first { $0.name == event["read"] } ?? .good
    decide(event, &piece)
    if piece.choice == .reject, piece.bin > 0 { log.rejectBins.insert(piece.bin - 1) }
    open[number] = piece
  }

  /// Takes over which bin was given, and why.
  private func decide(_ event: EventLine, _ piece: inout LoggedPiece) {
    piece.choice = Choice.allCases.first { $0.name == event["choice"] } ?? .primary
    piece.bin = bin(event)
    piece.planLine = event.number("plan_line") ?? 0
  }

  /// The place of the event's bin in the profile, from 1; 0 where it names none.
  private func bin(_ event: EventLine) -> Int { event["bin"].flatMap { binPlaces[$0] }.map { $0 + 1 } ?? 0 }

  private mutating func end(_ event: EventLine, _ outcome: Outcome, _ number: Int, _ now: Int64) {
    let fedAt = event.number("inducted_ns").map { Int64($0) / 1_000_000 } ?? now
    var piece = open.removeValue(forKey: number) ?? LoggedPiece(number: number, start: fedAt)
    piece.end = now
    piece.outcome = outcome
    piece.reason = event["reason"].flatMap { Reason(name: $0) } ?? .none
    piece.bin = bin(event)
    if let lap = event.number("lap") { piece.laps = lap }
    log.endings[.init(outcome: outcome, reason: piece.reason, bin: piece.bin), default: EndingGroup()].take(
      number)
    if piece.bin > 0, outcome == .sorted || outcome == .rejected {
      log.bins[piece.bin - 1].take(height: piece.measures[2], weight: piece.measures[3], at: now)
    }
    let time = Int32(clamping: now - (event.number("arrived_ns").map { Int64($0) / 1_000_000 } ?? fedAt))
    if outcome == .sorted { log.sortedTimes.append(time) } else { log.missedTimes.append(time) }
    keep(piece)
  }

  /// Keeps an ended piece for the animation if it was on the machine in its window.
  private mutating func keep(_ piece: LoggedPiece) {
    guard piece.end >= log.window.lowerBound, piece.start < log.window.upperBound else { return }
    kept.append(piece)
    if kept.count == RunLog.pieceLimit {
      log.isWindowCut = true
      log.window = log.window.lowerBound..<max(log.window.lowerBound + 1, piece.end)
    }
  }

  private mutating func takeOther(_ event: EventLine, _ now: Int64) {
    switch event.name {
    case "plant.swept": noteBin(event, .emptied, now)
    case "bin.full": noteBin(event, .full, now)
    case "bin.available":
      // A virtual plant says when a bin is emptied; of a real one this is all that is known.
      if !isVirtual { noteBin(event, .emptied, now) }
      noteBin(event, .available, now)
    case "bin.disabled": noteBin(event, .disabled, now)
    case "bin.enabled": noteBin(event, .enabled, now)
    case "machine.state":
      let state = PackMLState(rawValue: UInt8(clamping: event.number("state_number") ?? 0)) ?? .undefined
      log.states.append(.init(start: now, end: now, state: state, cause: event["cause"] ?? ""))
    case "run.ended": log.hasEnded = true
    case "run.resumed": log.absences.append(Int64(event.number("away_ns") ?? 0) / 1_000_000)
    case _ where event.name.hasPrefix("alarm."): takeAlarm(event, now)
    default: break
    }
    if event.name.hasPrefix("plant.") { isVirtual = true }
  }

  private mutating func noteBin(_ event: EventLine, _ kind: RunLog.BinEvent.Kind, _ now: Int64) {
    let place = bin(event) - 1
    guard place >= 0 else { return }
    switch kind {
    case .emptied: log.bins[place].empty(at: now)
    case .full: log.bins[place].setFull(true, at: now)
    case .available: log.bins[place].setFull(false, at: now)
    case .disabled, .enabled: break
    }
    if log.window.contains(now) { log.binEvents.append(.init(time: now, bin: place, kind: kind)) }
  }

  private mutating func takeAlarm(_ event: EventLine, _ now: Int64) {
    let subject =
      event["bin"].map { "\(log.profile.binWord) \($0)" } ?? event["device"].map { "device \($0)" } ?? ""
    let key = "\(event["alarm_number"] ?? "")/\(subject)"
    if event.name == "alarm.raised" {
      let kind = event["alarm"].flatMap { AlarmKind(name: $0) }
      guard let kind, log.alarms.count < RunLog.alarmLimit else { return }
      standing[key] = log.alarms.count
      log.alarms.append(.init(start: now, end: nil, kind: kind, subject: subject))
    } else if event.name == "alarm.cleared", let place = standing.removeValue(forKey: key) {
      log.alarms[place].end = now
    }
  }

  private mutating func noteHappening(_ event: EventLine, _ now: Int64) {
    guard let kind = PieceHappening.Kind(event: event.name), let number = event.number("piece") else {
      return
    }
    let place = bin(event)
    if kind == .missed || kind == .refused, place > 0 { log.failedDiverts[place - 1, default: 0] += 1 }
    guard log.window.contains(now) else { return }
    let reason = event["reason"].flatMap { Reason(name: $0) } ?? .none
    log.happenings.append(.init(piece: number, kind: kind, time: now, bin: place, reason: reason))
  }

  /// The log when no event follows.
  mutating func finished(isTorn: Bool) -> RunLog {
    log.isTorn = isTorn
    log.belt.finish()
    if log.heldBefore.isEmpty { log.heldBefore = log.bins.map(\.held) }
    for (number, piece) in open.sorted(by: { $0.key < $1.key }) {
      log.endings[.init(outcome: .onMachine, reason: .none, bin: 0), default: EndingGroup()].take(number)
      guard piece.start < log.window.upperBound else { continue }
      var piece = piece
      piece.end = log.end
      kept.append(piece)
    }
    let limit = log.window.upperBound
    log.window = log.window.lowerBound..<max(log.window.lowerBound + 1, min(limit, log.end))
    log.pieces = kept.sorted { ($0.start, $0.number) < ($1.start, $1.number) }
    log.happenings.removeAll { $0.time >= log.window.upperBound + 1 }
    log.binEvents.removeAll { $0.time >= log.window.upperBound + 1 }
    for index in log.states.indices {
      log.states[index].end = index + 1 < log.states.count ? log.states[index + 1].start : log.end
    }
    return log
  }
}

extension EventLine {
  /// An attribute with at most one decimal, in tenths; 0 where it is not there.
  func tenths(_ key: String) -> Int {
    self[key].flatMap { Double($0) }.map { Int(min(max(($0 * 10).rounded(), 0), 1e9)) } ?? 0
  }
}
