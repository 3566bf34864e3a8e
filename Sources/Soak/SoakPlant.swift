import Quantities
import RegisterMap
import Rehearsal
import SorterModel

/// What a soak asks of a device's program beside what any controller may: the truth about its machine.
protocol SoakedProgram: RehearsedDevice, ~Copyable {
  /// Whether outputs follow a controller.
  var isArmed: Bool { get }
  /// Whether all mail has been fed and has left the machine.
  var isFinished: Bool { get }
  /// The plant's time; nil until the machine has started.
  var plantTime: Instant? { get }
  /// The encoder's count.
  var encoderCount: UInt32 { get }
  /// The number of the newest event; 0 for a machine that has none.
  var eventCount: UInt16 { get }
  /// Whether a fault of the device stands.
  func isOn(_ fault: DeviceFault.Kind) -> Bool
  /// Takes the pieces that ended since the last time.
  mutating func takeEndings() -> [PLCPiece]
  /// A person takes a piece off the belt and tells nobody; false where none can be reached.
  mutating func takeOff() -> Bool
}

extension PLCProgram: SoakedProgram {
  var eventCount: UInt16 { counters.events }
}

extension RemoteIOProgram: SoakedProgram {
  var eventCount: UInt16 { 0 }
}

/// A machine as a world steps it, whoever tracks its pieces.
protocol SoakPlant: AnyObject {
  /// Lets everything happen that is due by a time.
  func step(to time: Int64)
  /// Reads registers (bits as 0 and 1) at a time.
  func read(
    _ table: RegisterTable, at address: Int, count: Int, at time: Int64
  ) -> Result<[UInt16], RegisterRefusal>
  /// Writes registers (bits as 0 and 1) at a time.
  func write(_ table: RegisterTable, at address: Int, _ values: [UInt16], at time: Int64) -> RegisterRefusal?
  /// The machine's own account.
  var totals: PLCAccount { get }
  /// How it is, in the words of the status block.
  func presentStatus() -> MachineBlock
  // The rest is what `SoakedProgram` says.
  var isArmed: Bool { get }
  var isFinished: Bool { get }
  var plantTime: Instant? { get }
  var encoderCount: UInt32 { get }
  var eventCount: UInt16 { get }
  func isOn(_ fault: DeviceFault.Kind) -> Bool
  func takeEndings() -> [PLCPiece]
  func takeOff() -> Bool
}

/// A program at its place in memory.
final class ProgramPlant<Program: SoakedProgram & ~Copyable>: SoakPlant {
  var program: Program

  init(_ program: consuming Program) { self.program = program }

  func step(to time: Int64) { program.step(to: time) }

  func read(
    _ table: RegisterTable, at address: Int, count: Int, at time: Int64
  ) -> Result<[UInt16], RegisterRefusal> {
    program.read(table, at: address, count: count, at: time).map { Array($0) }
  }

  func write(_ table: RegisterTable, at address: Int, _ values: [UInt16], at time: Int64) -> RegisterRefusal?
  {
    program.write(table, at: address, values, at: time)
  }

  func presentStatus() -> MachineBlock { program.presentStatus() }
  var totals: PLCAccount { program.totals }
  var isArmed: Bool { program.isArmed }
  var isFinished: Bool { program.isFinished }
  var plantTime: Instant? { program.plantTime }
  var encoderCount: UInt32 { program.encoderCount }
  var eventCount: UInt16 { program.eventCount }
  func isOn(_ fault: DeviceFault.Kind) -> Bool { program.isOn(fault) }
  func takeEndings() -> [PLCPiece] { program.takeEndings() }
  func takeOff() -> Bool { program.takeOff() }
}
