import ControlRuntime
import FileFormats
import Glibc
import ModbusPlant
import Quantities
import Rehearsal
import RingBuffer
import SorterModel
import Telemetry

/// The machine that a run drives: the virtual plant in this process, or one behind Modbus.
enum LiveBackend {
  /// The virtual plant, with its mail file where it has one.
  case simulated(SimulatedPort, MailFile?)
  /// A machine, or the virtual PLC.
  case modbus(ModbusPort)

  /// Makes the backend that the options ask for; nothing is started.
  ///
  /// - Parameter slots: of each ring between the port and the control thread.
  init(_ options: RunOptions, _ inputs: RunInputs, slots: Int) throws {
    switch options.backend {
    case .simulated:
      let mail = try inputs.loaded.openMail()
      self = .simulated(
        SimulatedPort(
          profile: inputs.loaded.profile, scenario: inputs.loaded.scenario, plan: inputs.plan,
          mail: inputs.supply(mail), until: options.plantEnd, speed: options.speed, slots: slots), mail)
    case .modbus:
      self = .modbus(try Self.modbusPort(options, inputs, slots: slots))
    }
  }

  private static func modbusPort(
    _ options: RunOptions, _ inputs: RunInputs, slots: Int
  ) throws -> ModbusPort {
    let profile = inputs.loaded.profile
    guard let registers = inputs.loaded.registers else {
      throw CommandFailure(
        .configuration, "the profile \(quoted(profile.name)) has no register map",
        advice: "Give its profile.json5 a \"modbus\" section, and a map: 'sortline map --draft' makes one.")
    }
    var port = PortOptions()
    port.arms = options.arms
    port.isDryRun = options.isDryRun
    port.ringSlots = slots
    // Any number does, as long as two controllers are not likely to draw the same.
    port.seed = UInt64(bitPattern: MonotonicClock.now().rawValue) ^ UInt64(getpid())
    do {
      let device = try options.connect.map { text throws(ModbusDevice.Fault) in
        try text.hasPrefix("rtu:") || text.hasPrefix("tcp:") ? ModbusDevice(text) : .network(text)
      }
      let made = try ModbusPort(profile: profile, registers: registers, options: port, device: device)
      made.signals.mayDrive.store(options.arms && !options.isDryRun, ordering: .relaxed)
      return made
    } catch let fault as ModbusDevice.Fault {
      throw UsageError("--connect: \(fault.message)", advice: "It takes \(fault.expected).", command: "run")
    } catch let error as PortError {
      throw CommandFailure(.configuration, error.description)
    }
  }

  /// The port of the machine.
  var port: any PlantPort {
    switch self {
    case .simulated(let port, _): port
    case .modbus(let port): port
    }
  }

  /// The mail file of a virtual plant, where it has one.
  var mail: MailFile? {
    guard case .simulated(_, let mail) = self else { return nil }
    return mail
  }

  /// Why the run ended, in the summary's words.
  func ending(_ end: ControlEnd) -> RunEnding {
    switch end.cause {
    case .timeIsUp: return .timeIsUp
    case .stopped: return .interrupted
    case .journalStalled, .journalFailed: return .stopped
    case .portEnded: break
    }
    guard case .simulated(let port, _) = self, let ending = port.ending else { return .stopped }
    return RunEnding(ending.cause)
  }

  /// The pieces still on the machine, where the plant can count them.
  var onMachine: Int? {
    guard case .simulated(let port, _) = self else { return nil }
    return port.ending?.onMachine
  }

  /// The slots that the rings to the port need: the profile's stall, and every command of one step.
  static func slots(for profile: HardwareProfile) -> Int {
    let size = RingSize(
      ratedPiecesPerHour: profile.ratedPiecesPerHour, recordsPerPiece: profile.control.recordsPerPiece,
      stallNanoseconds: profile.control.stallToRideOut.rawValue)
    return max(size?.slots ?? 0, ControlLoop.leastSlots(for: profile))
  }
}
