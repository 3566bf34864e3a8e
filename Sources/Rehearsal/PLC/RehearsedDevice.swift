import Quantities
import RegisterMap
import SorterModel

/// A device with a plant behind it, stepped by a time that is given: a PLC's program, or plain remote input and output.
public protocol RehearsedDevice: ~Copyable {
  /// Lets everything happen that is due by a time, in nanoseconds of a monotonic clock.
  mutating func step(to time: Int64)
  /// The time at which something is next due by itself; `Int64.max` where nothing is.
  var nextDue: Int64 { get }
  /// Reads registers (bits as 0 and 1) at a time.
  mutating func read(
    _ table: RegisterTable, at address: Int, count: Int, at time: Int64
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal>
  /// Writes registers (bits as 0 and 1) at a time: all of them or none.
  mutating func write(
    _ table: RegisterTable, at address: Int, _ values: some RandomAccessCollection<UInt16>, at time: Int64
  ) -> RegisterRefusal?
  /// What the machine has done so far.
  var totals: PLCAccount { get }
  /// Where pieces ended, in the order of ending; empty unless that is kept.
  var endings: [PLCPiece] { get }
  /// How the machine is, in the words of the status block.
  mutating func presentStatus() -> MachineBlock
  /// Takes the readings that the scanner has made and nobody has been told.
  mutating func takeReadings() -> [ScannerReading]
}

extension RehearsedDevice where Self: ~Copyable {
  /// Writes holding registers and then reads some, with nothing in between (function 23).
  public mutating func exchange(
    writing values: some RandomAccessCollection<UInt16>, at address: Int, readingAt readAddress: Int,
    count: Int,
    at time: Int64
  ) -> Result<ArraySlice<UInt16>, RegisterRefusal> {
    if let refusal = write(.holding, at: address, values, at: time) { return .failure(refusal) }
    return read(.holding, at: readAddress, count: count, at: time)
  }
}

extension PLCProgram: RehearsedDevice {
  /// The status block as it is at the last step.
  public mutating func presentStatus() -> MachineBlock {
    refreshStatus()
    return shown
  }

  /// Takes the readings of a scanner with a wire of its own; others are told among the events.
  public mutating func takeReadings() -> [ScannerReading] {
    if readings.isEmpty { return [] }
    defer { readings.removeAll(keepingCapacity: true) }
    return readings
  }
}
