import Quantities
import SorterModel
import Telemetry

/// A finished run of a study: a row of runs.csv.
public struct StudyRun: Hashable, Sendable {
  /// The run's number in the study, from 0.
  public var run: Int
  /// The design point, from 0.
  public var point: Int
  /// The replication, from 1.
  public var replication: Int
  /// The seed of its random streams.
  public var seed: UInt64
  /// The digest over its inputs, its seed and what was overridden: the same inputs, the same id.
  public var runID: UInt64
  /// Why it ended.
  public var ending: RunEnding
  /// What its figures leave out.
  public var warmUp: Nanoseconds
  /// The digest over every decision of the dispatcher.
  public var digest: UInt64
  /// Its figures in millionths of their units, in the order of the study's.
  public var micros: [Int]

  /// A finished run.
  public init(
    run: Int, point: Int, replication: Int, seed: UInt64, runID: UInt64, ending: RunEnding,
    warmUp: Nanoseconds, digest: UInt64, micros: [Int]
  ) {
    self.run = run
    self.point = point
    self.replication = replication
    self.seed = seed
    self.runID = runID
    self.ending = ending
    self.warmUp = warmUp
    self.digest = digest
    self.micros = micros
  }
}

/// The table runs.csv: a row a run, in the order of their numbers.
public struct StudyTable: Sendable {
  /// The study that the runs belong to.
  let record: StudyRecord

  /// The table of a study.
  public init(of record: StudyRecord) { self.record = record }

  /// The columns before the factors.
  public static let leading = ["run", "point", "replication", "seed", "run_id"]
  /// The columns between the factors and the figures.
  public static let middle = ["ended", "warm_up_s", "digest"]

  /// The names of all columns.
  public var columns: [String] {
    Self.leading + record.factors.map(\.name) + Self.middle + record.figures.map(\.column)
  }

  /// The bytes of runs.csv with these runs, which are put in order.
  public func csv(_ runs: [StudyRun]) -> [UInt8] {
    var out = row(columns.map { Escaping.csv($0.utf8) })
    for run in runs.sorted(by: { $0.run < $1.run }) { out += bytes(of: run) }
    return out
  }

  /// The bytes of a run's row.
  public func bytes(of run: StudyRun) -> [UInt8] {
    var fields = [run.run, run.point, run.replication].map { Array(String($0).utf8) }
    fields += [Array(String(run.seed).utf8), Array(hexadecimal(run.runID).utf8)]
    for value in record.points[run.point].values {
      if case .text(let words) = value {
        fields.append(Escaping.csv(words.utf8))
      } else if case .json(let json) = value {
        fields.append(Escaping.csv(json.utf8))
      } else {
        fields.append(Array(value.text.utf8))
      }
    }
    fields += [Array(run.ending.rawValue.utf8)]
    fields += [Array(decimalText(Int(run.warmUp.rawValue), places: 9).utf8)]
    fields += [Array(hexadecimal(run.digest).utf8)]
    fields += run.micros.map { Array(decimalText($0, places: 6).utf8) }
    return row(fields)
  }

  private func row(_ fields: [[UInt8]]) -> [UInt8] { Array(fields.joined(separator: [0x2C])) + [0x0A] }

  /// The runs of a runs.csv, in order.
  ///
  /// - Throws: where a row is none of this study, or a run stands there twice.
  public func runs(path: String, shownAs name: String? = nil) throws(InvalidInput) -> [StudyRun] {
    let table = try TableReader(path: path, shownAs: name, required: columns)
    guard let reader = RowReader(record, table) else { return [] }
    var runs: [StudyRun] = []
    var seen: Set<Int> = []
    while try table.next() {
      let run = try reader.run()
      if !seen.insert(run.run).inserted {
        throw InvalidInput(
          [table.diagnostic(at: reader.leading[0], "this run stands here for the second time")],
          category: .badData)
      }
      runs.append(run)
    }
    return runs.sorted { $0.run < $1.run }
  }
}

/// Reads the rows of a runs.csv whose columns were found.
private struct RowReader {
  let record: StudyRecord
  let table: TableReader
  let leading: [Int]
  let middle: [Int]
  let figures: [Int]

  init?(_ record: StudyRecord, _ table: TableReader) {
    self.record = record
    self.table = table
    leading = StudyTable.leading.compactMap { table.index(of: $0) }
    middle = StudyTable.middle.compactMap { table.index(of: $0) }
    figures = record.figures.compactMap { table.index(of: $0.column) }
    if leading.count != 5 || middle.count != 3 || figures.count != record.figures.count { return nil }
  }

  func run() throws(InvalidInput) -> StudyRun {
    let number = try whole(leading[0], upTo: record.runCount - 1)
    let place = record.place(of: number)
    let point = try whole(leading[1], upTo: record.points.count - 1)
    let replication = try whole(leading[2], upTo: record.replications)
    if (point, replication) != place {
      throw fault(leading[0], "the run's number does not fit its point and replication")
    }
    guard let ending = RunEnding(rawValue: table[middle[0]]) else {
      throw fault(
        middle[0], "\"ended\" says nothing known", alternatives(RunEnding.allCases.map(\.rawValue)))
    }
    var micros: [Int] = []
    for index in figures { micros.append(try scaled(index, places: 6)) }
    guard let seed = UInt64(table[leading[3]]) else { throw fault(leading[3], "this is not a seed") }
    return StudyRun(
      run: number, point: point, replication: replication, seed: seed,
      runID: try hexadecimal(leading[4]), ending: ending,
      warmUp: Nanoseconds(Int64(try scaled(middle[1], places: 9))), digest: try hexadecimal(middle[2]),
      micros: micros)
  }

  private func whole(_ index: Int, upTo most: Int) throws(InvalidInput) -> Int {
    guard let number = Int(table[index]), (0...max(0, most)).contains(number) else {
      throw fault(index, "this is no number of the study", "a whole number up to \(most)")
    }
    return number
  }

  private func scaled(_ index: Int, places: Int) throws(InvalidInput) -> Int {
    guard let value = try? DecimalText(table[index]).scaled(places: places) else {
      throw fault(index, "this is not a number", "a number with at most \(places) decimals")
    }
    return value
  }

  private func hexadecimal(_ index: Int) throws(InvalidInput) -> UInt64 {
    let text = table[index]
    guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else {
      throw fault(index, "this is not a digest", "16 hexadecimal digits")
    }
    return value
  }

  private func fault(_ index: Int, _ message: String, _ expected: String? = nil) -> InvalidInput {
    InvalidInput([table.diagnostic(at: index, message, expected: expected)], category: .badData)
  }
}
