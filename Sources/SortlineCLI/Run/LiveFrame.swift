import ControlRuntime
import FileFormats
import Quantities
import Supervision

/// One picture of a run for a whole terminal: grey while all is well, colour only for what is not (ISA-101).
struct LiveFrame {
  let shot: LiveSnapshot
  let width: Int
  let height: Int
  let isUnicode: Bool

  /// The least terminal that is drawn on; a smaller one gets lines.
  static let leastWidth = 72
  static let leastHeight = 18

  private var isWide: Bool { width >= 100 }

  /// The picture's lines, at most `height`, none wider than `width`.
  var lines: [FrameLine] {
    var lines = [header, rule]
    lines += columns
    lines.append(rule)
    let left = height - lines.count - 2
    let shownAlarms = min(shot.alarms.count, max(1, min(left / 2, 8)))
    lines += alarms(upTo: shownAlarms)
    if left - shownAlarms >= 4 { lines += [rule] + bins(rows: left - shownAlarms - 3) }
    lines = Array(lines.prefix(height - 1))
    while lines.count < height - 1 { lines.append(FrameLine()) }
    lines.append(footer)
    return lines.map { $0.cut(to: width) }
  }

  private var rule: FrameLine {
    FrameLine([.faint(String(repeating: isUnicode ? "─" : "-", count: width))])
  }

  private var header: FrameLine {
    // A virtual plant has a time of its own, which is what its files tell.
    let clock = shot.link == nil ? shot.plantTime : shot.elapsed
    let right = "\(shot.mode)  \(clock.clockText) "
    var line = FrameLine([.heading(" \(printable(shot.scenario, limit: 32))")])
    line.add(.faint(" on \(printable(shot.profile, limit: 32))"))
    line.pad(to: width - right.count)
    line.add(.plain(right))
    return line
  }

  private var footer: FrameLine {
    let held = shot.holdsForOperator ? "release" : "hold"
    let reset = shot.link == nil ? "" : "  r reset and arm"
    return FrameLine([.faint(" q stop  h \(held)  a acknowledge  s shelve  u unshelve\(reset)")])
  }

  /// The mail on the left, the controller on the right.
  private var columns: [FrameLine] {
    let left = mail
    let right = controller
    let middle = max(34, width * 2 / 5)
    return (0..<max(left.count, right.count)).map { row in
      var line = row < left.count ? left[row] : FrameLine()
      line = line.cut(to: middle - 1)
      line.pad(to: middle)
      if row < right.count { line.parts += right[row].parts }
      return line
    }
  }

  private func row(_ label: String, _ parts: FrameLine.Part...) -> FrameLine {
    FrameLine([.faint(" " + label.padded(to: 11))] + parts)
  }

  private var mail: [FrameLine] {
    func count(_ number: Int, bad: Bool = false) -> FrameLine.Part {
      let text = grouped(number).rightAligned(to: 10)
      return bad ? .bad(text) : .plain(text)
    }
    func share(_ number: Int) -> FrameLine.Part {
      .faint(shot.fed == 0 ? "" : "  \(percent(number, of: shot.fed)) %")
    }
    func rate(_ number: Int) -> [FrameLine.Part] {
      [
        .plain("\(grouped(number))/h".rightAligned(to: 12)),
        .faint("  \(percent(number, of: shot.rated)) %" + (isWide ? " of rated" : "")),
      ]
    }
    var rows = [
      FrameLine([.faint(" " + "rate now".padded(to: 11))] + rate(shot.rateNow)),
      FrameLine([.faint(" " + "mean".padded(to: 11))] + rate(shot.rateMean)),
      row("fed", count(shot.fed)),
      row("sorted", count(shot.sorted), share(shot.sorted)),
      row("rejected", count(shot.rejected), share(shot.rejected)),
      row("lost", count(shot.lost, bad: shot.lost > 0)),
      row("on machine", count(shot.onMachine)),
    ]
    if let missorted = shot.missorted { rows.append(row("missorted", count(missorted, bad: missorted > 0))) }
    return rows
  }

  private var controller: [FrameLine] {
    [machineRow, linkRow, inductionRow, marginRow, cycleRow, latenessRow, overrunRow, ringRow]
  }

  private var machineRow: FrameLine {
    let text = "\(shot.state.name), \(shot.unitMode.name)"
    let isWrong = [PackMLState.aborting, .aborted, .stopped, .held].contains(shot.state)
    return row("machine", isWrong ? .warning(text) : .plain(text))
  }

  private var linkRow: FrameLine {
    guard let link = shot.link else { return row("link", .plain("in this process")) }
    let words = "\(link.state)"
    let state: FrameLine.Part =
      switch link.state {
      case .down, .safe: .bad(words)
      case .checking, .disarmed: .warning(words)
      case .armed: .plain(words)
      }
    let longest = isWide ? ", longest \(link.longest.shortText)" : ""
    return row(
      "link", state, .plain(", \(link.roundTrip.shortText)\(longest), \(grouped(link.reconnects)) reconnects")
    )
  }

