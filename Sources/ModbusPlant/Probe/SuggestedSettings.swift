/// What a probe's findings suggest for the profile's `modbus` section; keys that nothing was found for are left out.
public struct SuggestedSettings: Hashable, Sendable {
  /// One line of the section.
  public struct Line: Hashable, Sendable {
    /// The key.
    public var key: String
    /// Its value as it is written.
    public var value: String
    /// Where it comes from, in words.
    public var because: String
  }

  /// The lines in the order to write them.
  public private(set) var lines: [Line] = []

  /// Suggestions from what was found.
  public init(capacities: [RequestCapacity], roundTrips: [RoundTrips], connectTime: Int64) {
    let worst = roundTrips.map { $0.permille(999) }.max() ?? 0
    let usual = roundTrips.map { $0.permille(990) }.max() ?? 0
    if worst > 0 {
      let connect = max(Self.milliseconds(connectTime * 20), 500)
      add("connect_timeout_ms", Self.rounded(connect), "20 times what it took, at least 500")
      let response = max(Self.milliseconds(worst * 5), 20)
      add("response_timeout_ms", Self.rounded(response), "5 times the slowest answer of 1,000, at least 20")
      let poll = max(Self.milliseconds(usual * 2), 2)
      add("poll_ms", Self.rounded(poll), "twice what 99 of 100 answers take, at least 2")
    }
    largest("max_read_registers", [.readHoldingRegisters, .readInputRegisters], capacities)
    largest("max_write_registers", [.writeRegisters], capacities)
    largest("max_read_bits", [.readCoils, .readDiscreteInputs], capacities)
    largest("max_write_bits", [.writeCoils], capacities)
    if capacities.contains(where: { $0.alignment != .anywhere }) {
      lines.append(
        Line(
          key: "whole_blocks_only", value: "true",
          because: "requests inside a block were refused"))
    }
    if let both = capacities.first(where: { $0.function == .readWriteRegisters }) {
      lines.append(
        Line(
          key: "read_write", value: both.largest > 0 ? "true" : "false",
          because: both.largest > 0 ? "function 23 was accepted" : "function 23 was refused"))
    }
  }

  private mutating func add(_ key: String, _ value: Int64, _ because: String) {
    lines.append(Line(key: key, value: "\(value)", because: because))
  }

  /// The smallest of what the functions accepted, of those that accepted anything.
  private mutating func largest(
    _ key: String, _ functions: [ModbusFunction], _ capacities: [RequestCapacity]
  ) {
    let found = capacities.filter {
      functions.contains($0.function) && $0.largest > 0 && $0.bound != .notAsked && $0.bound != .addressesEnd
    }
    guard let least = found.min(by: { $0.largest < $1.largest }) else { return }
    add(key, Int64(least.largest), "the largest that function \(least.function.rawValue) accepted")
  }

  /// Whole milliseconds, rounded up.
  static func milliseconds(_ nanoseconds: Int64) -> Int64 { (nanoseconds + 999_999) / 1_000_000 }

  /// Rounded up to 1, 2, 3, 5 or 8 times a power of ten, as people write settings.
  static func rounded(_ value: Int64) -> Int64 {
    var scale: Int64 = 1
    while scale * 10 <= value { scale *= 10 }
    for step in [1, 2, 3, 5, 8, 10] as [Int64] where step * scale >= value { return step * scale }
    return value
  }
}
