import FileFormats
import Quantities

/// What a command line says to its command.
package struct ParsedCommand: Sendable {
  /// The command.
  package var spec: CommandSpec
  /// The values of each option by its long name, in the order they were given; empty for a switch.
  package var values: [String: [String]] = [:]
  /// The positional arguments.
  package var operands: [String] = []
  /// Whether the help page is wanted.
  package var wantsHelp = false

  /// Nothing said yet.
  package init(spec: CommandSpec) { self.spec = spec }

  /// Whether the option was given.
  package func has(_ long: String) -> Bool { values[long] != nil }

  /// The value of an option that is given at most once.
  package func text(_ long: String) -> String? { values[long]?.last }

  /// The option's value as a whole number of `range`; hexadecimal after `0x`.
  package func integer(_ long: String, in range: ClosedRange<UInt64>) throws(UsageError) -> UInt64? {
    guard let text = text(long) else { return nil }
    let hexadecimal = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
    let plain = text.allSatisfy(\.isASCIIDigit) ? UInt64(text) : nil
    guard let number = hexadecimal ?? plain, range.contains(number) else {
      throw UsageError(
        "--\(long) needs a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not '\(printable(text))'", command: spec.name)
    }
    return number
  }

  /// The option's value as a span of time such as `90s`, `10m` or `1h30m`.
  package func duration(_ long: String) throws(UsageError) -> Nanoseconds? {
    guard let text = text(long) else { return nil }
    guard let span = Nanoseconds(spelled: text), span > .zero else {
      let number = text.allSatisfy { $0.isASCIIDigit || $0 == "." } && text.contains { "1"..."9" ~= $0 }
      throw UsageError(
        "--\(long) needs a time above zero with its unit, not '\(printable(text))'",
        advice: number
          ? "Write \(text)s for seconds, \(text)m for minutes or \(text)h for hours."
          : "Write it as 90s, 10m, 1h30m or 250ms, up to 292 years.", command: spec.name)
    }
    return span
  }
}
