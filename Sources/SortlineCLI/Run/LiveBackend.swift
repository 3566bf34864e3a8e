import ControlRuntime
import Experiments
import FileFormats
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
  /// - Parameters:
  ///   - slots: of each ring between the port and the control thread.
  ///   - resumption: what a controller that was cut short goes on from.
  init(_ options: RunOptions, _ inputs: RunInputs, slots: Int, resumption: PortResumption? = nil) throws {
    try MemoryNeed.ofRealTime(inputs.loaded.profile, slots: slots).check()
    switch options.backend {
    case .simulated:
      let mail = try inputs.loaded.openMail()
      self = .simulated(
        SimulatedPort(
          profile: inputs.loaded.profile, scenario: inputs.loaded.scenario, plan: inputs.plan,
          mail: inputs.supply(mail), until: options.plantEnd, speed: options.speed, slots: slots), mail)
    case .modbus:
      self = .modbus(try Self.machine(options, inputs, slots: slots, resumption))
    }
  }

  private static func machine(
    _ options: RunOptions, _ inputs: RunInputs, slots: Int, _ resumption: PortResumption?
  ) throws(CommandFailure) -> ModbusPort {
    let profile = inputs.loaded.profile
    guard ModbusLibrary.version != nil else {
      throw CommandFailure(
        .configuration, "this sortline was built without Modbus: it simulates, and drives no machine")
    }
    guard let registers = inputs.loaded.registers else {
      throw CommandFailure(
        .configuration, "\(printable(profile.name)) has no register map, so it cannot be driven over Modbus",
        advice: "A profile that can be driven has a 'modbus' section and a registers.csv beside it.")
    }
    var device: ModbusDevice?
    if let text = options.connect {
      do throws(ModbusDevice.Fault) {
        device =
          try text.hasPrefix("rtu:") || text.hasPrefix("tcp:")
          ? ModbusDevice(text) : ModbusDevice.network(text)
      } catch {
        throw CommandFailure(.usage, "--connect \(printable(text)): \(error.message)", advice: error.expected)
      }
    }
    var wanted = PortOptions()
    wanted.arms = options.arms
    wanted.isDryRun = options.isDryRun
    wanted.ringSlots = slots
    wanted.wantsRealTime = true
    wanted.resumption = resumption
    // Which number the owner has matters to nobody, as long as two controllers never have the same.
    wanted.seed = UInt64.random(in: .min ... .max)
    do throws(PortError) {
      return try ModbusPort(profile: profile, registers: registers, options: wanted, device: device)
    } catch {
      throw CommandFailure(.configuration, "\(error)")
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
