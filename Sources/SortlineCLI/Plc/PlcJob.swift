import FileFormats
import Glibc
import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal
import Simulation
import SorterModel
import Telemetry

/// One virtual PLC from its files to its closing account.
struct PlcJob {
  let options: PlcOptions
  let console: Console

  /// What is rehearsed.
  private struct Rehearsed: Sendable {
    var profile: HardwareProfile
    var scenario: Scenario
    var registers: RegisterMap
    /// The scenario as it was read; nil for a machine alone.
    var loaded: LoadedScenario?

    /// The mail from its beginning.
    func openMail() throws(InvalidInput) -> any MailSupply {
      if let file = try loaded?.openMail() { return file }
      guard case .generated(let generation) = scenario.mail else {
        preconditionFailure("a scenario with a mail file opened none")
      }
      return GeneratedMail(generation, seed: scenario.seed, startsAt: scenario.startsAt)
    }
  }

  /// Loads, listens, says that it is ready, and runs until its time is over or a signal comes.
  func run() throws -> ExitCode {
    let rehearsed = try load()
    let epoch = Self.newEpoch()
    switch rehearsed.profile.control.mode {
    case .assigned: return try run(VirtualPLC(try Self.assigned(rehearsed, options, epoch)), rehearsed, epoch)
    case .direct: return try run(VirtualPLC(try Self.direct(rehearsed, options)), rehearsed, epoch)
    }
  }

  private func run<Program: RehearsedDevice & SendableMetatype & ~Copyable>(
    _ plc: VirtualPLC<Program>, _ rehearsed: Rehearsed, _ epoch: UInt16
  ) throws -> ExitCode {
    let bank = PlcBank(plc)
    let speaker = try options.scannerFeed.map { address throws(CommandFailure) in
      try ScannerSpeaker(address, allowsBeyondLoopback: options.allowsBeyondLoopback)
    }
    var servers: [ModbusServer] = []
    defer { for server in servers { server.stop() } }
    for endpoint in [options.listen, options.serial].compactMap(\.self) {
      servers.append(try start(endpoint, bank, rehearsed.profile))
    }
    do throws(RecorderError) {
      try plc.start(wantsRealTime: true)
    } catch {
      throw CommandFailure(.internalError, "\(error)")
    }
    defer { plc.stop() }
    tellReady(rehearsed, servers, epoch, scannerPort: speaker?.port)
    watch(plc, speaker)
    for server in servers { server.stop() }
    plc.stop()
    // Asked once, for it moves the plant on: the pieces belong to this account.
    let account = plc.totals.account
    try writePieces(plc.endings, rehearsed.profile)
    let table = PlcAccountTable(
      title:
        "\(printable(rehearsed.scenario.name)) on \(printable(rehearsed.profile.name)), the machine's account",
      account: account, isDirect: rehearsed.profile.control.mode == .direct,
      requests: servers.reduce(0) { $0 + $1.requestsAnswered })
    for line in table.lines(for: console.outTraits) { console.print(line) }
    return .ok
  }

  private func load() throws -> Rehearsed {
    let library = Library(environmentHome: console.environment["SORTLINE_HOME"])
    guard let name = options.scenario else {
      let loaded = try library.loadMachine(options.profile ?? "")
      tell(loaded.remarks)
      let scenario = Scenario.generic(for: loaded.profile, seed: options.seed ?? 1)
      return Rehearsed(
        profile: loaded.profile, scenario: scenario, registers: try map(loaded.registers, loaded.profile))
    }
    let loaded = try library.loadScenario(
      name, overriding: ScenarioOverrides(profile: options.profile, mail: options.mail, seed: options.seed))
    tell(loaded.remarks)
    return Rehearsed(
      profile: loaded.profile, scenario: loaded.scenario,
      registers: try map(loaded.registers, loaded.profile),
      loaded: loaded)
  }

  private func tell(_ remarks: [Diagnostic]) {
    if !options.isQuiet { for remark in remarks { console.note(remark.description) } }
  }

  private func map(_ registers: RegisterMap?, _ profile: HardwareProfile) throws(CommandFailure)
    -> RegisterMap
  {
    if let registers { return registers }
    throw CommandFailure(
      .configuration, "the machine \(printable(profile.name)) has no register map, so it cannot be driven",
      advice: "Give its profile a modbus section, and a registers.csv beside it.")
  }

  private static func assigned(
    _ rehearsed: Rehearsed, _ options: PlcOptions, _ epoch: UInt16
  ) throws -> sending PLCProgram {
    if let odd = options.faults.first(where: { !$0.kind.befallsPLC }) {
      throw CommandFailure(
        .usage, "the machine is a PLC with a program and has no \(odd.kind.rawValue)",
        advice: "Such faults befall remote input and output: a machine that is driven directly.")
    }
    let layout: PLCLayout
    do throws(PLCLayoutError) {
      layout = try PLCLayout(rehearsed.registers, bins: rehearsed.profile.bins.count)
    } catch {
      throw CommandFailure(.configuration, "the register map: \(error)")
    }
    return PLCProgram(
      profile: rehearsed.profile, scenario: rehearsed.scenario, mail: try rehearsed.openMail(),
      layout: layout,
      settings: settings(rehearsed, options, epoch), at: VirtualPLC<PLCProgram>.now)
  }

