import FileFormats
import Quantities

/// How far a run is.
package struct ProgressSnapshot: Sendable {
  /// Pieces fed so far.
  package var pieces: Int
  /// Pieces that will be fed, where that is known.
  package var expectedPieces: Int?
  /// The simulated clock.
  package var simulated: Nanoseconds
  /// Where the simulated clock will stop, where that is known.
  package var simulatedEnd: Nanoseconds?
  /// Runs that are done, and how many there will be, where there are many.
  package var runs: (done: Int, count: Int)?

  /// A state of progress.
  package init(
    pieces: Int, expectedPieces: Int? = nil, simulated: Nanoseconds, simulatedEnd: Nanoseconds? = nil
  ) {
    self.pieces = pieces
    self.expectedPieces = expectedPieces
    self.simulated = simulated
    self.simulatedEnd = simulatedEnd
  }

  /// The part that is done, 0 to 1; nil where no end is known.
  package var fraction: Double? {
    if let runs { return runs.count > 0 ? Double(runs.done) / Double(runs.count) : 1 }
    var parts: [Double] = []
    if let expectedPieces, expectedPieces > 0 { parts.append(Double(pieces) / Double(expectedPieces)) }
    if let simulatedEnd, simulatedEnd > .zero {
      parts.append(Double(simulated.rawValue) / Double(simulatedEnd.rawValue))
    }
    return parts.max().map { min(1, max(0, $0)) }
  }
}

/// One state of progress as text: the bar for terminals, a sentence for logs.
package struct ProgressLine: Sendable {
  /// What runs.
  package var label: String
  /// How far it is.
  package var snapshot: ProgressSnapshot
  /// Real time since the start.
  package var elapsed: Nanoseconds
  /// Pieces a real second.
  package var rate: Double
  /// Whether the run has ended by itself.
  package var isFinished: Bool

  /// A state of progress as text.
  package init(
    label: String, snapshot: ProgressSnapshot, elapsed: Nanoseconds, rate: Double, isFinished: Bool = false
  ) {
    self.label = label
    self.snapshot = snapshot
    self.elapsed = elapsed
    self.rate = rate
    self.isFinished = isFinished
  }

  private var fraction: Double? { isFinished ? 1 : snapshot.fraction }

  /// The time left in words, where an end is known.
  private var left: String? {
    if isFinished { return "in \(elapsed.secondsText) s" }
    guard let fraction, fraction > 0.001 else { return nil }
    let seconds = Double(elapsed.rawValue) / 1e9 * (1 - fraction) / fraction
    if seconds >= 1e6 { return nil }
    if seconds < 1 { return "under 1 s left" }
    return seconds < 60
      ? "\(Int(seconds.rounded(.up))) s left" : "\(Nanoseconds.seconds(Int64(seconds)).clockText) left"
  }

  private var percent: String { fraction.map { "\(Int($0 * 100)) %".rightAligned(to: 5) } ?? "" }

  private var count: String {
    snapshot.runs.map { "\(grouped($0.done)) of \(grouped($0.count)) runs" }
      ?? "\(grouped(snapshot.pieces)) pieces"
  }
  private var speed: String { "\(shortRate(rate)) pieces/s" }
  private var clock: String { snapshot.runs == nil ? "clock \(snapshot.simulated.clockText)" : "" }

  /// The line for a log file.
  package var sentence: String {
    let percent = fraction.map { "\(Int($0 * 100)) %" } ?? ""
    let parts = [percent, count, speed, clock, left ?? ""].filter { !$0.isEmpty }
    return "\(label): " + parts.joined(separator: ", ")
  }

  /// The line for a terminal: at most `traits.width` - 1 columns, the least important parts dropped first.
  package func bar(for traits: TerminalTraits) -> String {
    let limit = max(10, traits.width - 1)
    let choices = [
      [count, speed, clock, left ?? ""], [count, clock, left ?? ""], [count, left ?? ""], [count],
    ]
    for parts in choices {
      let text = parts.filter { !$0.isEmpty }.joined(separator: "  ")
      let room = limit - label.count - percent.count - text.count - 8
      if fraction == nil, room >= 0 { return draw(barWidth: 0, text: text, traits) }
      if fraction != nil, room >= 8 { return draw(barWidth: min(30, room), text: text, traits) }
    }
    return String("\(label) \(percent)".prefix(limit))
  }

  private func draw(barWidth: Int, text: String, _ traits: TerminalTraits) -> String {
    guard barWidth > 0, let fraction else { return "\(traits.style.heading(label))  \(text)" }
    let full = Int((fraction * Double(barWidth)).rounded(.down))
    let on = String(repeating: traits.isUnicode ? "█" : "#", count: full)
    let off = String(repeating: traits.isUnicode ? "░" : "-", count: barWidth - full)
    let bar = traits.isUnicode ? traits.style.good(on) + traits.style.faint(off) : "[\(on)\(off)]"
    return "\(traits.style.heading(label))  \(bar) \(percent)  \(text)"
  }
}
