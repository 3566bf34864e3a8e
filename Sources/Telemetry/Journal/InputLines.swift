import Checksums
import EventRecords
import Quantities
import SorterModel

/// Writes what the dispatcher heard as lines of inputs.jsonl: what a replay steps it with.
///
/// A line is a JSON array, short because replay reads it at the simulator's speed: number, nanoseconds,
/// pulses, kind, the kind's own fields (`InputKind.fields`), and the checksum, which goes over the bytes of
/// this line before it and of all lines above. The first line is an object that names all that.
@safe
struct InputLines: ~Copyable {
  private let kinds: FragmentTable
  private let mark: FragmentTable
  private let header: FragmentTable
  private var chain = LineChain()
  private var number: UInt64 = 0
  /// The number of the last line.
  var written: Int { Int(truncatingIfNeeded: number) }
  /// Whether the first line is still to be written.
  private(set) var isAtTop = true
  /// The longest line in bytes.
  let longestLine: Int

  /// Lines for the inputs of this run.
  init(_ run: RunDescription) {
    kinds = FragmentTable(InputKind.allCases.map { Array(",\"\($0.name)\"".utf8) })
    mark = FragmentTable([Array(",\"digest\",\"".utf8)])
    header = FragmentTable([Array(Self.header(of: run).utf8)])
    // A dozen numbers of 20 digits, a code and the checksum.
    longestLine = 512 + header.longest
  }

  /// The first line without its checksum: what the file is, and which fields the lines of each kind have.
  private static func header(of run: RunDescription) -> String {
    let kinds = InputKind.allCases.map { kind in
      let fields = InputFields.named.filter { kind.fields.contains($0.field) }.flatMap(\.names)
      return "\"\(kind.name)\":[\(fields.map { "\"\($0)\"" }.joined(separator: ","))]"
    }
    return """
      {"schema_version":1,"run_id":"\(run.runIDText)",\
      "columns":["number","elapsed_ns","position_pulses","kind"],\
      "kinds":{\(kinds.joined(separator: ",")),"digest":["directives"]}
      """
  }

  /// Goes on after the last whole line of a log.
  mutating func goOn(from place: LogPlace) {
    isAtTop = place.isEmpty
    number = UInt64(max(0, place.number))
    chain = LineChain(value: place.checksum)
  }

  /// Writes the first line.
  mutating func writeHeader(to line: inout LineCursor) {
    isAtTop = false
    let start = unsafe line.at
    line.fragment(header[0])
    unsafe chain.close(",\"crc32c\":\"", "\"}\n", start, &line)
  }

  /// Writes an input or a mark.
  @inline(__always)
  mutating func write(_ record: EventRecord, to line: inout LineCursor) {
    let start = unsafe line.at
    number &+= 1
    line.byte(0x5B)
    line.unsigned(number)
    line.byte(0x2C)
    line.signed(record.elapsed.rawValue)
    line.byte(0x2C)
    line.signed(record.position.rawValue)
    if let kind = record.inputKind, record.kind == .inputHeard {
      line.fragment(kinds[Int(kind.rawValue)])
      writeFields(kind.fields, of: record, to: &line)
    } else {
      line.fragment(mark[0])
      line.hexadecimal(UInt32(truncatingIfNeeded: record.a >> 32))
      line.hexadecimal(UInt32(truncatingIfNeeded: record.a))
      line.byte(0x22)
    }
    unsafe chain.close(",\"", "\"]\n", start, &line)
  }

  @inline(__always)
  private func writeFields(_ fields: InputFields, of record: EventRecord, to line: inout LineCursor) {
    if fields.contains(.piece) { write(record.piece.rawValue, to: &line) }
    if fields.contains(.bin) { write(UInt64(record.bin.rawValue), to: &line) }
    if fields.contains(.sequence) { write(UInt64(record.sequence), to: &line) }
    if fields.contains(.detail) { write(UInt64(record.inputDetail), to: &line) }
    if fields.contains(.time) { write(Int64(bitPattern: record.inputWord), to: &line) }
    if fields.contains(.code) { writeCode(DestinationCode(rawValue: record.inputWord), to: &line) }
    if fields.contains(.pulses) { write(record.inputPulses.rawValue, to: &line) }
    if fields.contains(.safe) {
      write(record.a, to: &line)
      write(record.b, to: &line)
    }
    if fields.contains(.session) { writeSession(record.sessionPlace, to: &line) }
    if fields.contains(.dimensions) {
      let size = record.inputDimensions
      write(Int64(size.length.tenths), to: &line)
      write(Int64(size.width.tenths), to: &line)
      write(Int64(size.height.tenths), to: &line)
      write(Int64(size.weight.tenths), to: &line)
    }
  }

  @inline(never)
  private func writeSession(_ place: SessionPlace, to line: inout LineCursor) {
    write(UInt64(place.owner), to: &line)
    write(UInt64(place.epoch), to: &line)
    write(place.event, to: &line)
    write(place.pieceBase, to: &line)
    write(place.beltOffset, to: &line)
  }

  @inline(__always)
  private func write(_ value: UInt64, to line: inout LineCursor) {
    line.byte(0x2C)
    line.unsigned(value)
  }

  @inline(__always)
  private func write(_ value: Int64, to line: inout LineCursor) {
    line.byte(0x2C)
    line.signed(value)
  }

  @inline(__always)
  private func writeCode(_ code: DestinationCode, to line: inout LineCursor) {
    line.text(",\"")
    if code != .none {
      let (head, tail) = CodeText.characters(of: code)
      line.word(head, count: CodeText.count(head))
      if tail != 0 { line.word(tail, count: CodeText.count(tail)) }
    }
    line.byte(0x22)
  }
}

/// The checksums of a file's lines, each over all that stands before it: no line can go, come or change unseen.
@safe
struct LineChain {
  private var value: UInt32
  private let byInstruction = crc32c_has_instruction()

  /// The checksums after lines whose checksum is `value`.
  init(value: UInt32 = 0) { self.value = value }

  /// Takes in what a line has so far and ends it with the checksum between these two texts.
  @inline(__always)
  mutating func close(
    _ before: StaticString, _ after: StaticString, _ start: UnsafeMutablePointer<UInt8>,
    _ line: inout LineCursor
  ) {
    value = unsafe crc32c_extended(value, start, line.at - start, byInstruction)
    line.text(before)
    line.hexadecimal(value)
    line.text(after)
  }
}
