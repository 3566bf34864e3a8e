import FileFormats
import Quantities
import Reporting

/// Everything a run's events say about one piece, in their order.
package struct PieceStory {
  /// The piece's number.
  package var piece: UInt64
  /// Its events in the order they were written.
  package var events: [EventLine]
  /// The plan that the run used.
  package var plan: PlanText

  /// A piece's events.
  package init(piece: UInt64, events: [EventLine], plan: PlanText) {
    self.piece = piece
    self.events = events
    self.plan = plan
  }

  /// The id it bears outside; nil for generated mail.
  package var outsideID: String? { events.lazy.compactMap { $0.text("id") }.first }

  /// When it was fed; the time of its first event where that was not seen.
  package var fedAt: Nanoseconds {
    (events.first { $0.name == "piece.inducted" } ?? events.first)?.time ?? .zero
  }

  /// The story in plain sentences, a paragraph for each thing that happened.
  package var paragraphs: [String] {
    var result: [String] = []
    var laps = 0
    for event in events {
      if event.name == "piece.recirculated" { laps += 1 }
      let text = sentences(for: event)
      if !text.isEmpty { result.append(text) }
    }
    if !events.contains(where: { Self.endings.contains($0.name) }) {
      result.append(
        events.isEmpty
          ? "Nothing happened to it."
          : "The run ended while it was still on the machine" + (laps > 0 ? ", on lap \(laps)." : "."))
    }
    return result
  }

  /// The events that end a piece.
  static let endings: Set<String> = ["piece.sorted", "piece.rejected", "piece.removed", "piece.lost"]

  private func sentences(for event: EventLine) -> String {
    switch event.name {
    case "piece.inducted": fed(event)
    case "piece.assigned": read(event) + " " + decision(event, verb: "was given")
    case "piece.reassigned":
      "On its way its bin could take no more pieces; it " + lowerDecision(event, verb: "was given")
    case "assignment.answered":
      "The machine did not accept the command\(command(event)): \(because(event.text("reason")))."
    case "divert.missed":
      "The divert into \(bin(event))\(command(event)) was commanded and nobody saw it happen: it went past."
    case "divert.refused":
      "The machine did not divert it into \(bin(event))\(command(event)): \(because(event.text("reason")))."
    case "piece.recirculated":
      "It reached the end of the line and went round again (lap \(event.text("lap") ?? "?")), "
        + "because \(because(event.text("reason")))."
    case "piece.sorted", "piece.rejected", "piece.removed", "piece.lost": ending(event)
    case "plant.missorted":
      "In truth it lies in \(bin(event)), which its plan does not name; the machine does not know that."
    case "plant.double_feed": "The feeder took a second piece with it."
    default: ""
    }
  }

  private func fed(_ event: EventLine) -> String {
    var text =
      "It was fed on \(event.date) at \(event.timeOfDay), \(event.time.secondsText)\u{A0}s into the run"
    if let arrived = event.number("arrived_ns") {
      let wait = event.time - Nanoseconds(Int64(arrived))
      text +=
        wait >= Nanoseconds(1_000_000)
        ? ", \(wait.secondsText)\u{A0}s after it arrived at the feeder" : ", as soon as it arrived"
    }
    if let gap = event.number("gap_pulses") {
      text += ", with a gap of \(grouped(gap)) pulses of belt to the piece before it"
    }
    return text + "."
  }

  private func read(_ event: EventLine) -> String {
    var text: String
    switch event.text("read") {
    case nil, "good": text = "The scanner read destination \(event.text("destination") ?? "(none)")"
    case "noRead": text = "The scanner found no code"
    case "multiRead": text = "The scanner found several codes that disagree"
    case "noData": text = "The scanner read a code and no data for it came in time"
    case .some(let other): text = "The scanner's reading was '\(other)'"
    }
    if let length = event.text("length_mm"), let width = event.text("width_mm"),
      let height = event.text("height_mm")
    {
      text += ". It measured \(length) x \(width) x \(height)\u{A0}mm"
      if let weight = event.text("weight_g") { text += " and \(weight)\u{A0}g" }
      text +=
        event.text("size_class").map { ", which is the size class \($0)" } ?? ", which no size class takes"
    }
    return text + "."
  }

  private func lowerDecision(_ event: EventLine, verb: String) -> String {
    let text = decision(event, verb: verb)
    return text.hasPrefix("It ") ? String(text.dropFirst(3)) : text
  }

  /// Why a piece got the bin it got, with the plan's own words where they can be had.
  private func decision(_ event: EventLine, verb: String) -> String {
    let choice = event.text("choice") ?? "primary"
    let reason = because(event.text("reason"))
    let line = event.number("plan_line") ?? 0
    guard let name = event.text("bin") else {
      if choice == "recirculate" { return "It was let go round once more, because \(reason)." }
      return "It got no bin and was left to run to the end of the line, because \(reason)."
    }
    let rule = line > 0 ? "line \(line) of the plan" : "the plan"
    let text: String
    switch choice {
    case "primary":
      switch plan.firstBins(line) {
      case .some(let bins) where bins == name: text = "It \(verb) bin \(name), the one that \(rule) names."
      case .some(let bins):
        text = "It \(verb) bin \(name), the least full of those that \(rule) names: \(bins)."
      case nil: text = "It \(verb) bin \(name), which \(rule) names (of several, the least full)."
      }
    case "alternate":
      text =
        "It \(verb) bin \(name), an alternate of \(rule): no bin that it names first could take the piece."
    case "overflow":
      text = "It \(verb) bin \(name) from the plan's overflow: no bin of \(rule) could take the piece."
    case "reject": text = "It \(verb) reject bin \(name)\(line > 0 ? " by \(rule)" : ""), because \(reason)."
    default: text = "It \(verb) bin \(name) (\(choice))."
    }
    return text + spare(event) + quote(line)
  }

  /// How early the command was: the belt that was left until its deadline.
  private func spare(_ event: EventLine) -> String {
    event.number("deadline_pulses").map { " The command had \(grouped($0)) pulses of belt to spare." } ?? ""
  }

  private func quote(_ line: Int) -> String {
    if line <= 0 { return "" }
    switch plan {
    case .found: return plan.line(line).map { "\n    \($0)" } ?? ""
    case .changed(let path):
      return " (\(printable(path)) has changed since the run, so its line is not shown.)"
    case .missing(let path):
      return " (\(printable(path)) cannot be found from here, so its line is not shown.)"
    case .unknown: return ""
    }
  }

  private func ending(_ event: EventLine) -> String {
    let time = "at \(event.timeOfDay), \((event.time - fedAt).secondsText)\u{A0}s after it was fed"
    let laps = event.number("lap") ?? 0
    let round = laps > 0 ? ", after \(laps) \(laps == 1 ? "lap" : "laps")" : ""
    let reason = because(event.text("reason"))
    switch event.name {
    case "piece.sorted": return "It ended sorted, in \(bin(event)), \(time)\(round)."
    case "piece.rejected":
      let place = event.text("bin").map { "in bin \($0)" } ?? "without a bin"
      return "It ended rejected, \(place), \(time)\(round), because \(reason)."
    case "piece.removed":
      let why = event.text("reason") == nil ? "" : ", because \(reason)"
      return "A person took it off the machine \(time)\(round)\(why)."
    default:
      let place = event.text("bin").map { "; it was last seen in bin \($0)" } ?? ""
      return "It was given up as lost \(time)\(round), because \(reason)\(place)."
    }
  }

  private func bin(_ event: EventLine) -> String { event.text("bin").map { "bin \($0)" } ?? "no bin" }

  private func command(_ event: EventLine) -> String {
    event.number("sequence").map { $0 > 0 ? " (command \($0))" : "" } ?? ""
  }
}
