import Quantities
import SorterModel

/// Reads the lines that a scanner sends: CSV or JSON, one reading a line.
///
/// - A JSON object: `{"destination": "33101", "length_mm": 240, ..., "piece": 17, "quality": "noRead"}`.
/// - CSV: a line that names the columns as a mail file does may come first, and again at any time;
///   without one the order is destination, length, width, height, weight, piece. Columns with other
///   names are ignored.
/// - `NOREAD` and `MULTIREAD` in place of a destination, or an empty one, say so of the reading.
///
/// A reading without measures counts as one without data, unless measures to assume were given.
public struct ScannerLineParser: Sendable {
  /// What to take a piece's measures for where the scanner has none; nil to take none.
  public let assumed: Dimensions?
  private var columns = Self.usualColumns

  /// The longest line that is read, in bytes.
  public static let lineLimit = 4096
  private static let usualColumns = [
    "destination", "length_mm", "width_mm", "height_mm", "weight_g", "piece", "quality",
  ]

  /// A parser; `assumed` stands in for measures that a scanner does not send.
  public init(assuming assumed: Dimensions? = nil) { self.assumed = assumed }

  /// What is wrong with a line.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, with what was found and expected.
    public var description: String
  }

  /// The reading of a line without its line end; nil for an empty line and one that names columns.
  public mutating func read(_ line: [UInt8]) throws(Fault) -> ScannerReading? {
    var bytes = line[...]
    while let last = bytes.last, last == 0x0D || last == 0x20 || last == 0x03 { bytes.removeLast() }
    // STX and ETX frame the lines of many scanners.
    while let first = bytes.first, first == 0x20 || first == 0x02 { bytes.removeFirst() }
    if bytes.isEmpty { return nil }
    if bytes.count > Self.lineLimit {
      throw Fault(description: "the line has \(bytes.count) bytes; expected at most \(Self.lineLimit)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Fault(description: "the line is not UTF-8 text")
    }
    if bytes.first == UInt8(ascii: "{") { return try Self.reading(of: Self.members(of: text), assumed) }
    let fields = try Self.split(bytes)
    if fields.contains("destination") {
      columns = fields
      return nil
    }
    if fields.count > columns.count {
      throw Fault(
        description: "the line has \(fields.count) fields; expected at most \(columns.count): "
          + printable(columns.joined(separator: ","), limit: 200))
    }
    return try Self.reading(of: Dictionary(zip(columns, fields)) { first, _ in first }, assumed)
  }

  /// The reading that named values make.
  private static func reading(
    of values: [String: String], _ assumed: Dimensions?
  ) throws(Fault) -> ScannerReading {
    func value(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }
    var quality = ReadQuality.good
    var code = DestinationCode.none
    switch (value("destination") ?? "NOREAD").uppercased() {
    case "NOREAD", "NO_READ", "NO READ", "NR", "?": quality = .noRead
    case "MULTIREAD", "MULTI_READ", "MULTI": quality = .multiRead
    case let text:
      guard let read = DestinationCode(text) else {
        throw Fault(
          description:
            "the destination \(quoted(text)) is not 1 to \(DestinationCode.maximumLength) digits or letters")
      }
      code = read
    }
    if let name = value("quality") {
      guard let named = ReadQuality.allCases.first(where: { $0.name == name }) else {
        let known = ReadQuality.allCases.map(\.name)
        let near = nearestName(to: name, among: known).map { ", did you mean \($0)?" } ?? ""
        throw Fault(
          description: "the quality \(quoted(name)) is not one of \(known.joined(separator: ", "))\(near)")
      }
      if quality == .good { quality = named }
    }
    if quality == .noRead || quality == .multiRead { code = .none }
    var piece = PieceID.none
    if let text = value("piece") {
      guard let number = UInt64(text), number > 0, number < 1 << 62 else {
        throw Fault(description: "the piece \(quoted(text)) is not a number from 1")
      }
      piece = PieceID(number)
    }
    let measures = try dimensions(of: values)
    if measures == nil && assumed == nil && quality == .good { quality = .noData }
    return ScannerReading(
      piece: piece, code: code, dimensions: measures ?? assumed ?? .nothing, quality: quality)
  }

  /// The four measures; nil where none is given.
  private static func dimensions(of values: [String: String]) throws(Fault) -> Dimensions? {
    let names = ["length_mm", "width_mm", "height_mm", "weight_g"]
    let given = names.filter { !(values[$0] ?? "").isEmpty }
    if given.isEmpty { return nil }
    if let missing = names.first(where: { !given.contains($0) }) {
      throw Fault(
        description: "\(missing) is missing; expected all of \(names.joined(separator: ", ")) or none")
    }
    func tenths(_ name: String, upTo most: Int) throws(Fault) -> Int32 {
      let text = values[name] ?? ""
      guard let tenths = Self.tenths(text), tenths >= 0, tenths <= most else {
        throw Fault(
          description:
            "\(name) is \(quoted(text)); expected a number from 0 to \(most / 10) with at most one decimal")
      }
      return Int32(tenths)
    }
    return Dimensions(
      length: Millimetres(tenths: try tenths("length_mm", upTo: 65_535)),
      width: Millimetres(tenths: try tenths("width_mm", upTo: 65_535)),
      height: Millimetres(tenths: try tenths("height_mm", upTo: 65_535)),
      weight: Grams(tenths: try tenths("weight_g", upTo: 10_000_000)))
  }

  /// A decimal in tenths, further decimals rounded down; nil where it is none.
  private static func tenths(_ text: String) -> Int? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, first.utf8.count <= 9, let whole = Int(first), whole >= 0,
      first.utf8.first != UInt8(ascii: "+")
    else { return nil }
    guard parts.count == 2 else { return whole * 10 }
    let decimals = parts[1].utf8
    guard let digit = decimals.first, decimals.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return whole * 10 + Int(digit - 0x30)
  }

  /// The fields of a CSV line (RFC 4180, quotes allowed), without the space around them.
  private static func split(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [String] {
    var fields: [String] = []
    var field: [UInt8] = []
    var state = QuotedField.start
    func close() {
      let text = String(decoding: field, as: UTF8.self)
      fields.append(String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
      field.removeAll(keepingCapacity: true)
    }
    for byte in bytes {
      switch state.step(byte) {
      case .keep: field.append(byte)
      case .drop: break
      case .comma: close()
      case .lineEnd, .fault: throw Fault(description: "a quoted field is not written as CSV has it")
      }
    }
    if case .inside = state { throw Fault(description: "a quoted field is not closed") }
    close()
    return fields
  }

  /// The members of a JSON object as texts.
  private static func members(of text: String) throws(Fault) -> [String: String] {
    let members: [JSONMember]
    do throws(InvalidInput) {
      let source = try SourceText(name: "line", bytes: Array(text.utf8))
      guard case .object(let found) = try JSONNode.read(source, maximumValues: 64).kind else { return [:] }
      members = found
    } catch {
      let first = error.diagnostics.first
      throw Fault(
        description: "the line is not JSON: column \(first?.column ?? 1), \(first?.message ?? "unreadable")")
    }
    var values: [String: String] = [:]
    for member in members {
      switch member.value.kind {
      case .string(let text): values[member.key] = text
      case .number(let number): values[member.key] = number.text
      case .null: break
      case .bool, .array, .object:
        if usualColumns.contains(member.key) {
          throw Fault(description: "\(member.key) is \(member.value.found); expected a text or a number")
        }
      }
    }
    return values
  }
}

extension Dimensions {
  /// No measures.
  fileprivate static var nothing: Dimensions {
    Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero)
  }
}
