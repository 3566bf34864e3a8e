import ControlRuntime
import FileFormats
import Glibc
import ModbusPlant
import Quantities
import Synchronization

/// The checks before a machine is driven: waits for them, prints their table, and says whether they pass.
struct Preflight {
  let port: ModbusPort
  let console: Console
  let isQuiet: Bool

  /// So long a machine may take to answer for the first time: it may just be starting too.
  static let patience = Nanoseconds.seconds(5)

  /// Waits for the checks.
  ///
  /// - Throws: `unavailable` when the machine does not answer, `protocolError` when it answers what Modbus
  ///   forbids, `configuration` when a check fails, `interrupted`. Nothing was driven then.
  func pass() throws(CommandFailure) {
    let report = try wait()
    if !isQuiet || !report.passes { for line in lines(report) { console.note(line) } }
    if report.passes { return }
    let failed = report.checks.filter { $0.verdict == .failed }
    throw CommandFailure(
      .configuration,
      failed.map { "\($0.name): \($0.found), expected \($0.wanted)" + ($0.advice.isEmpty ? "" : ". \($0.advice)") },
      advice: "Nothing was driven.")
  }

  private func wait() throws(CommandFailure) -> PreflightReport {
    let end = MonotonicClock.now() + Self.patience
    while true {
      if let report = port.preflight { return report }
      if Interruption.isRequested {
        throw CommandFailure(.interrupted, "interrupted by \(Interruption.signalName) before anything was driven")
      }
      if MonotonicClock.now() > end { break }
      _ = usleep(20_000)
    }
    let fault = port.overview.lastFault
    let why = fault.isEmpty ? "no answer within \(Self.patience.shortText)" : fault
    let conditions = port.signals.conditions.load(ordering: .relaxed)
    if conditions & PortCondition.protocolFault.bit != 0 {
      throw CommandFailure(.protocolError, "the machine at \(port.device) does not keep to Modbus: \(why)")
    }
    throw CommandFailure(
      .unavailable, "the machine at \(port.device) does not answer: \(why)",
      advice: "'sortline plc SCENARIO' starts a virtual PLC to try things on.")
  }

  private func lines(_ report: PreflightReport) -> [String] {
    var table = Table(
      "pre-flight of \(port.device)",
      columns: [.words("check"), .words("wanted"), .words("found"), .words("")])
    for check in report.checks {
      let verdict: Table.Cell =
        switch check.verdict {
        case .passed: Table.Cell("passed", mood: .faint)
        case .warned: Table.Cell("look: \(check.advice)", mood: .bad)
        case .failed: Table.Cell("FAILED", mood: .bad)
        }
      table.rows.append([
        Table.Cell(printable(check.name)), Table.Cell(printable(check.wanted)),
        Table.Cell(printable(check.found)), verdict,
      ])
    }
    return table.lines(for: console.errTraits)
  }
}
