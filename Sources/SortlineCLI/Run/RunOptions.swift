import ControlRuntime
import FileFormats
import Quantities
import SorterModel
import Telemetry

/// What the command line of `run` asks for.
struct RunOptions {
  /// The scenario; nil where a machine and a plan are given instead.
  var scenario: String?
  /// The run that was cut short and is to go on; nil for a new one.
  var resume: String?
  /// When the logs are put aside and begun anew; nil for never.
  var rotation: JournalRotation?
  var overrides: ScenarioOverrides
  var backend: Backend
  /// The machine's address in place of the profile's.
  var connect: String?
  /// Whether outputs are driven.
  var arms: Bool
  /// Whether nothing at all is written to the machine.
  var isDryRun: Bool
  /// How long the run lasts by the wall's clock.
  var length: Nanoseconds?
  /// When the run ends at the latest, in the plant's own time.
  var until: Nanoseconds?
  /// Plant seconds in one real second; 0 for as many as can be.
  var speed: Int
  var scanner: ScannerSource?
  var out: String?
  var replacesRun: Bool
  /// Whether report.html is made too.
  var writesReport: Bool
  var junit: String?
  /// Where the metrics are written for a collector; nil for nowhere.
  var prometheus: String?
  /// In which form the result is printed.
  var format: OutputFormat
  var isQuiet: Bool
  /// Whether lines are printed even where a live view could be shown.
  var isPlain: Bool
  /// The texts of `--for` and `--until` as they were typed.
  private var spellings: [(option: String, text: String)]

  /// What is driven.
  enum Backend: String, CaseIterable {
    /// The virtual plant in this process.
    case simulated
    /// A machine, or the virtual PLC, over Modbus.
    case modbus
  }

  /// The options of a command line.
  init(_ line: ParsedCommand) throws(UsageError) {
    scenario = line.operands.first
    overrides = ScenarioOverrides(
      profile: line.text("profile"), plan: line.text("plan"), mail: line.text("mail"),
      seed: try line.integer("seed", in: .min ... .max))
    resume = line.text("resume")
    rotation = try Self.rotation(line)
    let name = line.text("backend") ?? (resume == nil ? Backend.simulated : .modbus).rawValue
    guard let backend = Backend(rawValue: name) else {
      throw UsageError(
        "--backend is simulated or modbus, not '\(printable(name))'", command: "run")
    }
    self.backend = backend
    connect = line.text("connect")
    arms = line.has("arm")
    isDryRun = line.has("dry-run")
    length = try line.duration("for")
    until = try line.duration("until")
    speed = Int(try line.integer("speed", in: 0...1_000_000) ?? 1)
    scanner = try line.text("scanner").map(Self.scanner)
    out = line.text("out")
    replacesRun = line.has("force")
    writesReport = line.has("report")
    junit = line.text("junit")
    prometheus = line.text("prometheus")
    format = try OutputFormat(line)
    isQuiet = line.has("quiet")
    isPlain = line.has("plain")
    spellings = ["for", "until", "speed"].compactMap { option in line.text(option).map { (option, $0) } }
    try check(line)
  }

  private func check(_ line: ParsedCommand) throws(UsageError) {
    func refuse(_ message: String, _ advice: String = "") -> UsageError {
      UsageError(message, advice: advice, command: "run")
    }
    if resume != nil {
      if scenario != nil { throw refuse("--resume takes the scenario from the run", "Leave SCENARIO out.") }
      for option in ["backend", "profile", "plan", "mail", "seed", "speed", "until", "out", "force"]
      where line.has(option) {
        throw refuse("--\(option) cannot be changed when a run goes on", "Leave it out, or begin a new run.")
      }
    } else if scenario == nil && (overrides.profile == nil || overrides.plan == nil) {
      throw refuse("run needs a scenario, or a machine and a plan", "Give SCENARIO, or --profile and --plan.")
    }
    if replacesRun && out == nil {
      throw refuse(
        "--force needs --out", "Without --out a run gets a folder of its own and replaces nothing.")
    }
    switch backend {
    case .simulated:
      for option in ["connect", "arm", "dry-run", "scanner"] where line.has(option) {
        throw refuse("--\(option) needs --backend modbus", "The simulated backend drives no machine.")
      }
      if scenario == nil && overrides.mail == nil {
        throw refuse("the simulated backend needs mail", "Give a scenario, or --mail FILE.")
      }
    case .modbus:
      for option in ["speed", "mail", "seed"] where line.has(option) {
        throw refuse(
          "--\(option) needs --backend simulated", "Over Modbus the machine says what comes, and when.")
      }
      if arms && isDryRun { throw refuse("--arm and --dry-run contradict each other") }
    }
  }

