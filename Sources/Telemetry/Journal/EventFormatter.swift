import EventRecords
import Quantities
import SorterModel
import Supervision

/// Writes events as lines of events.jsonl.
///
/// A line is put together from prepared fragments (the run's prefix, the second's timestamp, the kind's
/// name and severity, `,"bin":"017"`) and numbers. An attribute that is empty, none or zero is left out,
/// which costs nothing: its fragment is the empty one.
@safe
struct EventFormatter: ~Copyable {
  // {"schema_version":1,"run_id":"...","seq":
  private let prefix: FragmentTable
  // ,"severity_text":"...","event_name":"...","attributes":{"position_pulses":
  private let heads: FragmentTable
  private let bins: FragmentTable
  private let sizeClasses: FragmentTable
  private let reasons: FragmentTable
  private let reads: FragmentTable
  private let choices: FragmentTable
  private let faults: FragmentTable
  private let start: FragmentTable
  // By number, the empty fragment for a number without a name.
  private let alarms: FragmentTable
  private let states: FragmentTable
  private let modes: FragmentTable
  private let causes: FragmentTable
  /// The longest line in bytes.
  let longestLine: Int

  private var sequence: UInt64 = 0
  private var chain = LineChain()
  private var clock: ClockText

  /// A formatter for the events of this run.
  init(_ run: RunDescription) {
    clock = ClockText(startsAt: run.startsAt)
    prefix = FragmentTable([Array("{\"schema_version\":1,\"run_id\":\"\(run.runIDText)\",\"seq\":".utf8)])
    heads = FragmentTable(
      EventKind.allCases.map { kind in
        Array(
          """
          ,"severity_text":"\(kind.severity)","event_name":"\(kind.eventName)",\
          "attributes":{"position_pulses":
          """.utf8)
      })
    bins = Self.table("bin", run.profile.bins.map(\.name))
    sizeClasses = Self.table("size_class", run.profile.sizeClasses.map(\.name))
    reasons = Self.table("reason", Reason.allCases.map(\.name))
    reads = Self.table("read", ReadQuality.allCases.map(\.name))
    choices = Self.table("choice", Choice.allCases.map(\.name))
    faults = Self.table("fault", MailFault.allCases.map(\.name))
    alarms = FragmentTable(
      (UInt8.min...UInt8(AlarmKind.allCases.count)).map { AlarmKind(rawValue: $0).map(Self.alarm) ?? [] })
    states = Self.table("state", PackMLState.allCases.map(\.name))
    modes = Self.table("mode", PackMLMode.allCases.map(\.name))
    causes = Self.table("cause", PackMLCause.allCases.map(\.name))
    var names = Self.attribute("scenario", run.scenario) + Self.attribute("profile", run.profile.name)
    names += Self.attribute("plan", run.plan)
    names += Array(",\"seed\":\(run.seed),\"replication\":\(run.replication)".utf8)
    start = FragmentTable([names])
    // Everything but names: 21 numbers at most, an id of 56 characters escaped sixfold, and the keys.
    longestLine = 2048 + bins.longest + sizeClasses.longest + start.longest + alarms.longest
  }

  /// The number of the last event.
  var written: Int { Int(truncatingIfNeeded: sequence) }

  /// Goes on after the last whole line of a log.
  mutating func goOn(from place: LogPlace) {
    sequence = UInt64(max(0, place.number))
    chain = LineChain(value: place.checksum)
  }

  /// Texts as attributes of this name, the empty one for an empty text.
  private static func table(_ key: String, _ texts: [String]) -> FragmentTable {
    FragmentTable(texts.map { $0.isEmpty ? [] : attribute(key, $0) })
  }

  private static func alarm(_ kind: AlarmKind) -> [UInt8] {
    attribute("alarm", kind.name) + attribute("priority", kind.priority.name)
      + attribute("title", kind.words.title)
  }

  private static func attribute(_ key: String, _ text: String) -> [UInt8] {
    Array(",\"\(key)\":\"".utf8) + Escaping.json(text.utf8) + [0x22]
  }

