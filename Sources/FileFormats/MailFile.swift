import EventRecords
import Quantities
import SorterModel

/// A CSV file of real mail, read piece by piece in the order of arrival, in constant memory.
///
/// Columns are found by the names in the header, in any order; others are ignored. A row that cannot
/// be used is answered as `.refused` with its line and fault, is counted, and reading goes on. About
/// 10 MB of memory: a buffer of 1 MiB and the ids of the last 65,536 to 131,072 pieces, among
/// which doubles are noticed. Throughput: several hundred megabytes a second. One thread at a time.
public final class MailFile: MailSupply {
  /// The wall-clock time that the run's beginning stands for, in seconds since 1970 (UTC).
  public let startsAt: Int64
  /// How messages name the file.
  public let name: String
  /// How many rows were read so far, the header not counted.
  public private(set) var rows = 0
  /// How many rows were refused so far.
  public private(set) var refused = 0
  /// How many rows were refused for each `MailFault`, by its raw value.
  public private(set) var refusedByFault = [Int](repeating: 0, count: MailFault.allCases.count)
  /// What was wrong with the first rows refused, at most 100 of them.
  public private(set) var refusals: [Diagnostic] = []
  /// Why reading ended before the file did: an input error, or a refused row where `strict` was asked for.
  public private(set) var failure: InvalidInput?

  private let scanner: RowScanner
  private let columns: MailColumns
  private let strict: Bool
  private let compressTime: Int64
  private let parser: MailRowParser
  private let recent = RecentIDs()
  private var lastArrival = Int64.min
  private var ended = false

  /// How many pieces were read so far.
  public var pieces: Int { rows - refused }

  /// Opens the mail file at `path` and reads on to its first usable piece, then begins again.
  ///
  /// - Parameters:
  ///   - name: how messages name the file; the path, if not given.
  ///   - startsAt: when the run begins, in seconds since 1970; nil: at the first usable arrival,
  ///     truncated to the hour. A piece that arrived before is refused as `timeOrder`.
  ///   - compressTime: time runs so many times faster, 1 to 1,000,000.
  ///   - strict: whether the first refused row ends the mail, with `failure` saying why.
  /// - Throws: when the file cannot be read, lacks a column, or has no row that can be used.
  public init(
    path: String, shownAs name: String? = nil, startsAt: Int64? = nil, compressTime: Int = 1,
    strict: Bool = false
  ) throws(InvalidInput) {
    let shown = name ?? path
    let file = try OpenFile(path: path, shownAs: shown)
    self.name = shown
    self.strict = strict
    self.compressTime = Int64(max(1, min(compressTime, 1_000_000)))
    scanner = RowScanner(ByteWindow(file))
    columns = try MailColumns(header: scanner, name: shown)
    parser = MailRowParser(columns: columns)
    let first = try Self.firstArrival(scanner, columns, shown, notBefore: startsAt)
    self.startsAt = startsAt ?? first / 1_000_000_000 / 3600 * 3600
    parser.start = self.startsAt * 1_000_000_000
    scanner.rewind()
    _ = try MailColumns(header: scanner, name: shown)
  }

  /// Fills in the next piece; says which row is refused and why, and when the mail is used up.
  public func next(into piece: inout Mailpiece) -> MailAnswer {
    if ended { return .end }
    let found: RowScanner.Found
    do throws(InvalidInput) {
      found = try scanner.next()
    } catch {
      failure = error
      ended = true
      return .end
    }
    switch found {
    case .end:
      ended = true
      return .end
    case .fault(let fault):
      rows += 1
      return refuse(fault, column: nil)
    case .row:
      rows += 1
      if let refusal = parser.parse(scanner, into: &piece) {
        return refuse(refusal.fault, column: refusal.column)
      }
      let arrival = parser.arrival
      if arrival < lastArrival || arrival < parser.start {
        return refuse(.timeOrder, column: columns.index(.arrivedAt))
      }
      if !recent.insert(piece.name) { return refuse(.duplicateID, column: columns.index(.id)) }
      lastArrival = arrival
      let elapsed = arrival - parser.start
      piece.arrivedAt = Instant(compressTime == 1 ? elapsed : elapsed / compressTime)
      return .piece
    }
  }

