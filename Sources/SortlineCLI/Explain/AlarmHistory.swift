import FileFormats
import Quantities
import Supervision

/// The alarms of a run and what to do about each, from its event log.
package struct AlarmHistory {
  /// One alarm, from when it was raised.
  package struct Entry {
    /// The event that raised it.
    var raised: EventLine
    /// For how long it stood; nil where it still did at the end, or was put aside.
    var stood: Nanoseconds?
    var isShelved = false
    /// When somebody acknowledged it.
    var acknowledged: EventLine?
  }

  /// The alarms in the order in which they were raised.
  package private(set) var entries: [Entry] = []

  /// The most alarms that are kept: the earliest; what comes after them is only counted.
  static let limit = 100_000
  /// How many alarms were raised beyond the limit.
  package private(set) var left = 0

  /// The alarms that this log tells of.
  package init(_ events: RunEvents) throws(CommandFailure) {
    // Which entry an alarm on a subject has, while it stands or waits for an answer.
    var open: [String: Int] = [:]
    var found: [Entry] = []
    var left = 0
    try events.forEach { event in
      guard event.name.hasPrefix("alarm.") else { return true }
      let key = "\(event["alarm_number"] ?? "")/\(event["bin"] ?? "")/\(event["device"] ?? "")"
      if event.name == "alarm.raised" {
        guard found.count < Self.limit else {
          left += 1
          return true
        }
        open[key] = found.count
        found.append(Entry(raised: event))
        return true
      }
      guard let place = open[key] else { return true }
      switch event.name {
      case "alarm.cleared": found[place].stood = event.time - found[place].raised.time
      case "alarm.acknowledged": found[place].acknowledged = event
      case "alarm.shelved": found[place].isShelved = true
      default: break
      }
      return true
    }
    entries = found
    self.left = left
  }

  /// When, what, where, how soon it should be answered, and how long it stood.
  package func table(limit: Int) -> Table {
    var table = Table(
      columns: [
        .words("raised at"), .words("alarm"), .words("about"), .words("priority"), .numbers("stood, s"),
      ])
    for entry in entries.prefix(limit) {
      let event = entry.raised
      var about = "the machine"
      if let bin = event.text("bin") { about = "bin \(bin)" }
      if let device = event.text("device") { about = "device \(device)" }
      let stood = entry.stood?.secondsText ?? (entry.isShelved ? "put aside" : "stands")
      let isGrave = ["high", "urgent"].contains(event.text("priority"))
      table.rows.append([
        Table.Cell(event.timeOfDay),
        Table.Cell(Self.title(of: event), mood: isGrave ? .bad : .plain), Table.Cell(about),
        Table.Cell(event.text("priority") ?? ""), Table.Cell(stood),
      ])
    }
    return table
  }

  private static func title(of event: EventLine) -> String {
    event.text("title") ?? "alarm \(event.text("alarm_number") ?? "?")"
  }

  /// What each kind that came means and what to do, the gravest first.
  package var advice: [String] {
    let names = Set(entries.compactMap { $0.raised["alarm"] })
    return AlarmKind.allCases.filter { names.contains($0.name) }
      .sorted { ($1.priority, $0.rawValue) < ($0.priority, $1.rawValue) }
      .map { "\($0.words.title): \($0.words.meaning) \($0.words.action)" }
  }
}
