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
      failed.map {
        "\($0.name): \($0.found), expected \($0.wanted)" + ($0.advice.isEmpty ? "" : "; \($0.advice)")
      },
      advice: "Nothing was driven.")
  }

  private func wait() throws(CommandFailure) -> PreflightReport {
    let end = MonotonicClock.now() + Self.patience
    while true {
      // That it cannot be reached yet is waited for: it may just be starting.
      if let report = port.preflight, !report.isUnreached { return report }
      if Interruption.isRequested {
        throw CommandFailure(
          .interrupted, "interrupted by \(Interruption.signalName) before anything was driven")
      }
      if MonotonicClock.now() > end { break }
      _ = usleep(20_000)
    }
    let unreached = port.preflight?.checks.first { $0.verdict == .failed }?.found ?? ""
    let fault = port.overview.lastFault.isEmpty ? unreached : port.overview.lastFault
    let why = fault.isEmpty ? "no answer within \(Self.patience.shortText)" : printable(fault, limit: 240)
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
      "pre-flight of \(port.device)", columns: [.words("check"), .words("found"), .words("")])
    for check in report.checks {
      let wanted = check.verdict == .passed ? "" : ", expected \(check.wanted)"
      let verdict: Table.Cell =
        switch check.verdict {
        case .passed: Table.Cell("passed", mood: .faint)
        case .warned: Table.Cell("LOOK", mood: .bad)
        case .failed: Table.Cell("FAILED", mood: .bad)
        }
      table.rows.append([
        Table.Cell(printable(check.name)), Table.Cell(printable(check.found + wanted)), verdict,
      ])
    }
    let advice = report.checks.filter { !$0.advice.isEmpty && $0.verdict == .warned }
      .map { "  \(printable($0.name)): \(printable($0.advice, limit: 240))" }
    return table.lines(for: console.errTraits) + advice
  }
}

extension PreflightReport {
  /// Whether the machine was not reached at all: the first check, that of the connection, failed.
  fileprivate var isUnreached: Bool {
    checks.contains { $0.verdict == .failed && $0.name == "connection" }
  }
}
