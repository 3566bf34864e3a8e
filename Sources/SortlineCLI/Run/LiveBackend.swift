import ControlRuntime
import FileFormats
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
  case modbus(any PlantPort)

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
      throw CommandFailure(.configuration, "the Modbus backend is not part of this build")
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