  /// Writes one line; `slot` is what is remembered of the record's piece.
  mutating func write(
    _ record: EventRecord, slot: UnsafePointer<PieceSlot>?, fed: Int, to line: inout LineCursor
  ) {
    let start = unsafe line.at
    sequence &+= 1
    line.fragment(prefix[0])
    line.unsigned(sequence)
    writeTimes(max(0, record.elapsed.rawValue), to: &line)
    line.fragment(heads[Int(record.kind.rawValue)])
    line.signed(record.position.rawValue)
    if record.piece != .none {
      line.text(",\"piece\":")
      line.unsigned(record.piece.rawValue)
      if let slot = unsafe slot, unsafe slot.pointee.id.count > 0 { unsafe writeID(slot, to: &line) }
    }
    writeAttributes(record, fed: fed, to: &line)
    line.byte(0x7D)
    unsafe chain.close(",\"crc32c\":\"", "\"}\n", start, &line)
  }

  /// Writes the wall-clock time and the elapsed time, which share their last nine digits.
  @inline(__always)
  private mutating func writeTimes(_ elapsed: Int64, to line: inout LineCursor) {
    var rest = elapsed &- clock.second &* 1_000_000_000
    if clock.second < 0 || rest < 0 || rest >= 1_000_000_000 {
      clock.move(to: elapsed / 1_000_000_000)
      rest = elapsed % 1_000_000_000
    }
    let fraction = UInt32(truncatingIfNeeded: rest)
    line.fragment(clock.timestamp)
    line.fixedNine(fraction)
    line.fragment(clock.elapsed)
    if clock.second > 0 { line.fixedNine(fraction) } else { line.unsigned(UInt64(fraction)) }
  }

  private func writeID(_ slot: UnsafePointer<PieceSlot>, to line: inout LineCursor) {
    line.text(",\"id\":\"")
    unsafe line.identifier(slot) { Escaping.json($0) }
    line.byte(0x22)
  }

  @inline(__always)
  func writeBin(_ bin: BinID, to line: inout LineCursor) {
    if bin.index < bins.count {
      line.fragment(bins[bin.index])
    } else if bin != .none {
      writeUnknown(bin, to: &line)
    }
  }

  /// A bin that the machine does not have is written by its number rather than hidden.
  private func writeUnknown(_ bin: BinID, to line: inout LineCursor) {
    line.text(",\"bin\":\"#")
    line.unsigned(UInt64(bin.rawValue))
    line.byte(0x22)
  }

  @inline(__always)
  func writeSizeClass(_ sizeClass: SizeClassID, to line: inout LineCursor) {
    if sizeClass.index < sizeClasses.count { line.fragment(sizeClasses[sizeClass.index]) }
  }

  @inline(__always)
  func writeReason(_ reason: Reason, to line: inout LineCursor) {
    line.fragment(reasons[Int(reason.rawValue)])
  }

  @inline(__always)
  func writeRead(_ quality: ReadQuality, to line: inout LineCursor) {
    line.fragment(reads[Int(quality.rawValue)])
  }

  @inline(__always)
  func writeChoice(_ choice: Choice, to line: inout LineCursor) {
    line.fragment(choices[Int(choice.rawValue)])
  }

  func writeFault(_ fault: UInt8, to line: inout LineCursor) {
    if Int(fault) < faults.count { line.fragment(faults[Int(fault)]) }
  }

  func writeAlarm(_ number: UInt8, to line: inout LineCursor) {
    if Int(number) < alarms.count { line.fragment(alarms[Int(number)]) }
  }

  func writeState(_ record: EventRecord, to line: inout LineCursor) {
    if Int(record.stateNumber) < states.count { line.fragment(states[Int(record.stateNumber)]) }
    line.text(",\"state_number\":")
    line.unsigned(UInt64(record.stateNumber))
    if Int(record.modeNumber) < modes.count, record.modeNumber > 0 {
      line.fragment(modes[Int(record.modeNumber)])
    }
    if Int(record.causeNumber) < causes.count { line.fragment(causes[Int(record.causeNumber)]) }
  }

  func writeStart(to line: inout LineCursor) { line.fragment(start[0]) }
}

extension LineCursor {
  /// Writes a piece's outside id: as it is where that is safe, escaped where not.
  @inline(__always)
  mutating func identifier(_ slot: UnsafePointer<PieceSlot>, escaped: ([UInt8]) -> [UInt8]) {
    let id = unsafe slot.pointee.id
    if unsafe slot.pointee.hasPlainID {
      let words = id.words
      word(words.0, count: 8)
      word(words.1, count: 8)
      word(words.2, count: 8)
      word(words.3, count: 8)
      word(words.4, count: 8)
      word(words.5, count: 8)
      word(words.6, count: 8)
      back(ShortText.capacity - Int(id.count))
    } else {
      bytes(escaped((0..<Int(id.count)).map { id[$0] }))
    }
  }
}
