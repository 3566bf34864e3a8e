import FileFormats

/// The pieces of one outcome, grouped by what they have in common.
package struct OutcomeGroups {
  /// What can be asked for.
  package static let outcomes = ["sorted", "rejected", "lost", "removed", "recirculated", "on_machine"]

  /// What the pieces of a group have in common.
  package struct Key: Hashable, Comparable {
    /// The reason; empty for sorted pieces.
    package var reason: String
    /// The bin; empty where there is none.
    package var bin: String
    /// How the bin was chosen; only told apart for sorted pieces.
    package var choice: String

    package static func < (a: Key, b: Key) -> Bool {
      (a.reason, a.bin, a.choice) < (b.reason, b.bin, b.choice)
    }
  }

  /// One group.
  package struct Group {
    /// What its pieces have in common.
    package var key: Key
    /// How many there are.
    package var count: Int
    /// The first few, by id where they have one.
    package var examples: [String]
  }

  /// What was asked for.
  package var outcome: String
  /// The groups, largest first.
  package private(set) var groups: [Group] = []
  /// How many pieces (for `recirculated`: laps) there are in all.
  package private(set) var total = 0

  /// How many examples a group keeps.
  static let exampleCount = 3

  /// Groups the pieces of this outcome: from the event log for laps, else from the list of pieces.
  package init(outcome: String, in run: RunDirectory) throws(CommandFailure) {
    self.outcome = outcome
    var found: [Key: Group] = [:]
    func count(_ key: Key, _ label: String) {
      var group = found[key] ?? Group(key: key, count: 0, examples: [])
      group.count += 1
      if group.examples.count < Self.exampleCount, !group.examples.contains(label) {
        group.examples.append(label)
      }
      found[key] = group
    }
    if outcome == "recirculated" {
      try RunEvents(path: run.file("events.jsonl")).forEach { event in
        guard event.name == "piece.recirculated" else { return true }
        let label = event.text("id") ?? event.text("piece") ?? "?"
        count(Key(reason: event.text("reason") ?? "", bin: "", choice: ""), label)
        return true
      }
    } else {
      try run.forEachPiece(needing: ["piece", "id", "outcome", "reason", "bin", "choice"]) { row in
        guard row["outcome"] == outcome else { return }
        let choice = outcome == "sorted" ? row["choice"] ?? "" : ""
        let key = Key(
          reason: printable(row["reason"] ?? ""), bin: printable(row["bin"] ?? ""), choice: printable(choice))
        let id = row["id"] ?? ""
        count(key, printable(id.isEmpty ? row["piece"] ?? "?" : id))
      }
    }
    groups = found.values.sorted { $0.count != $1.count ? $0.count > $1.count : $0.key < $1.key }
    total = groups.reduce(0) { $0 + $1.count }
  }

  /// The groups as a table of at most `limit` rows.
  package func table(limit: Int) -> Table {
    let isSorted = outcome == "sorted"
    let isLap = outcome == "recirculated"
    var table = Table(
      columns: (isSorted
        ? [.words("bin"), .words("chosen as")] : [.words("reason")] + (isLap ? [] : [.words("bin")]))
        + [.numbers(isLap ? "laps" : "pieces"), .numbers("%"), .words("such as")])
    for group in groups.prefix(limit) {
      let key = group.key
      let words: [Table.Cell] =
        isSorted
        ? [Table.Cell(key.bin), Table.Cell(key.choice)]
        : [Table.Cell(key.reason.isEmpty ? "-" : key.reason)]
          + (isLap ? [] : [Table.Cell(key.bin.isEmpty ? "-" : key.bin)])
      table.rows.append(
        words + [
          Table.Cell(grouped(group.count)), Table.Cell(percent(group.count, of: total)),
          Table.Cell(group.examples.joined(separator: ", "), mood: .faint),
        ])
    }
    return table
  }
}

/// The share of `part` in `whole` in per cent, to one decimal, rounded half up.
func percent(_ part: Int, of whole: Int) -> String {
  guard whole > 0 else { return "0.0" }
  let tenths = (part * 2000 + whole) / (2 * whole)
  return "\(grouped(tenths / 10)).\(tenths % 10)"
}
