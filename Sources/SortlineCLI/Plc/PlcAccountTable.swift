import FileFormats
import Quantities
import RegisterMap
import Rehearsal

/// What a virtual PLC says when it ends: the machine's own account, in the style of a run's result.
struct PlcAccountTable {
  let title: String
  let account: PLCAccount
  /// Whether it is remote input and output, which has neither mailbox nor events.
  let isDirect: Bool
  /// Requests that were answered.
  let requests: UInt64

  /// The table's lines.
  func lines(for traits: TerminalTraits) -> [String] {
    var table = Table(title, columns: [.words(""), .numbers(""), .words(""), .numbers("")])
    func row(_ words: String, _ count: Int, _ unit: String, isShare: Bool = false, isBad: Bool = false) {
      let share = isShare && account.fed > 0 ? "\(percent(count, of: account.fed)) %" : ""
      table.rows.append([
        Table.Cell(words), Table.Cell(grouped(count), mood: isBad && count > 0 ? .bad : .plain),
        Table.Cell(unit, mood: .faint), Table.Cell(share, mood: .faint),
      ])
    }
    row("fed", account.fed, "pieces")
    row("diverted", account.diverted, "pieces", isShare: true)
    row("to the end", account.toEnd, "pieces", isShare: true)
    if account.removed > 0 { row("removed by hand", account.removed, "pieces", isShare: true) }
    row("still on the machine", account.onMachine, "pieces", isShare: true)
    if !account.isBalanced { row("unaccounted for", account.imbalance, "pieces", isBad: true) }
    if account.divertsRefused > 0 { row("diverts refused", account.divertsRefused, "diverts") }
    table.rows.append([])
    if isDirect {
      row("diverters fired at a piece", account.commands(.accepted), "times")
    } else {
      for result in AnswerSlot.Result.allCases where result == .accepted || account.commands(result) > 0 {
        row("commands \(result.words)", account.commands(result), "commands", isBad: result == .late)
      }
      row("events", account.events, "events")
    }
    if account.eventsLost > 0 { row("events lost", account.eventsLost, "events", isBad: true) }
    row("watchdog trips", account.watchdogTrips, "times", isBad: true)
    row("safe states", account.safeStates, "times")
    row("writes refused", account.writesRefused, "requests", isBad: true)
    row("requests answered", Int(clamping: requests), "requests")
    if account.restarts > 0 { row("restarts", account.restarts, "times") }
    row("longest lag behind the clock", Int(account.longestLag.rawValue / 1_000), "us")
    return table.lines(for: traits)
  }
}

extension PLCAccount {
  /// Pieces fed that are accounted for nowhere; 0 unless the plant itself is wrong.
  var imbalance: Int { fed - diverted - toEnd - removed - onMachine }
}

extension AnswerSlot.Result {
  /// The result in words, after "commands".
  var words: String {
    switch self {
    case .accepted: "accepted"
    case .late: "too late"
    case .refused: "refused"
    case .unknownPiece: "for unknown pieces"
    case .wrongEpoch: "of another epoch"
    case .notArmed: "while not armed"
    }
  }
}
