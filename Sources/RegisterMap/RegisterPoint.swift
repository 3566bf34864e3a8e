import Quantities

/// One named value of a device: where it lies, how it is coded and what may be done with it.
public struct RegisterPoint: Hashable, Sendable {
  /// Its name, such as `machine.encoder`; unique in a map.
  public var name: String
  /// The device it belongs to, by the name that the profile gives it.
  public var device: String
  /// The Modbus unit id, 0 to 255.
  public var unit: UInt8
  /// The table it lies in.
  public var table: RegisterTable
  /// Its first wire address, counted from 0.
  public var address: UInt16
  /// The bit of a register that it is, 0 to 15; nil where it is whole registers or a coil.
  public var bit: UInt8?
  /// How its registers are to be read.
  public var type: PointType
  /// How a value of several registers is laid out.
  public var byteOrder: ByteOrder
  /// What a raw number is multiplied by, in millionths, for people to read.
  public var scaleMicros: Int64
  /// What is added after scaling, in millionths.
  public var offsetMicros: Int64
  /// Whether it may be written.
  public var access: PointAccess
  /// Points of one group are read in one request where the device allows it; empty for none.
  public var pollGroup: String
  /// What its output is to do when the link is lost; nil where nothing is stated, as for what is only read.
  public var onLinkLoss: LinkLossAction?
  /// For people.
  public var about: String

  /// A point; those things that most points share have their usual values.
  public init(
    _ name: String, _ table: RegisterTable, _ address: UInt16, _ type: PointType = .u16,
    device: String = "plc", unit: UInt8 = 1, bit: UInt8? = nil, byteOrder: ByteOrder = .abcd,
    scaleMicros: Int64 = 1_000_000, offsetMicros: Int64 = 0, access: PointAccess = .read,
    pollGroup: String = "", onLinkLoss: LinkLossAction? = nil, about: String = ""
  ) {
    self.name = name
    self.device = device
    self.unit = unit
    self.table = table
    self.address = address
    self.bit = bit
    self.type = type
    self.byteOrder = byteOrder
    self.scaleMicros = scaleMicros
    self.offsetMicros = offsetMicros
    self.access = access
    self.pollGroup = pollGroup
    self.onLinkLoss = onLinkLoss
    self.about = about
  }

  /// The wire addresses that it takes up.
  public var addresses: Range<Int> { Int(address)..<Int(address) + type.addressCount }

  /// The first address in the old notation that counts from 1: `40001`, or `400001` with six digits.
  public var reference: String { table.reference(to: Int(address)) }
}

/// The four tables of the Modbus data model.
public enum RegisterTable: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Single bits that can be read and written (functions 1, 5, 15).
  case coil
  /// Single bits that can be read (function 2).
  case discrete
  /// 16-bit registers that can be read (function 4).
  case input
  /// 16-bit registers that can be read and written (functions 3, 6, 16, 22, 23).
  case holding

  /// Whether an address of the table is one bit.
  public var isBits: Bool { self == .coil || self == .discrete }

  /// The leading digit of the old 40001-style notation.
  public var referenceDigit: Int {
    switch self {
    case .coil: 0
    case .discrete: 1
    case .input: 3
    case .holding: 4
    }
  }

  /// A wire address in the notation that counts from 1, with five digits where they do and six elsewhere.
  public func reference(to address: Int) -> String {
    let number = String(address + 1)
    let width = address < 9_999 ? 4 : 5
    return String(referenceDigit) + String(repeating: "0", count: max(0, width - number.utf8.count)) + number
  }

  /// The table and wire address that a reference such as `40001`, `400001` or `00017` means; nil if it is none.
  public static func place(ofReference text: String) -> (table: RegisterTable, address: UInt16)? {
    let digits = Array(text.utf8)
    guard digits.count == 5 || digits.count == 6, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let table = allCases.first(where: { $0.referenceDigit == Int(digits[0]) - 0x30 })
    else { return nil }
    let number = digits.dropFirst().reduce(0) { 10 * $0 + Int($1) - 0x30 }
    guard (1...65_536).contains(number) else { return nil }
    return (table, UInt16(number - 1))
  }
}

/// What the registers of a point hold; arrays are `count` elements one after the other.
public struct PointType: Hashable, Sendable, BitwiseCopyable {
  /// What one element is.
  public var element: Element
  /// How many elements there are, 1 to 65,536; characters for `ascii`.
  public var count: Int

  /// What one element is.
  public enum Element: String, CaseIterable, Sendable, BitwiseCopyable {
    /// A bit: a coil, a discrete input, or one bit of a register.
    case bool
    /// Whole numbers of one register, without and with a sign.
    case u16, i16
    /// Whole numbers of two registers.
    case u32, i32
    /// Whole numbers of four registers.
    case u64, i64
    /// An IEEE 754 number of two registers.
    case f32
    /// Characters, two to a register, the first in the high byte.
    case ascii
  }

  /// A type.
  public init(_ element: Element, count: Int = 1) {
    self.element = element
    self.count = count
  }

  /// An unsigned register.
  public static let u16 = PointType(.u16)
  /// An unsigned pair of registers.
  public static let u32 = PointType(.u32)
  /// A bit.
  public static let bool = PointType(.bool)

  /// The most elements of an array: as many as a table has addresses.
  public static let longest = 65_536

  /// The type that `text` spells, such as `u16`, `u32`, `u16[672]` or `ascii[12]`; nil if it spells none.
  public init?(_ text: String) {
    let parts = text.split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
    guard let element = Element(rawValue: String(parts[0])) else { return nil }
    self.init(element)
    guard parts.count == 2 else { return }
    let digits = parts[1].dropLast()
    guard parts[1].last == "]", (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return nil }
    count = digits.utf8.reduce(0) { 10 * $0 + Int($1) - 0x30 }
    guard (1...Self.longest).contains(count) else { return nil }
  }

  /// How many wire addresses it takes up: bits in a bit table, registers elsewhere.
  public var addressCount: Int {
    switch element {
    case .bool, .u16, .i16: count
    case .u32, .i32, .f32: 2 * count
    case .u64, .i64: 4 * count
    case .ascii: (count + 1) / 2
    }
  }
}

extension PointType: CustomStringConvertible {
  /// The type as a map spells it.
  public var description: String { count == 1 ? element.rawValue : "\(element.rawValue)[\(count)]" }
}

/// How a value of two or more registers is laid out, by the order of its bytes on the wire.
public enum ByteOrder: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Big-endian, high register first: what the Modbus specification has for single registers.
  case abcd = "ABCD"
  /// Little-endian throughout.
  case dcba = "DCBA"
  /// High register first, bytes of each register swapped.
  case badc = "BADC"
  /// Low register first.
  case cdab = "CDAB"
}

/// Whether a point may be written; the controller writes to nothing else.
public enum PointAccess: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Only read.
  case read = "r"
  /// Read and written.
  case readWrite = "rw"
  /// Only written.
  case write = "w"

  /// Whether it may be written.
  public var allowsWriting: Bool { self != .read }
}

/// What an output is to do when the link to the controller is lost.
public enum LinkLossAction: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Keep its last value.
  case hold
  /// Go off at once.
  case off
  /// Take the value that the device calls safe.
  case safe
}
