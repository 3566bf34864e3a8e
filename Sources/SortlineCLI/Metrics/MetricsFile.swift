import FileFormats
import Glibc
import Quantities

/// A file of metrics that a collector may read at any moment: written aside and renamed, so never half.
///
/// Belongs to the main thread. The control thread has no part in it: a disk that fails costs the metrics and nothing
/// else.
struct MetricsFile {
  /// Where it stands.
  let path: String
  /// One text stands for so much of the plant's time.
  let interval: Nanoseconds
  private let work: String

  /// A file that is written once an interval of the plant's time.
  init(path: String, every interval: Nanoseconds) {
    self.path = path
    self.interval = interval
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    // Collectors read what ends in .prom; this does not until it is renamed.
    work = "\(path[..<slash]).\(path[slash...]).\(getpid())"
  }

  /// Writes it now.
  func write(_ text: String) throws(CommandFailure) {
    do throws(CommandFailure) { try writeWhole(Array(text.utf8), to: work, mode: 0o644) } catch {
      unsafe unlink(work)
      throw CommandFailure(
        error.code, error.messages.map { $0.replacing(printable(work, limit: 240), with: shown) })
    }
    if unsafe rename(work, path) == 0 { return }
    let code = errno
    unsafe unlink(work)
    throw CommandFailure(.cannotCreate, "cannot write '\(shown)': \(describeError(code))")
  }

  private var shown: String { printable(path, limit: 240) }
}

/// Writes a run's live metrics while it lasts.
struct MetricsWriter {
  private let metrics: LiveMetrics
  private let file: MetricsFile
  private var lastInterval: Int64 = 0
  private var hasFailed = false

  /// Writes the first text.
  init(_ metrics: LiveMetrics, to file: MetricsFile) throws(CommandFailure) {
    self.metrics = metrics
    self.file = file
    try file.write(metrics.text(isUp: true))
  }

  /// Writes a text when another interval has begun.
  mutating func update(_ console: Console) {
    let current = Int64(metrics.gauges[.now]) / max(1, file.interval.rawValue)
    if current == lastInterval { return }
    lastInterval = current
    write(isUp: true, console)
  }

  /// Writes the last text, which says that the run is over.
  mutating func finish(_ console: Console) { write(isUp: false, console) }

  /// The first of several failures is told, and the run goes on.
  private mutating func write(isUp: Bool, _ console: Console) {
    do throws(CommandFailure) {
      try file.write(metrics.text(isUp: isUp))
      hasFailed = false
    } catch {
      if !hasFailed { console.warn("\(error.messages.joined(separator: "; ")); the run goes on") }
      hasFailed = true
    }
  }
}