  /// When logs are put aside: by size, by time, or both.
  private static func rotation(_ line: ParsedCommand) throws(UsageError) -> JournalRotation? {
    let megabytes = try line.integer("rotate-mb", in: 1...1_000_000)
    let time = try line.duration("rotate-every")
    if megabytes == nil && time == nil { return nil }
    return JournalRotation(bytes: megabytes.map { Int($0) << 20 } ?? .max, nanoseconds: time?.rawValue)
  }

  /// The source that a `--scanner` names.
  private static func scanner(_ text: String) throws(UsageError) -> ScannerSource {
    let refusal = UsageError(
      "--scanner is stdin, listen:PORT, listen:HOST:PORT or connect:HOST:PORT, not '\(printable(text))'",
      command: "run")
    if text == "stdin" || text == "-" { return .standardInput }
    guard let colon = text.firstIndex(of: ":") else { throw refusal }
    let rest = text[text.index(after: colon)...]
    let last = rest.lastIndex(of: ":")
    let host = last.map { String(rest[..<$0]) } ?? "127.0.0.1"
    guard let port = UInt16(last.map { rest[rest.index(after: $0)...] } ?? rest), !host.isEmpty else {
      throw refusal
    }
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    switch text[..<colon] {
    case "listen": return .listen(host: bare, port: port)
    case "connect" where last != nil && port > 0: return .connect(host: bare, port: port)
    default: throw refusal
    }
  }

  /// The words that say again what run this is, for `run.json`: nothing about where it was written or shown.
  func canonicalCommand(_ inputs: [InputFile]) -> [String] {
    func shown(_ role: String, _ given: String) -> String {
      given.hasPrefix("/") ? inputs.first { $0.role == role }?.path ?? role : given
    }
    var words = ["sortline", "run"]
    if let scenario { words.append(shown("scenario", scenario)) }
    words += ["--backend", backend.rawValue]
    if let seed = overrides.seed { words += ["--seed", "\(seed)"] }
    for (role, given) in [("profile", overrides.profile), ("plan", overrides.plan), ("mail", overrides.mail)]
    {
      if let given { words += ["--\(role)", shown(role, given)] }
    }
    if arms { words.append("--arm") }
    if isDryRun { words.append("--dry-run") }
    for (option, text) in spellings { words += ["--\(option)", text] }
    return words
  }

  /// When a virtual plant stops, in its own time: at `--until`, or when `--for` is over at its speed.
  var plantEnd: Nanoseconds? {
    let byWall = length.flatMap { length -> Nanoseconds? in
      let (time, overflow) = length.rawValue.multipliedReportingOverflow(by: Int64(speed))
      return speed == 0 || overflow ? nil : Nanoseconds(time)
    }
    return [byWall, until].compactMap(\.self).min()
  }

  /// How the control thread is to work for this run.
  func settings(for control: HardwareProfile.Control) -> ControlSettings {
    let isVirtual = backend == .simulated
    // The plant ends by itself where its speed is known, at the same piece on any computer. One that cannot keep
    // up its speed takes longer; the wall's clock ends it only when that is no longer in sight.
    let wall = isVirtual && speed > 0 ? length.map { $0 + min($0, .seconds(3600)) + .seconds(10) } : length
    let real = [length, until].compactMap(\.self).min()
    var settings = ControlSettings(
      period: control.cycle, leastMargin: control.minimumMargin, isEager: isVirtual && isFast,
      length: isVirtual ? wall : real)
    settings.runsEmpty = arms
    return settings
  }

  /// Whether the virtual plant runs so fast that a control cycle with a period would hold it up.
  var isFast: Bool { speed == 0 || speed > 10 }
}
