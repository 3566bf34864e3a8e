import FileFormats
import Quantities
import RegisterMap
import Rehearsal
import Supervision

/// The line on a terminal that says how a virtual PLC is; nothing where there is no terminal.
final class PlcDisplay {
  private let console: Console
  private let isQuiet: Bool
  private var nextDue = Nanoseconds.zero

  /// A display that draws on the terminal of standard error.
  init(console: Console, isQuiet: Bool) {
    self.console = console
    self.isQuiet = isQuiet || !console.errTraits.isTerminal
  }

  /// Draws the state if it is time to: four times a second.
  func update(_ now: Nanoseconds, _ totals: () -> (PLCAccount, MachineBlock)) {
    guard !isQuiet, now >= nextDue else { return }
    nextDue = now + .milliseconds(250)
    console.err.write("\r\u{1B}[2K" + line(totals()))
    console.err.flush()
  }

  /// Draws the last state and leaves the line.
  func finish(_ totals: () -> (PLCAccount, MachineBlock)) {
    guard !isQuiet else { return }
    console.err.write("\r\u{1B}[2K" + line(totals()) + "\n")
    console.err.flush()
  }

  private func line(_ totals: (account: PLCAccount, status: MachineBlock)) -> String {
    let (account, status) = totals
    let style = console.errTraits.style
    var state = PackMLState(rawValue: UInt8(clamping: status.state)).map(\.name) ?? "\(status.state)"
    if status.flags.contains(.emergencyStop) {
      state = style.bad("emergency stop")
    } else if status.flags.contains(.safe) {
      state = style.bad("safe state")
    } else if status.flags.contains(.armed) {
      state = style.good("armed, \(state)")
    }
    let owner = status.owner == 0 ? "no controller" : "owner \(status.owner)"
    let parts = [
      state, owner, "encoder \(grouped(status.encoder))", "fed \(grouped(account.fed))",
      "diverted \(grouped(account.diverted))", "end \(grouped(account.toEnd))",
      "on machine \(grouped(account.onMachine))",
    ]
    var shown = parts[0]
    var width = parts[0].count
    for part in parts.dropFirst() where width + 2 + part.count < console.errTraits.width {
      shown += "  " + part
      width += 2 + part.count
    }
    return shown
  }
}
