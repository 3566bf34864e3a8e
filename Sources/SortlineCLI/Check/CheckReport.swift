import FileFormats
import SorterModel

/// What a check has found so far, printed as it is found.
package final class CheckReport {
  private let console: Console
  private let warningsCount: Bool
  /// How many errors were found.
  package private(set) var errors = 0
  /// How many warnings were found.
  package private(set) var warnings = 0
  /// The code to end with.
  package private(set) var code = ExitCode.ok

  /// A report; `strict` where warnings are to count as errors.
  package init(console: Console, strict: Bool) {
    self.console = console
    warningsCount = strict
  }

  /// Begins with another file.
  package func begin(_ file: CheckedFile, _ title: String) {
    let style = console.outTraits.style
    console.print("\(style.heading(printable(file.given, limit: 240))): \(title)")
  }

  /// Everything that is wrong with an input.
  package func tell(_ invalid: InvalidInput) {
    let wrong = invalid.diagnostics.count { $0.severity == .error }
    let doubtful = invalid.diagnostics.count { $0.severity == .warning }
    let isFirst = errors == 0 && wrong > 0
    if isFirst || (warningsCount && doubtful > 0 && code == .ok) {
      code = ExitCode(rawValue: invalid.exitCode) ?? .badData
    }
    errors += wrong
    warnings += doubtful
    if !invalid.diagnostics.isEmpty { console.note(invalid.description) }
  }

  /// A warning or note, or an error that stands alone.
  package func tell(_ diagnostic: Diagnostic, code errorCode: ExitCode = .badData) {
    switch diagnostic.severity {
    case .error:
      if errors == 0 { code = errorCode }
      errors += 1
    case .warning:
      warnings += 1
      if warningsCount && code == .ok { code = errorCode }
    case .note: break
    }
    console.note(diagnostic.description)
  }

  /// Figures under a heading.
  package func figures(_ heading: String, _ lines: [MachineArithmetic.Line]) {
    let table = Table(
      columns: [.words(""), .numbers(""), .words("")],
      rows: lines.map { [Table.Cell($0.name), Table.Cell($0.value), Table.Cell($0.how, mood: .faint)] })
    console.print("  \(console.outTraits.style.heading(heading))")
    var traits = console.outTraits
    traits.width -= 2
    for line in table.lines(for: traits) { console.print("  \(line)") }
  }

  /// A table.
  package func table(_ table: Table) {
    for line in table.lines(for: console.outTraits) { console.print(line) }
  }

  /// A plain line.
  package func line(_ text: String) { console.print("  \(text)") }

  /// The last line: how many faults there are in all.
  package func end(files: Int) {
    func count(_ number: Int, _ word: String) -> String {
      "\(grouped(number)) \(word)\(number == 1 ? "" : "s")"
    }
    let style = console.outTraits.style
    let faults =
      errors > 0
      ? style.bad(count(errors, "error")) : style.good("no errors")
    let more = warnings > 0 ? ", " + style.warning(count(warnings, "warning")) : ""
    console.print("\(count(files, "file")) checked: \(faults)\(more)")
  }
}
