import FileFormats

/// One row of metrics.csv, or several taken together: what happened in an interval.
struct RunInterval {
  /// When it began, in seconds since the run's start.
  var start: Double
  /// How long it was, in seconds.
  var length: Double
  var fed = 0
  var sorted = 0
  /// Pieces that were rejected, removed or lost in it.
  var missed = 0
  /// The most bins that were full at the end of a row.
  var binsFull = 0

  /// The end of the interval, in seconds.
  var end: Double { start + length }

  /// Takes in the interval that follows.
  mutating func join(_ next: RunInterval) {
    length = next.end - start
    fed += next.fed
    sorted += next.sorted
    missed += next.missed
    binsFull = max(binsFull, next.binsFull)
  }
}

/// The rows of a run's metrics.csv.
enum RunIntervals {
  private static let columns = [
    "interval_start_s", "interval_s", "fed", "sorted", "rejected", "removed", "lost", "bins_full",
  ]

  /// Reads the rows; of a run that was cut short the last row may be torn and is left out.
  static func read(_ path: String, isCutShort: Bool) throws(InvalidInput) -> [RunInterval] {
    let table = try TableReader(path: path, required: columns)
    let places = columns.compactMap { table.index(of: $0) }
    var rows: [RunInterval] = []
    while true {
      do throws(InvalidInput) {
        guard try table.next() else { return rows }
      } catch {
        if isCutShort { return rows }
        throw error
      }
      let values = places.map { Double(table[$0]) }
      if let wrong = values.firstIndex(where: { $0?.isFinite != true }) {
        if isCutShort { return rows }
        throw InvalidInput(
          [table.diagnostic(at: places[wrong], "this is no number", expected: "a decimal")],
          category: .badData)
      }
      let numbers = values.map { $0 ?? 0 }
      let counts = numbers.map { Int(max(0, min($0, 1e15))) }
      rows.append(
        RunInterval(
          start: numbers[0], length: numbers[1], fed: counts[2], sorted: counts[3],
          missed: counts[4] + counts[5] + counts[6], binsFull: counts[7]))
    }
  }

  /// The rows with so many neighbours taken together that at most `limit` are left; empty rows at the end fall away.
  static func joined(_ rows: [RunInterval], limit: Int) -> [RunInterval] {
    let size = max(1, (rows.count + limit - 1) / limit)
    return stride(from: 0, to: rows.count, by: size).map { first in
      rows[(first + 1)..<min(first + size, rows.count)].reduce(into: rows[first]) { $0.join($1) }
    }
  }
}
