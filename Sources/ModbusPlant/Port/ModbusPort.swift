import ControlRuntime
import Quantities
import RegisterMap
import SorterModel
import Synchronization

/// A real machine over Modbus, or the virtual PLC: a thread of its own between the rings and the connection.
///
/// The thread polls, hands inputs on, and sends commands as soon as they come. It never touches the control
/// thread but through the rings and `signals`; a machine that does not answer delays nobody else.
public final class ModbusPort: PlantPort, @unchecked Sendable {
  /// What both sides share; readable from any thread.
  public let signals: PortSignals
  /// The control thread's ends of the rings, taken once.
  public let control: PortEnds<ControlSide>
  /// A machine of its own: inputs carry the time at which they were read, and there is no ground truth.
  public var isVirtual: Bool { false }
  /// Where the machine is, as it is shown.
  public let device: ModbusDevice

  private let profile: HardwareProfile
  private let registers: RegisterMap
  private let settings: ModbusSettings
  private let endpoint: ModbusEndpoint
  private let options: PortOptions
  // Taken out once, by the port's thread.
  private let side: Mutex<PortSide?>
  private let shared = Mutex(PortOverview())
  // Started and stopped from one thread: whoever owns the port.
  private var thread: PosixThread?

  /// A port for a machine; it connects after `start`.
  ///
  /// - registers: the profile's register map.
  /// - device: another place than the profile's, as `--connect` gives it.
  public init(
    profile: HardwareProfile, registers: RegisterMap, options: PortOptions = PortOptions(),
    device: ModbusDevice? = nil
  ) throws(PortError) {
    guard var settings = profile.modbus else { throw .noModbus(profile.name) }
    settings.device = device ?? settings.device
    self.settings = settings
    self.device = settings.device
    endpoint = try settings.device.endpoint()
    try Self.checkLayout(registers, settings, profile)
    self.profile = profile
    self.registers = registers
    self.options = options
    let rings = PortRings.make(slots: options.ringSlots)
    control = rings.control
    let side = rings.port.take()
    signals = side.signals
    self.side = Mutex(consume side)
  }

  private static func checkLayout(
    _ registers: RegisterMap, _ settings: ModbusSettings, _ profile: HardwareProfile
  ) throws(PortError) {
    do throws(LayoutFault) {
      switch profile.control.mode {
      case .assigned: _ = try AssignedLayout(registers, unit: settings.unit, bins: profile.bins.count)
      case .direct: _ = try DirectLayout(registers, unit: settings.unit, profile: profile)
      }
    } catch {
      throw .layout(error)
    }
  }

  /// What is known of the machine and what became of the commands; up to a tenth of a second old.
  public var overview: PortOverview { shared.withLock { $0 } }

  /// The pre-flight checks once they were made; nil before. `signals.mayDrive` should wait for it to pass.
  public var preflight: PreflightReport? {
    shared.withLock { $0.isChecked ? $0.preflight : nil }
  }

  /// Starts the port's thread, which connects by itself; called once.
  ///
  /// - Throws: `PortError.noThread` when the system gives no thread.
  public func start() throws {
    guard let started = PosixThread({ [self] in run() }) else { throw PortError.noThread }
    thread = started
  }

  /// Disarms the machine, closes the connection and waits for the port's thread.
  public func stop() {
    signals.shouldStop.store(true, ordering: .releasing)
    if let running = thread.take() { running.join() }
  }

  private func run() {
    if options.wantsRealTime { RealTimePermission.raiseThread() }
    let began = signals.began.load(ordering: .acquiring)
    let origin = began != 0 ? began : MonotonicClock.now().rawValue
    let now = { Instant(MonotonicClock.now().rawValue - origin) }
    guard let session = makeSession() else { return }
    var next = now()
    var shownAt = Instant.start
    while !signals.shouldStop.load(ordering: .acquiring) {
      session.turn(at: now())
      let moment = now()
      if moment - shownAt > .milliseconds(50) {
        shownAt = moment
        let overview = session.overview
        shared.withLock { $0 = overview }
      }
      // A turn that took longer than a period does not make the next ones follow without a pause.
      next = max(next + settings.poll, moment)
      serve(session, until: next, origin, now)
    }
    session.end(at: now())
    let overview = session.overview
    shared.withLock { $0 = overview }
    signals.hasEnded.store(true, ordering: .releasing)
  }

  /// Between two polls: looks for commands every half a millisecond, and for diverters when they are due.
  private func serve(
    _ session: any PlantSession, until next: Instant, _ origin: Int64, _ now: () -> Instant
  ) {
    while !signals.shouldStop.load(ordering: .relaxed) {
      let moment = now()
      if moment >= next { return }
      session.serve(at: moment)
      var wake = min(next, moment + Self.slice)
      if let due = session.nextMoment { wake = min(wake, max(due, moment)) }
      MonotonicClock.sleep(until: Nanoseconds(wake.rawValue + origin))
    }
  }

  private static let slice = Nanoseconds(500_000)

  private func makeSession() -> (any PlantSession)? {
    guard let side = side.withLock({ $0.take() }) else { return nil }
    let client = ModbusClient(
      endpoint, unit: settings.unit,
      timeouts: ModbusTimeouts(
        connect: settings.connectTimeout, response: settings.responseTimeout, quiet: settings.quiet))
    let clock = { MonotonicClock.now().rawValue }
    let pause = { (time: Int64) in
      MonotonicClock.sleep(until: MonotonicClock.now() + Nanoseconds(time))
    }
    switch profile.control.mode {
    // The layouts were checked when the port was made.
    case .assigned:
      return try? AssignedSession(
        profile: profile, map: registers, settings: settings, transport: client, side: side,
        options: options, clock: clock, pause: pause)
    case .direct:
      return try? DirectSession(
        profile: profile, map: registers, settings: settings, transport: client, side: side,
        options: options, clock: clock, pause: pause)
    }
  }
}

/// Why a port cannot be made or started.
public enum PortError: Error, Hashable, Sendable {
  /// The profile has no `modbus` section.
  case noModbus(String)
  /// The register map lacks a point, or has one of the wrong size.
  case layout(LayoutFault)
  /// The device's address cannot be used.
  case badDevice(String)
  /// The system has no thread for it.
  case noThread
}

extension PortError: CustomStringConvertible {
  /// The error in plain words.
  public var description: String {
    switch self {
    case .noModbus(let profile):
      "the profile \(profile) has no modbus section: it says nowhere where the machine is"
    case .layout(let fault): "the register map does not fit the profile: \(fault)"
    case .badDevice(let why): why
    case .noThread: "the system has no thread left for the port"
    }
  }
}

extension ModbusDevice {
  /// The same place as the client names it.
  public func endpoint() throws(PortError) -> ModbusEndpoint {
    switch self {
    case .tcp(let host, let port):
      guard let port = UInt16(exactly: port), port > 0 else { throw .badDevice("\(port) is no TCP port") }
      return .tcp(host: host, port: port)
    case .rtu(let line):
      guard let parity = ModbusPlant.SerialLine.Parity(rawValue: line.parity.rawValue) else {
        throw .badDevice("\(line.parity.rawValue) is no parity")
      }
      do throws(ModbusFault) {
        return .rtu(
          try ModbusPlant.SerialLine(
            device: line.path, baud: line.baud, parity: parity, dataBits: line.dataBits,
            stopBits: line.stopBits))
      } catch {
        throw .badDevice(error.description)
      }
    }
  }
}