  private var inductionRow: FrameLine {
    if !shot.isInductionHeld { return row("induction", .plain("runs")) }
    return row("induction", .warning(shot.holdsForOperator ? "held by the operator" : "held"))
  }

  private var marginRow: FrameLine {
    if shot.marginCount == 0 { return row("margin", .faint("none measured yet")) }
    let least = "\(shot.marginLeast.shortText) least"
    let isLow = shot.marginLeast < shot.marginLimit
    return row(
      "margin", isLow ? .warning(least) : .plain(least), .plain(", \(shot.marginMedian.shortText) median"),
      .faint(isWide ? ", limit \(shot.marginLimit.shortText)" : ""))
  }

  private var cycleRow: FrameLine {
    row("cycle", .plain("\(shot.cycleMedian.shortText) median, \(shot.cycleP99.shortText) p99"))
  }

  private var latenessRow: FrameLine {
    guard let late = shot.latenessP99 else { return row("lateness", .faint("cycles have no period")) }
    return row("lateness", .plain("\(late.shortText) p99"))
  }

  private var overrunRow: FrameLine {
    let text = "\(grouped(shot.overruns)), \(grouped(shot.skippedPeriods)) periods skipped"
    return row("overruns", shot.overruns > 0 ? .warning(text) : .plain(text))
  }

  private var ringRow: FrameLine {
    let isDeep = shot.journalDepth > shot.journalSlots / 2
    let journal = "journal \(grouped(shot.journalDepth)) of \(grouped(shot.journalSlots))"
    let most = isWide ? ", most \(grouped(shot.inputDepthMost))" : ""
    return row(
      "rings", .plain("inputs \(grouped(shot.inputDepth))\(most); "),
      isDeep ? .warning(journal) : .plain(journal))
  }

  private func alarms(upTo count: Int) -> [FrameLine] {
    if shot.alarms.isEmpty { return [row("alarms", .faint("none"))] }
    return shot.alarms.prefix(count).enumerated().map { index, alarm in
      let more = shot.alarmsStanding - count
      let tail = index == count - 1 && more > 0 ? "  and \(more) more" : ""
      let text = "\(alarm.priority.name)  \(alarm.text)"
      let label = index == 0 ? "alarms" : ""
      if alarm.isShelved { return row(label, .faint("  \(text)  put aside\(tail)")) }
      if alarm.isAcknowledged { return row(label, .plain("  \(text)"), .faint(tail)) }
      let mark = "! \(text)"
      return row(
        label, alarm.priority >= .high ? .bad(mark) : .warning(mark), .faint("  not acknowledged\(tail)"))
    }
  }

  /// A strip of the bins: how full each is, which are full, and which out of service.
  private func bins(rows: Int) -> [FrameLine] {
    let full = shot.bins.count { $0.isFull }
    let out = shot.bins.count { $0.isDisabled }
    var head = row("\(shot.binWord)s", .plain("\(shot.bins.count)"))
    head.add(full > 0 ? .warning(", \(full) full") : .faint(", none full"))
    if out > 0 { head.add(.bad(", \(out) out of service (x)")) }
    var lines = [head]
    let cells = max(1, width - 2)
    var first = 0
    while first < shot.bins.count, lines.count <= max(1, rows) {
      let last = min(shot.bins.count, first + cells)
      lines.append(FrameLine([.plain(" ")] + shot.bins[first..<last].map(cell)))
      first = last
    }
    return lines
  }

  private func cell(_ bin: LiveSnapshot.Bin) -> FrameLine.Part {
    if bin.isDisabled { return .bad("x") }
    let levels = isUnicode ? Array("·▁▂▃▄▅▆▇█") : Array(".12345678")
    let level = String(levels[bin.eighths])
    return bin.isFull ? .warning(isUnicode ? "█" : "F") : .faint(level)
  }

  /// The run in one line, for logs and places that are no terminal.
  var sentence: String {
    var parts = [
      "\(grouped(shot.rateNow))/h", "fed \(grouped(shot.fed))", "sorted \(grouped(shot.sorted))",
      "rejected \(grouped(shot.rejected))", "lost \(grouped(shot.lost))",
      "on the machine \(grouped(shot.onMachine))",
    ]
    if let link = shot.link { parts.append("link \(link.state)") }
    if shot.marginCount > 0 { parts.append("least margin \(shot.marginLeast.shortText)") }
    if shot.overruns > 0 { parts.append("\(grouped(shot.overruns)) overruns") }
    if shot.isInductionHeld { parts.append("induction held") }
    if shot.alarmsStanding > 0 {
      parts.append("alarms \(shot.alarmsStanding)" + (shot.alarms.first.map { " (\($0.text))" } ?? ""))
    }
    return "\(printable(shot.scenario, limit: 24)) \(shot.plantTime.clockText): "
      + parts.joined(separator: ", ")
  }
}
