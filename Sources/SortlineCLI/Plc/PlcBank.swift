import ModbusPlant
import RegisterMap
import Rehearsal

/// Answers Modbus requests out of a virtual PLC.
final class PlcBank<Program: RehearsedDevice & SendableMetatype & ~Copyable>: RegisterBank {
  private let plc: VirtualPLC<Program>

  /// A bank over a PLC.
  init(_ plc: VirtualPLC<Program>) { self.plc = plc }

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) -> ModbusException? {
    take(plc.read(RegisterTable(table), at: Int(address), count: count), into: &values)
  }

  func write(_ table: ModbusTable, at address: UInt16, values: Span<UInt16>) -> ModbusException? {
    plc.write(RegisterTable(table), at: Int(address), Self.array(values)).map(ModbusException.init)
  }

  func exchange(
    write values: Span<UInt16>, at address: UInt16, readAt: UInt16, count: Int,
    into read: inout MutableSpan<UInt16>
  ) -> ModbusException? {
    take(
      plc.exchange(
        writing: Self.array(values), at: Int(address), readingAt: Int(readAt), count: count), into: &read)
  }

  private func take(
    _ result: Result<ArraySlice<UInt16>, RegisterRefusal>, into values: inout MutableSpan<UInt16>
  ) -> ModbusException? {
    switch result {
    case .failure(let refusal): return ModbusException(refusal)
    case .success(let found):
      for (index, value) in found.enumerated() { values[index] = value }
      return nil
    }
  }

  private static func array(_ values: Span<UInt16>) -> [UInt16] { values.indices.map { values[$0] } }
}

extension RegisterTable {
  /// The table of the protocol in the words of a register map.
  init(_ table: ModbusTable) {
    switch table {
    case .coil: self = .coil
    case .discrete: self = .discrete
    case .input: self = .input
    case .holding: self = .holding
    }
  }
}

extension ModbusException {
  /// The refusal in the protocol's words.
  init(_ refusal: RegisterRefusal) {
    switch refusal {
    case .illegalAddress: self = .illegalAddress
    case .illegalValue: self = .illegalValue
    case .busy: self = .deviceBusy
    }
  }
}
