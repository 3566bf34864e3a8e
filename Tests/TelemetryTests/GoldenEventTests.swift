import EventRecords
import Quantities
import SorterModel
import Testing

@testable import Telemetry

@Suite("Lines of events.jsonl")
struct GoldenEventTests {
  /// One record of a kind with fields that its line shows.
  private static func sample(_ kind: EventKind) -> EventRecord {
    var record = SampleRun.record(kind, 61_500)
    switch kind {
    case .runEnded:
      record.a = 60_000_000_000
    case .runResumed:
      record.a = 3_000_000_000
      record.count = 52
    case .pieceInducted:
      record.piece = PieceID(7)
      record.arrivedAt = Instant(61_000_000_000)
      record.span = 120
    case .pieceAssigned, .pieceReassigned:
      record = assignment(kind)
    case .pieceSorted, .pieceRejected, .pieceRemoved, .pieceLost:
      record = SampleRun.ended(
        kind, 7, 61_500, arrived: 61_000, inducted: 61_100, bin: kind == .pieceLost ? .max : 1,
        reason: kind == .pieceRejected ? .noRead : kind == .pieceLost ? .lostInTrack : .none)
      record.sequence = 9
      record.lap = 2
    case .assignmentAnswered, .divertMissed, .divertRefused, .pieceRecirculated:
      record.piece = PieceID(7)
      record.bin = BinID(0)
      record.reason = .divertTimeout
      record.sequence = 9
    case .binFull, .binAvailable, .binDisabled, .binEnabled: record.bin = BinID(2)
    case .jamStarted, .jamCleared, .plantSweepStarted: record.span = 250
    case .inductionHeld, .beltStopped: record.reason = .linkDown
    case .plantFaultStarted, .plantFaultEnded: record.count = 6
    case .machineState:
      record.stateNumber = 5
      record.modeNumber = 1
      record.causeNumber = 2
    case .alarmRaised, .alarmCleared, .alarmAcknowledged, .alarmShelved, .alarmUnshelved:
      record = alarm(kind)
    case .inputIgnored: record.reason = .unexpectedPiece
    case .writeRefused:
      record.refusedTable = 4
      record.refusedAddress = 30_100
      record.span = 8
      record.a = 2
    case .plantDoubleFeed:
      record.piece = PieceID(7)
      record.a = 8
    case .plantMissorted:
      record.piece = PieceID(7)
      record.bin = BinID(0)
      record.a = DestinationCode("33101")?.rawValue ?? 0
    case .plantSwept:
      record.bin = BinID(0)
      record.count = 480
    case .mailRowRejected:
      record.count = 17
      record.lap = MailFault.destination.rawValue
    default: break
    }
    return record
  }

  private static func alarm(_ kind: EventKind) -> EventRecord {
    var record = SampleRun.record(kind, 61_500)
    record.alarmNumber = 6
    record.bin = BinID(0)
    switch kind {
    case .alarmRaised: record.isWithheld = true
    case .alarmCleared: record.stoodFor = Nanoseconds(250)
    case .alarmShelved: record.shelvedUntil = Instant(99_000)
    case .alarmAcknowledged:
      record.alarmNumber = 13
      record.bin = .none
      record.alarmDevice = 2
    default: break
    }
    return record
  }

  private static func assignment(_ kind: EventKind) -> EventRecord {
    var record = SampleRun.record(kind, 61_500, piece: 7)
    record.code = DestinationCode("33101") ?? .none
    if kind == .pieceAssigned {
      record.dimensions = Dimensions(
        length: Millimetres(tenths: 2413), width: Millimetres(105), height: Millimetres(tenths: 5),
        weight: Grams(tenths: 123))
      record.sizeClass = SizeClassID(0)
    }
    record.bin = BinID(1)
    record.choice = .alternate
    record.planLine = 12
    record.sequence = 9
    record.span = 5000
    record.lap = 1
    record.reason = .binFull
    return record
  }

