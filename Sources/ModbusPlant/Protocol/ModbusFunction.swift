/// A Modbus function that sortline asks for or answers, with its code from the application protocol 1.1b3.
public enum ModbusFunction: UInt8, CaseIterable, Hashable, Sendable {
  /// Function 1: reads coils.
  case readCoils = 1
  /// Function 2: reads discrete inputs.
  case readDiscreteInputs = 2
  /// Function 3: reads holding registers.
  case readHoldingRegisters = 3
  /// Function 4: reads input registers.
  case readInputRegisters = 4
  /// Function 5: writes one coil.
  case writeCoil = 5
  /// Function 6: writes one holding register.
  case writeRegister = 6
  /// Serial lines only: sub-function 0 returns what was sent, which shows that nothing older is on its way.
  case diagnostics = 8
  /// Function 15: writes coils.
  case writeCoils = 15
  /// Function 16: writes holding registers.
  case writeRegisters = 16
  /// Function 22: changes single bits of a holding register.
  case maskRegister = 22
  /// Function 23: writes holding registers, then reads some.
  case readWriteRegisters = 23

  /// What the function does, as in `read holding registers`.
  public var name: String {
    switch self {
    case .readCoils: "read coils"
    case .readDiscreteInputs: "read discrete inputs"
    case .readHoldingRegisters: "read holding registers"
    case .readInputRegisters: "read input registers"
    case .writeCoil: "write one coil"
    case .writeRegister: "write one register"
    case .diagnostics: "diagnostics"
    case .writeCoils: "write coils"
    case .writeRegisters: "write registers"
    case .maskRegister: "mask a register"
    case .readWriteRegisters: "write and read registers"
    }
  }

  /// The most values that one request of this function reads, by the protocol; 0 for one that reads none.
  public var mostRead: Int {
    switch self {
    case .readCoils, .readDiscreteInputs: 2_000
    case .readHoldingRegisters, .readInputRegisters, .readWriteRegisters: 125
    default: 0
    }
  }

  /// The most values that one request of this function writes, by the protocol; 0 for one that writes none.
  public var mostWritten: Int {
    switch self {
    case .writeCoil, .writeRegister, .maskRegister: 1
    case .writeCoils: 1_968
    case .writeRegisters: 123
    case .readWriteRegisters: 121
    default: 0
    }
  }
}
