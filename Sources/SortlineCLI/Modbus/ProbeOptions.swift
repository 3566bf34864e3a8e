import Quantities

/// What the command line of `probe` asks for.
struct ProbeOptions {
  var profile: String?
  var connect: String?
  var unit: UInt8?
  var address: UInt16?
  var rounds: Int
  var timeout: Nanoseconds
  var mayWrite: Bool
  var printsJSON: Bool

  init(_ line: ParsedCommand) throws(UsageError) {
    profile = line.text("profile")
    connect = line.text("connect")
    unit = try line.integer("unit", in: 0...255).map { UInt8($0) }
    address = try line.integer("at", in: 0...65_535).map { UInt16($0) }
    rounds = Int(try line.integer("rounds", in: 1...100_000) ?? 200)
    timeout = try line.duration("timeout") ?? .seconds(2)
    mayWrite = line.has("arm")
    printsJSON = line.has("json")
    if profile == nil && connect == nil {
      throw UsageError(
        "'probe' needs --profile or --connect", advice: "A profile names its device; HOST:PORT needs none.",
        command: "probe")
    }
    if mayWrite && profile == nil {
      throw UsageError(
        "--arm needs --profile", advice: "Only a profile's register map says what may be written.",
        command: "probe")
    }
    guard timeout >= .milliseconds(1) && timeout <= .seconds(600) else {
      throw UsageError("--timeout takes 1ms to 10m", command: "probe")
    }
  }
}
