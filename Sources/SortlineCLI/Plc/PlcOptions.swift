import FileFormats
import ModbusPlant
import Quantities
import Rehearsal

/// What the command line of `plc` asks for.
struct PlcOptions {
  /// The scenario; nil for a machine alone.
  var scenario: String?
  var profile: String?
  var mail: String?
  var seed: UInt64?
  /// Where it listens; nil where only a serial line is served.
  var listen: ModbusEndpoint?
  var serial: ModbusEndpoint?
  /// Where the machine's scanner waits for those who want its readings.
  var scannerFeed: ModbusEndpoint?
  var allowsBeyondLoopback: Bool
  var speed: Int
  /// How long it runs, in real time.
  var lasts: Nanoseconds?
  var feedsAtOnce: Bool
  var encoderStart: UInt32
  var faults: [DeviceFault]
  var pieces: String?
  var isQuiet: Bool

  /// The options of a command line.
  init(_ line: ParsedCommand) throws(UsageError) {
    scenario = line.operands.first
    profile = line.text("profile")
    mail = line.text("mail")
    if scenario == nil && profile == nil {
      throw UsageError(
        "a virtual PLC needs a scenario or a machine",
        advice: "Name a scenario, or --profile with a machine's name for generic mail.", command: "plc")
    }
    if scenario == nil && mail != nil {
      throw UsageError("--mail needs a scenario: generic mail goes with --profile alone", command: "plc")
    }
    seed = try line.integer("seed", in: .min ... .max)
    serial = try line.text("serial").map { text throws(UsageError) in
      try Self.endpoint("rtu:" + text, "serial")
    }
    if let text = line.text("listen") {
      listen = try Self.listening(text, "listen")
    } else {
      listen = serial == nil ? .tcp(host: "127.0.0.1", port: 1502) : nil
    }
    scannerFeed = try line.text("scanner-feed").map { text throws(UsageError) in
      try Self.listening(text, "scanner-feed")
    }
    allowsBeyondLoopback = line.has("allow-beyond-loopback")
    speed = try line.integer("speed", in: 1...1000).map(Int.init) ?? 1
    lasts = try line.duration("for")
    feedsAtOnce = line.has("feed-at-once")
    encoderStart = try line.integer("encoder-start", in: 0...UInt64(UInt32.max)).map(UInt32.init) ?? 0
    var faults: [DeviceFault] = []
    for text in line.values["fault"] ?? [] { faults.append(try Self.fault(text)) }
    self.faults = faults
    pieces = line.text("pieces")
    isQuiet = line.has("quiet")
  }

  /// HOST:PORT, where port 0 lets the system choose one.
  private static func listening(_ text: String, _ option: String) throws(UsageError) -> ModbusEndpoint {
    guard text.hasSuffix(":0") else {
      let endpoint = try endpoint(text, option)
      guard case .tcp = endpoint else {
        throw UsageError(
          "--\(option) takes an address and a port; a serial line is given with --serial", command: "plc")
      }
      return endpoint
    }
    guard case .tcp(let host, _) = try endpoint(text.dropLast() + "1", option) else {
      throw UsageError("--\(option) takes an address and a port", command: "plc")
    }
    return .tcp(host: host, port: 0)
  }

  private static func endpoint(_ text: String, _ option: String) throws(UsageError) -> ModbusEndpoint {
    do throws(ModbusFault) {
      return try ModbusEndpoint(text)
    } catch {
      throw UsageError("--\(option): \(error)", command: "plc")
    }
  }

  /// NAME, NAME@TIME or NAME@TIME+TIME.
  static func fault(_ text: String) throws(UsageError) -> DeviceFault {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = DeviceFault.Kind(rawValue: String(halves[0])) else {
      let near = nearestName(to: String(halves[0]), among: DeviceFault.Kind.allCases.map(\.rawValue))
      throw UsageError(
        "there is no fault '\(printable(halves[0]))'",
        advice: near.map { "Did you mean \($0)?" } ?? "'sortline plc --help' lists them.", command: "plc")
    }
    guard halves.count == 2 else { return DeviceFault(kind) }
    let times = halves[1].split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    let spans = times.map { Nanoseconds(spelled: String($0)) }
    guard spans.allSatisfy({ $0 != nil }) else {
      throw UsageError(
        "--fault \(printable(text)): the times cannot be read",
        advice: "Write \(kind.rawValue)@10s, or \(kind.rawValue)@10s+2s for one that lasts two seconds.",
        command: "plc")
    }
    return DeviceFault(kind, at: spans[0], lasts: spans.count == 2 ? spans[1] : nil)
  }
}
