import Glibc
import Quantities

/// Shows how far a run is: a bar that is redrawn on a terminal, a line now and then in a log, or nothing.
package final class ProgressDisplay {
  private let label: String
  private let sink: any TextSink
  private let traits: TerminalTraits
  private let isQuiet: Bool
  private let started: Nanoseconds
  private var nextDue: Nanoseconds
  private var isDrawn = false

  /// The least time between two drawings of the bar: 10 a second.
  package static let redraw = Nanoseconds.milliseconds(100)
  /// The time between two lines in a log.
  package static let logInterval = Nanoseconds.seconds(10)

  /// A display that begins at the monotonic time `now`.
  package init(
    label: String, sink: any TextSink, traits: TerminalTraits, isQuiet: Bool, now: Nanoseconds
  ) {
    self.label = label
    self.sink = sink
    self.traits = traits
    self.isQuiet = isQuiet
    started = now
    nextDue = traits.isTerminal ? now : now + Self.logInterval
  }

  /// Shows the state if it is time to; cheap otherwise.
  package func update(_ snapshot: ProgressSnapshot, now: Nanoseconds) {
    if isQuiet || now < nextDue { return }
    nextDue = now + (traits.isTerminal ? Self.redraw : Self.logInterval)
    let line = line(snapshot, now: now, isFinished: false)
    if traits.isTerminal { draw(line.bar(for: traits)) } else { sink.write(line.sentence + "\n") }
    sink.flush()
  }

  /// Shows the last state and gives the terminal back as it was.
  package func finish(_ snapshot: ProgressSnapshot, now: Nanoseconds, interrupted: Bool = false) {
    if isQuiet || !traits.isTerminal { return }
    draw(line(snapshot, now: now, isFinished: !interrupted).bar(for: traits))
    sink.write("\n\u{1B}[?25h")
    sink.flush()
    Interruption.noteHiddenCursor(on: nil)
    isDrawn = false
  }

  /// Takes the bar away, where the run ended with an error that is about to be told.
  package func abandon() {
    guard isDrawn else { return }
    sink.write("\r\u{1B}[2K\u{1B}[?25h")
    sink.flush()
    Interruption.noteHiddenCursor(on: nil)
    isDrawn = false
  }

  private func draw(_ line: String) {
    if !isDrawn {
      sink.write("\u{1B}[?25l")
      Interruption.noteHiddenCursor(on: STDERR_FILENO)
      isDrawn = true
    }
    sink.write("\r\u{1B}[2K" + line)
  }

  private func line(_ snapshot: ProgressSnapshot, now: Nanoseconds, isFinished: Bool) -> ProgressLine {
    let elapsed = now - started
    let seconds = Double(max(1, elapsed.rawValue)) / 1e9
    return ProgressLine(
      label: label, snapshot: snapshot, elapsed: elapsed, rate: Double(snapshot.pieces) / seconds,
      isFinished: isFinished)
  }
}

/// The monotonic clock: never stepped, in nanoseconds since the machine started.
package func monotonicNow() -> Nanoseconds {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Nanoseconds(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
}