  private static func direct(_ rehearsed: Rehearsed, _ options: PlcOptions) throws -> sending RemoteIOProgram
  {
    let layout: RemoteIOLayout
    do throws(PLCLayoutError) {
      layout = try RemoteIOLayout(rehearsed.registers, for: rehearsed.profile)
    } catch {
      throw CommandFailure(.configuration, "the register map: \(error)")
    }
    if let odd = options.faults.first(where: { !$0.kind.befallsRemoteIO }) {
      let known = DeviceFault.Kind.allCases.filter(\.befallsRemoteIO).map(\.rawValue)
      throw CommandFailure(
        .usage, "the machine is driven directly and has no \(odd.kind.rawValue)",
        advice: "Remote input and output knows \(known.joined(separator: ", ")).")
    }
    return RemoteIOProgram(
      profile: rehearsed.profile, scenario: rehearsed.scenario, mail: try rehearsed.openMail(),
      layout: layout,
      settings: settings(rehearsed, options, 1), at: VirtualPLC<RemoteIOProgram>.now)
  }

  private static func settings(_ rehearsed: Rehearsed, _ options: PlcOptions, _ epoch: UInt16) -> PLCSettings
  {
    let watchdog = rehearsed.profile.modbus?.watchdog ?? .milliseconds(300)
    return PLCSettings(
      epoch: epoch, watchdogMilliseconds: UInt16(clamping: watchdog.rawValue / 1_000_000),
      encoderStart: options.encoderStart, speed: options.speed, feedsAtOnce: options.feedsAtOnce,
      faults: options.faults, keepsPieces: options.pieces != nil, hasOwnScanner: options.scannerFeed != nil)
  }

  private func start(
    _ endpoint: ModbusEndpoint, _ bank: any RegisterBank, _ profile: HardwareProfile
  ) throws(CommandFailure) -> ModbusServer {
    var settings = ModbusServerSettings(endpoint, allowBeyondLoopback: options.allowsBeyondLoopback)
    let unit = profile.modbus?.unit ?? 1
    if case .rtu = endpoint { settings.units = unit...unit }
    if let limits = profile.modbus?.limits {
      settings.limits = ModbusRequestLimits(
        readRegisters: limits.readRegisters, writeRegisters: limits.writeRegisters, readBits: limits.readBits,
        writeBits: limits.writeBits)
    }
    settings.wantsRealTime = true
    let server = ModbusServer(settings, bank: bank)
    do throws(ModbusServerError) {
      try server.start()
    } catch {
      var advice = ""
      var code = ExitCode.unavailable
      switch error {
      case .beyondLoopback:
        code = .configuration
        advice =
          "--allow-beyond-loopback allows it; anybody who reaches the port can then drive this machine."
      case .cannotListen(errno: EADDRINUSE):
        advice = "Another program has this port; port 0 lets the system choose a free one."
      default: break
      }
      throw CommandFailure(code, "\(endpoint): \(error)", advice: advice)
    }
    return server
  }

  /// The one line on standard output that says that controllers may come.
  private func tellReady(
    _ rehearsed: Rehearsed, _ servers: [ModbusServer], _ epoch: UInt16, scannerPort: UInt16?
  ) {
    var places: [String] = []
    for server in servers {
      if case .tcp(let host, _) = server.settings.endpoint {
        places.append(ModbusEndpoint.tcp(host: host, port: server.port).description)
      } else {
        places.append(server.settings.endpoint.description)
      }
    }
    console.print(
      "ready: \(printable(rehearsed.profile.name)) on \(places.joined(separator: " and ")), "
        + "\(rehearsed.profile.bins.count) bins, scenario \(printable(rehearsed.scenario.name)), "
        + "seed \(rehearsed.scenario.seed), epoch \(epoch)"
        + (scannerPort.map { ", scanner on port \($0)" } ?? ""))
    console.out.flush()
  }

  /// Waits until the time is over or a signal comes, and shows the state meanwhile.
  private func watch<Program: RehearsedDevice & SendableMetatype & ~Copyable>(
    _ plc: VirtualPLC<Program>, _ speaker: ScannerSpeaker?
  ) {
    let started = monotonicNow()
    let display = PlcDisplay(console: console, isQuiet: options.isQuiet)
    while !Interruption.isRequested {
      let now = monotonicNow()
      if let lasts = options.lasts, now - started >= lasts { break }
      display.update(now) { plc.totals }
      let readings = plc.takeReadings()
      speaker?.tell(readings)
      // A signal ends the pause at once.
      var pause = timespec(tv_sec: 0, tv_nsec: speaker == nil ? 20_000_000 : 2_000_000)
      _ = unsafe nanosleep(&pause, nil)
    }
    display.finish { plc.totals }
  }

  private func writePieces(_ endings: [PLCPiece], _ profile: HardwareProfile) throws(CommandFailure) {
    guard let path = options.pieces else { return }
    var text = "piece,ended,bin\r\n"
    for piece in endings {
      let bin = piece.bin == .none ? "" : profile.bins[piece.bin.index].name
      text += "\(piece.piece.rawValue),\(piece.ending),\(bin)\r\n"
    }
    try writeWhole(Array(text.utf8), to: path)
  }

  /// Another number after each start: tenths of a second of the wall clock, which repeat after 109 minutes.
  private static func newEpoch() -> UInt16 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    let tenths = UInt64(time.tv_sec) * 10 + UInt64(time.tv_nsec) / 100_000_000
    return UInt16(tenths % 65_535) + 1
  }
}
