import Quantities
import RegisterMap

/// Why a device did not carry out a request; the numbers are Modbus exception codes.
public enum RegisterRefusal: UInt8, Error, Hashable, Sendable {
  /// An address that the device does not have, or that may not be written.
  case illegalAddress = 2
  /// A value or a count that it does not take.
  case illegalValue = 3
  /// It is at work and cannot answer now.
  case busy = 6
}

/// The four tables of a device: what is there, what may be written, and what stands in it.
struct RegisterImage {
  private var coils = Cells()
  private var discretes = Cells()
  private var inputs = Cells()
  private var holdings = Cells()

  /// One table; a cell of a bit table holds 0 or 1.
  private struct Cells {
    var values: [UInt16] = []
    var access: [Access] = []
  }

  /// What may be done with an address.
  enum Access: UInt8 {
    case absent, read, readWrite
  }

  private subscript(table: RegisterTable) -> Cells {
    _read {
      switch table {
      case .coil: yield coils
      case .discrete: yield discretes
      case .input: yield inputs
      case .holding: yield holdings
      }
    }
    _modify {
      switch table {
      case .coil: yield &coils
      case .discrete: yield &discretes
      case .input: yield &inputs
      case .holding: yield &holdings
      }
    }
  }

  /// Makes a range of addresses exist, with zeros in it.
  mutating func add(_ table: RegisterTable, _ range: Range<Int>, isWritable: Bool) {
    let missing = range.upperBound - self[table].values.count
    if missing > 0 {
      self[table].values += Array(repeating: 0, count: missing)
      self[table].access += Array(repeating: .absent, count: missing)
    }
    for address in range { self[table].access[address] = isWritable ? .readWrite : .read }
  }

  /// Whether every address of a range exists (and may be written).
  func has(_ table: RegisterTable, _ range: Range<Int>, writable: Bool = false) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= self[table].access.count else { return false }
    return self[table].access[range].allSatisfy { writable ? $0 == .readWrite : $0 != .absent }
  }

  /// The values of a range that exists.
  func values(_ table: RegisterTable, _ range: Range<Int>) -> ArraySlice<UInt16> { self[table].values[range] }

  /// The value at an address that exists.
  func value(_ table: RegisterTable, _ address: Int) -> UInt16 { self[table].values[address] }

  /// Puts values at addresses that exist.
  mutating func put(_ values: some Collection<UInt16>, _ table: RegisterTable, at address: Int) {
    self[table].values.replaceSubrange(address..<address + values.count, with: values)
  }

  /// Puts a block at its place.
  mutating func put(_ block: some RegisterCoded, _ table: RegisterTable, at address: Int, _ order: ByteOrder)
  {
    block.encode(into: &self[table].values, at: address, order)
  }

  /// Takes a block from its place.
  func take<Block: RegisterCoded>(
    _ type: Block.Type, _ table: RegisterTable, at address: Int, _ order: ByteOrder
  ) -> Block? {
    Block(from: self[table].values, at: address, order)
  }

  /// Sets or clears one bit of the registers from `address` on.
  mutating func setBit(_ bit: Int, _ isOn: Bool, _ table: RegisterTable, at address: Int) {
    let place = address + bit / 16
    let mask: UInt16 = 1 << UInt16(bit % 16)
    if isOn { self[table].values[place] |= mask } else { self[table].values[place] &= ~mask }
  }

  /// Makes every cell zero, as after power came back.
  mutating func clear() {
    for table in RegisterTable.allCases {
      for address in self[table].values.indices { self[table].values[address] = 0 }
    }
  }
}
