import EventRecords
import Quantities
import SorterModel

/// Writes the rows of pieces.csv: one a piece, when it ends.
@safe
struct PieceRows: ~Copyable {
  /// The first line of the file.
  static let header = """
    run_id,piece,id,arrived_s,inducted_s,ended_s,destination,size_class,length_mm,width_mm,height_mm,\
    weight_g,read,bin,choice,plan_line,laps,outcome,reason,time_in_system_ms

    """

  private let prefix: FragmentTable
  private let bins: FragmentTable
  private let sizeClasses: FragmentTable
  private let reasons: FragmentTable
  private let reads: FragmentTable
  private let choices: FragmentTable
  private let outcomes: FragmentTable
  /// The longest row in bytes.
  let longestLine: Int

  /// Rows for the pieces of this run.
  init(_ run: RunDescription) {
    prefix = FragmentTable([Array("\(run.runIDText),".utf8)])
    bins = Self.table(run.profile.bins.map(\.name))
    sizeClasses = Self.table(run.profile.sizeClasses.map(\.name))
    reasons = Self.table(Reason.allCases.map(\.name))
    reads = Self.table(ReadQuality.allCases.map(\.name))
    choices = Self.table(Choice.allCases.map(\.name))
    outcomes = Self.table(Outcome.allCases.map(\.name))
    longestLine = 2048 + bins.longest + sizeClasses.longest
  }

  private static func table(_ texts: [String]) -> FragmentTable {
    FragmentTable(texts.map { Escaping.csv($0.utf8) + [0x2C] })
  }

  /// Writes the row of a piece that has just ended as `record` says.
  func writeEnded(_ slot: UnsafePointer<PieceSlot>, _ record: EventRecord, to line: inout LineCursor) {
    unsafe writeBeginning(slot, to: &line)
    line.seconds(record.elapsed.rawValue)
    line.byte(0x2C)
    unsafe writeReading(slot, to: &line)
    writeBin(record.bin, to: &line)
    unsafe writeDecision(slot, laps: record.lap, to: &line)
    line.fragment(outcomes[Int(record.outcome.rawValue)])
    line.fragment(reasons[Int(record.reason.rawValue)])
    line.milliseconds(record.elapsed.rawValue &- record.arrivedAt.rawValue)
    line.byte(0x0A)
  }

  /// Writes the row of a piece that is still on the machine when the run ends.
  func writeOnMachine(_ slot: UnsafePointer<PieceSlot>, to line: inout LineCursor) {
    unsafe writeBeginning(slot, to: &line)
    line.byte(0x2C)
    unsafe writeReading(slot, to: &line)
    unsafe writeBin(slot.pointee.bin, to: &line)
    unsafe writeDecision(slot, laps: slot.pointee.laps, to: &line)
    line.fragment(outcomes[Int(Outcome.onMachine.rawValue)])
    line.text(",\n")
  }

  @inline(__always)
  private func writeBeginning(_ slot: UnsafePointer<PieceSlot>, to line: inout LineCursor) {
    line.fragment(prefix[0])
    unsafe line.unsigned(slot.pointee.piece)
    line.byte(0x2C)
    if unsafe slot.pointee.id.count > 0 { unsafe line.identifier(slot) { Escaping.csv($0) } }
    line.byte(0x2C)
    unsafe line.seconds(slot.pointee.arrivedAt)
    line.byte(0x2C)
    unsafe line.seconds(slot.pointee.inductedAt)
    line.byte(0x2C)
  }

  /// Writes destination to reading; all empty for a piece that was never read.
  @inline(__always)
  private func writeReading(_ slot: UnsafePointer<PieceSlot>, to line: inout LineCursor) {
    guard unsafe slot.pointee.isAssigned else { return line.text(",,,,,,,") }
    let (head, tail) = unsafe (slot.pointee.codeHead, slot.pointee.codeTail)
    line.word(head, count: CodeText.count(head))
    line.word(tail, count: CodeText.count(tail))
    line.byte(0x2C)
    let sizeClass = unsafe slot.pointee.sizeClass.index
    if sizeClass < sizeClasses.count { line.fragment(sizeClasses[sizeClass]) } else { line.byte(0x2C) }
    let sides = unsafe slot.pointee.sides
    line.tenths(UInt32(truncatingIfNeeded: sides & 0xFFFF))
    line.byte(0x2C)
    line.tenths(UInt32(truncatingIfNeeded: (sides >> 16) & 0xFFFF))
    line.byte(0x2C)
    line.tenths(UInt32(truncatingIfNeeded: (sides >> 32) & 0xFFFF))
    line.byte(0x2C)
    unsafe line.tenths(slot.pointee.weight)
    line.byte(0x2C)
    unsafe line.fragment(reads[Int(slot.pointee.quality.rawValue)])
  }

  @inline(__always)
  private func writeBin(_ bin: BinID, to line: inout LineCursor) {
    if bin.index < bins.count { return line.fragment(bins[bin.index]) }
    // A bin that the machine does not have is written by its number rather than hidden.
    if bin != .none {
      line.byte(0x23)
      line.unsigned(UInt64(bin.rawValue))
    }
    line.byte(0x2C)
  }

  /// Writes how the bin was chosen, by which line of the plan, and the laps.
  @inline(__always)
  private func writeDecision(_ slot: UnsafePointer<PieceSlot>, laps: UInt8, to line: inout LineCursor) {
    if unsafe slot.pointee.isAssigned {
      unsafe line.fragment(choices[Int(slot.pointee.choice.rawValue)])
    } else {
      line.byte(0x2C)
    }
    if unsafe slot.pointee.planLine > 0 { unsafe line.unsigned(UInt64(slot.pointee.planLine)) }
    line.byte(0x2C)
    line.unsigned(UInt64(laps))
    line.byte(0x2C)
  }
}