  private static func golden(_ kind: EventKind) -> (severity: String, name: String, rest: String) {
    let ended = #""sequence":9,"lap":2,"arrived_ns":61000000000,"inducted_ns":61100000000"#
    let decision =
      #""bin":"B,2","choice":"alternate","plan_line":12,"sequence":9,"deadline_pulses":5000,"lap":1,"#
      + #""reason":"binFull""#
    let sides = #""length_mm":241.3,"width_mm":105,"height_mm":0.5,"weight_g":12.3"#
    let divert = #","piece":7,"bin":"B1","reason":"divertTimeout","sequence":9"#
    switch kind {
    case .runStarted:
      let names = #","scenario":"sample","profile":"bench-rig","plan":"plan\"A""#
      return ("INFO", "run.started", names + #","seed":42,"replication":3"#)
    case .runEnded: return ("INFO", "run.ended", #","fed":0,"feeding_ns":60000000000"#)
    case .runResumed: return ("WARN", "run.resumed", #","on_machine":52,"away_ns":3000000000"#)
    case .pieceInducted:
      return ("INFO", "piece.inducted", #","piece":7,"arrived_ns":61000000000,"gap_pulses":120"#)
    case .pieceAssigned:
      let reading = #","piece":7,"destination":"33101","size_class":"letter",\#(sides),"read":"good","#
      return ("INFO", "piece.assigned", reading + decision)
    case .pieceReassigned:
      return ("INFO", "piece.reassigned", #","piece":7,"destination":"33101","# + decision)
    case .assignmentAnswered: return ("INFO", "assignment.answered", divert)
    case .divertMissed: return ("WARN", "divert.missed", divert)
    case .divertRefused: return ("WARN", "divert.refused", divert)
    case .pieceRecirculated: return ("INFO", "piece.recirculated", divert)
    case .pieceSorted: return ("INFO", "piece.sorted", #","piece":7,"bin":"B,2","# + ended)
    case .pieceRejected:
      return ("WARN", "piece.rejected", #","piece":7,"bin":"B,2","reason":"noRead","# + ended)
    case .pieceRemoved: return ("INFO", "piece.removed", #","piece":7,"bin":"B,2","# + ended)
    case .pieceLost: return ("ERROR", "piece.lost", #","piece":7,"reason":"lostInTrack","# + ended)
    default: return goldenOfMachine(kind)
    }
  }

  private static let fault =
    #","alarm":"diverterFault","priority":"high","title":"Diverter fault","alarm_number":6,"bin":"B1""#

  private static func goldenOfMachine(_ kind: EventKind) -> (severity: String, name: String, rest: String) {
    switch kind {
    case .binFull: ("WARN", "bin.full", #","bin":"R""#)
    case .binAvailable: ("INFO", "bin.available", #","bin":"R""#)
    case .binDisabled: ("WARN", "bin.disabled", #","bin":"R""#)
    case .binEnabled: ("INFO", "bin.enabled", #","bin":"R""#)
    case .jamStarted: ("WARN", "jam.started", #","duration_ms":250"#)
    case .jamCleared: ("INFO", "jam.cleared", #","duration_ms":250"#)
    case .beltStopped: ("INFO", "belt.stopped", #","reason":"linkDown""#)
    case .beltStarted: ("INFO", "belt.started", "")
    case .inductionHeld: ("INFO", "induction.held", #","reason":"linkDown""#)
    case .inductionReleased: ("INFO", "induction.released", "")
    case .machineState:
      (
        "INFO", "machine.state",
        #","state":"Suspended","state_number":5,"mode":"production","cause":"starved""#
      )
    case .alarmRaised: ("WARN", "alarm.raised", fault + #","withheld":true"#)
    case .alarmCleared: ("INFO", "alarm.cleared", fault + #","stood_ns":250"#)
    case .alarmAcknowledged:
      (
        "INFO", "alarm.acknowledged",
        #","alarm":"linkDown","priority":"high","title":"Link down","alarm_number":13,"device":2"#
      )
    case .alarmShelved: ("INFO", "alarm.shelved", fault + #","until_ns":99000"#)
    case .alarmUnshelved: ("INFO", "alarm.unshelved", fault)
    case .inputIgnored: ("WARN", "input.ignored", #","detail":0,"reason":"unexpectedPiece""#)
    case .plantDoubleFeed: ("INFO", "plant.double_feed", #","piece":7,"rider":8"#)
    case .plantMissorted: ("ERROR", "plant.missorted", #","piece":7,"destination":"33101","bin":"B1""#)
    case .plantSweepStarted: ("INFO", "plant.sweep_started", #","waited_ms":250"#)
    case .plantSwept: ("INFO", "plant.swept", #","bin":"B1","pieces":480"#)
    case .plantFaultStarted: ("INFO", "plant.fault_started", #","fault_index":6"#)
    case .plantFaultEnded: ("INFO", "plant.fault_ended", #","fault_index":6"#)
    case .plantStarved: ("INFO", "plant.starved", #","starved":true"#)
    case .writeRefused:
      (
        "WARN", "write.refused",
        #","refused_by":"map","table":"holding","address":30100,"addresses":8,"writes":2"#
      )
    case .mailRowRejected: ("WARN", "mail.row_rejected", #","line":17,"fault":"destination""#)
    default: ("", "", "")
    }
  }

  @Test(
    "every kind of event has its line, byte for byte", arguments: EventKind.allCases.filter(\.isEvent))
  func golden(kind: EventKind) {
    var formatter = EventFormatter(SampleRun.description())
    let line = unsummed(written { unsafe formatter.write(Self.sample(kind), slot: nil, fed: 0, to: &$0) })
    let (severity, name, rest) = Self.golden(kind)
    #expect(!name.isEmpty)
    let head = #"{"schema_version":1,"run_id":"00000000000000ab","seq":1,"#
    let times = #""timestamp":"2026-01-05T18:01:01.500000000Z","elapsed_ns":61500000000,"#
    let kindPart = #""severity_text":"\#(severity)","event_name":"\#(name)","#
    #expect(line == head + times + kindPart + #""attributes":{"position_pulses":61500\#(rest)}}"# + "\n")
  }

  @Test(
    "a piece that passed the scanner without any reading says so",
    arguments: [
      EventKind.pieceRejected, .pieceRecirculated,
    ])
  func unread(kind: EventKind) {
    var formatter = EventFormatter(SampleRun.description())
    var record = Self.sample(kind)
    record.quality = .noData
    let line = unsummed(written { unsafe formatter.write(record, slot: nil, fed: 0, to: &$0) })
    #expect(line.hasSuffix(Self.golden(kind).rest + #","read":"noData"}}"# + "\n"))
  }

  @Test("a state, mode and alarm whose numbers mean nothing here are written by number alone")
  func unknownNumbers() {
    var formatter = EventFormatter(SampleRun.description())
    var state = EventRecord(.machineState, at: Instant(40), position: .zero)
    state.stateNumber = 200
    state.modeNumber = 99
    state.causeNumber = 9
    let first = written { unsafe formatter.write(state, slot: nil, fed: 0, to: &$0) }
    #expect(first.contains(#""attributes":{"position_pulses":0,"state_number":200},"crc32c""#))
    var alarm = EventRecord(.alarmRaised, at: Instant(40), position: .zero)
    alarm.alarmNumber = 255
    let second = written { unsafe formatter.write(alarm, slot: nil, fed: 0, to: &$0) }
    #expect(second.contains(#""attributes":{"position_pulses":0,"alarm_number":255},"crc32c""#))
  }

  @Test("times within the first second, and a bin that the machine does not have, are written truly")
  func edges() {
    var formatter = EventFormatter(SampleRun.description())
    var record = EventRecord(.binFull, at: Instant(40), position: Pulses(-3))
    record.bin = BinID(9)
    let first = written { unsafe formatter.write(record, slot: nil, fed: 0, to: &$0) }
    #expect(first.contains(#""timestamp":"2026-01-05T18:00:00.000000040Z","elapsed_ns":40,"#))
    #expect(first.contains(#""position_pulses":-3,"bin":"\#u{23}9""#))
    let second = written { unsafe formatter.write(record, slot: nil, fed: 0, to: &$0) }
    #expect(second.contains(#""seq":2,"#))
  }

  /// The line without its checksum, which has tests of its own.
  private func unsummed(_ line: String) -> String {
    line.replacing(/,"crc32c":"[0-9a-f]{8}"/, with: "")
  }
}
