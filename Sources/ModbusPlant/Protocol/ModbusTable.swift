/// One of the four tables of a Modbus device; addresses in each begin at 0.
public enum ModbusTable: UInt8, CaseIterable, Hashable, Sendable {
  /// Single bits that can be read and written (functions 1, 5, 15; references 00001 and up).
  case coil
  /// Single bits that can only be read (function 2; references 10001 and up).
  case discrete
  /// 16-bit registers that can only be read (function 4; references 30001 and up).
  case input
  /// 16-bit registers that can be read and written (functions 3, 6, 16, 22, 23; references 40001 and up).
  case holding

  /// Whether the table holds single bits; the others hold 16-bit registers.
  public var holdsBits: Bool { self == .coil || self == .discrete }

  /// Whether the protocol has functions that write to it.
  public var isWritable: Bool { self == .coil || self == .holding }

  /// The name that a register map uses: `coil`, `discrete`, `input` or `holding`.
  public var name: String {
    switch self {
    case .coil: "coil"
    case .discrete: "discrete"
    case .input: "input"
    case .holding: "holding"
    }
  }

  /// The function that reads this table.
  var readFunction: ModbusFunction {
    switch self {
    case .coil: .readCoils
    case .discrete: .readDiscreteInputs
    case .input: .readInputRegisters
    case .holding: .readHoldingRegisters
    }
  }
}
