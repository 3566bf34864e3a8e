/// A run of addresses that a device treats as one: the unit of its requests.
public struct ModbusBlock: Hashable, Sendable {
  /// The table that it lies in.
  public let table: ModbusTable
  /// Its first address.
  public let first: UInt16
  /// How many addresses it has; at least 1.
  public let count: Int

  /// A block of `count` addresses from `first` on; traps where it is empty or goes beyond address 65,535.
  public init(_ table: ModbusTable, first: UInt16, count: Int) {
    precondition(count >= 1 && Int(first) + count <= 65_536, "a block lies within the 65,536 addresses")
    self.table = table
    self.first = first
    self.count = count
  }
}

/// What requests a device takes, over and above the protocol's own limits.
public struct ModbusRequestLimits: Hashable, Sendable {
  /// Where a request may begin and end.
  public enum Alignment: Hashable, Sendable {
    /// Anywhere.
    case anywhere
    /// At the first address of a block, and not beyond its end.
    case fromBlockStart
    /// Exactly one whole block.
    case wholeBlocks
  }

  /// The most registers that a request may read; 1 to 125.
  public var readRegisters: Int
  /// The most registers that a request may write; 1 to 123.
  public var writeRegisters: Int
  /// The most bits that a request may read; 1 to 2,000.
  public var readBits: Int
  /// The most bits that a request may write; 1 to 1,968.
  public var writeBits: Int
  /// Where requests may begin and end.
  public var alignment: Alignment
  /// The blocks that `alignment` speaks of.
  public var blocks: [ModbusBlock]

  /// The protocol's limits, or smaller ones.
  public init(
    readRegisters: Int = 125, writeRegisters: Int = 123, readBits: Int = 2_000, writeBits: Int = 1_968,
    alignment: Alignment = .anywhere, blocks: [ModbusBlock] = []
  ) {
    self.readRegisters = readRegisters
    self.writeRegisters = writeRegisters
    self.readBits = readBits
    self.writeBits = writeBits
    self.alignment = alignment
    self.blocks = blocks
  }

  /// The refusal of a range that the device does not take in one request; nil where it does.
  func refusal(_ table: ModbusTable, at address: UInt16, count: Int, writes: Bool) -> ModbusException? {
    let most =
      table.holdsBits ? (writes ? writeBits : readBits) : (writes ? writeRegisters : readRegisters)
    if count > most { return .illegalValue }
    switch alignment {
    case .anywhere: return nil
    case .fromBlockStart:
      let fits = blocks.contains { $0.table == table && $0.first == address && count <= $0.count }
      return fits ? nil : .illegalAddress
    case .wholeBlocks:
      return blocks.contains(ModbusBlock(table, first: address, count: count)) ? nil : .illegalAddress
    }
  }
}
