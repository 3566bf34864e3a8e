import FileFormats
import Glibc
import ModbusPlant
import Quantities
import RegisterMap
import Rehearsal
import Simulation
import SorterModel

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
    let plc = VirtualPLC(try Self.program(rehearsed, options, epoch))
    let bank = PlcBank(plc)
    var servers: [ModbusServer] = []
    defer { for server in servers { server.stop() } }
    for endpoint in [options.listen, options.serial].compactMap(\.self) {
      servers.append(try start(endpoint, bank, rehearsed.profile))
    }
    let code = plc.start()
    if code != 0 {
      throw CommandFailure(.internalError, "the system gives no thread: \(describeError(code))")
    }
    defer { plc.stop() }
    tellReady(rehearsed, servers, epoch)
    watch(plc)
    for server in servers { server.stop() }
    plc.stop()
    // Asked once, for it moves the plant on: the pieces belong to this account.
    let account = plc.totals.account
    try writePieces(plc, rehearsed.profile)
    let table = PlcAccountTable(
      title:
        "\(printable(rehearsed.scenario.name)) on \(printable(rehearsed.profile.name)), the machine's account",
      account: account, requests: servers.reduce(0) { $0 + $1.requestsAnswered })
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

  private static func program(
    _ rehearsed: Rehearsed, _ options: PlcOptions, _ epoch: UInt16
  ) throws -> sending PLCProgram {
    let layout: PLCLayout
    do throws(PLCLayoutError) {
      layout = try PLCLayout(rehearsed.registers, bins: rehearsed.profile.bins.count)
    } catch {
      throw CommandFailure(.configuration, "the register map: \(error)")
    }
    let watchdog = rehearsed.profile.modbus?.watchdog ?? .milliseconds(300)
    return PLCProgram(
      profile: rehearsed.profile, scenario: rehearsed.scenario, mail: try rehearsed.openMail(),
      layout: layout,
      settings: PLCSettings(
        epoch: epoch, watchdogMilliseconds: UInt16(clamping: watchdog.rawValue / 1_000_000),
        encoderStart: options.encoderStart, speed: options.speed, feedsAtOnce: options.feedsAtOnce,
        faults: options.faults, keepsPieces: options.pieces != nil), at: VirtualPLC.now)
  }

  private func start(
    _ endpoint: ModbusEndpoint, _ bank: PlcBank, _ profile: HardwareProfile
  ) throws(CommandFailure) -> ModbusServer {
    var settings = ModbusServerSettings(endpoint, allowBeyondLoopback: options.allowsBeyondLoopback)
    let unit = profile.modbus?.unit ?? 1
    if case .rtu = endpoint { settings.units = unit...unit }
    if let limits = profile.modbus?.limits {
      settings.limits = ModbusRequestLimits(
        readRegisters: limits.readRegisters, writeRegisters: limits.writeRegisters, readBits: limits.readBits,
        writeBits: limits.writeBits)
    }
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
  private func tellReady(_ rehearsed: Rehearsed, _ servers: [ModbusServer], _ epoch: UInt16) {
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
        + "seed \(rehearsed.scenario.seed), epoch \(epoch)")
    console.out.flush()
  }

  /// Waits until the time is over or a signal comes, and shows the state meanwhile.
  private func watch(_ plc: VirtualPLC) {
    let started = monotonicNow()
    let display = PlcDisplay(console: console, isQuiet: options.isQuiet)
    while !Interruption.isRequested {
      let now = monotonicNow()
      if let lasts = options.lasts, now - started >= lasts { break }
      display.update(plc, now)
      var pause = timespec(tv_sec: 0, tv_nsec: 20_000_000)
      // A signal ends the pause at once.
      _ = unsafe nanosleep(&pause, nil)
    }
    display.finish(plc)
  }

  private func writePieces(_ plc: VirtualPLC, _ profile: HardwareProfile) throws(CommandFailure) {
    guard let path = options.pieces else { return }
    var text = "piece,ended,bin\r\n"
    for piece in plc.endings {
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