  private func refuse(_ fault: MailFault, column: Int?) -> MailAnswer {
    refused += 1
    refusedByFault[Int(fault.rawValue)] += 1
    if refusals.count < InvalidInput.shownPerFile {
      refusals.append(
        MailRefusal(scanner: scanner, columns: columns, name: name)
          .diagnostic(fault, column: column, beforeStart: parser.arrival < parser.start))
    }
    if strict {
      ended = true
      if let last = refusals.last { failure = InvalidInput([last], category: .badData) }
    }
    return .refused(line: UInt32(truncatingIfNeeded: scanner.line), fault: fault.rawValue)
  }

  /// The first arrival, in nanoseconds since 1970, of a row that can be used.
  private static func firstArrival(
    _ scanner: RowScanner, _ columns: MailColumns, _ name: String, notBefore start: Int64?
  ) throws(InvalidInput) -> Int64 {
    let parser = MailRowParser(columns: columns)
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    var faults: [Diagnostic] = []
    var count = 0
    let refusal = MailRefusal(scanner: scanner, columns: columns, name: name)
    while true {
      var fault: (MailFault, Int?)
      switch try scanner.next() {
      case .end:
        let more = count > faults.count ? ", the first \(faults.count) of which follow" : ""
        let summary = Diagnostic(
          file: name, line: 1, column: 1, "nothing in this mail file can be used",
          found: count == 0
            ? "no rows below the header" : "\(count) \(count == 1 ? "row" : "rows") with faults\(more)",
          expected: "at least one usable piece")
        throw InvalidInput([summary] + faults, category: .badData)
      case .fault(let kind): fault = (kind, nil)
      case .row:
        guard let bad = parser.parse(scanner, into: &piece) else {
          if parser.arrival >= (start ?? 0) * 1_000_000_000 { return parser.arrival }
          fault = (.timeOrder, columns.index(.arrivedAt))
          break
        }
        fault = (bad.fault, bad.column)
      }
      count += 1
      if faults.count < 10 {
        faults.append(refusal.diagnostic(fault.0, column: fault.1, beforeStart: true))
      }
    }
  }
}

/// What reading a whole mail file comes to.
public struct MailCount: Hashable, Sendable {
  /// The file's length in bytes.
  public var bytes: Int
  /// Rows below the header.
  public var rows: Int
  /// Rows that are usable pieces.
  public var pieces: Int
  /// Rows that are not.
  public var refused: Int
  /// Rows refused for each `MailFault`, by its raw value.
  public var refusedByFault: [Int]
  /// The sum of all the pieces' packed destinations, lengths and weights: shows that everything was read.
  public var checksum: UInt64
  /// What was wrong with the first rows refused, at most 100 of them.
  public var refusals: [Diagnostic]
}

extension MailFile {
  /// Reads a whole mail file, checking every row and keeping none.
  public static func count(path: String, shownAs name: String? = nil) throws(InvalidInput) -> MailCount {
    let bytes = try OpenFile(path: path, shownAs: name ?? path).size
    let mail = try MailFile(path: path, shownAs: name)
    var piece = Mailpiece(
      arrivedAt: .start, destination: .none,
      dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
    var checksum: UInt64 = 0
    reading: while true {
      switch mail.next(into: &piece) {
      case .end: break reading
      case .refused: continue
      case .piece:
        checksum &+= piece.destination.rawValue
        checksum &+= UInt64(piece.dimensions.length.tenths) &+ UInt64(piece.dimensions.weight.tenths)
      }
    }
    if let failure = mail.failure { throw failure }
    return MailCount(
      bytes: bytes, rows: mail.rows, pieces: mail.pieces, refused: mail.refused,
      refusedByFault: mail.refusedByFault, checksum: checksum, refusals: mail.refusals)
  }
}
