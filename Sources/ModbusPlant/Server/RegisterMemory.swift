/// A register bank that is plain memory: four tables from address 0, one lock, nothing behind it.
public final class RegisterMemory: RegisterBank {
  private struct Tables {
    var words: [[UInt16]]

    /// Whether the table has all these addresses.
    func holds(_ table: ModbusTable, _ address: UInt16, _ count: Int) -> Bool {
      Int(address) + count <= words[Int(table.rawValue)].count
    }

    func read(
      _ table: ModbusTable, _ address: UInt16, _ count: Int, _ values: inout MutableSpan<UInt16>
    ) -> ModbusException? {
      guard holds(table, address, count) else { return .illegalAddress }
      for index in 0..<count { values[index] = words[Int(table.rawValue)][Int(address) + index] }
      return nil
    }

    mutating func write(
      _ table: ModbusTable, _ address: UInt16, _ values: Span<UInt16>
    ) -> ModbusException? {
      guard holds(table, address, values.count) else { return .illegalAddress }
      for index in values.indices { words[Int(table.rawValue)][Int(address) + index] = values[index] }
      return nil
    }
  }

  private let tables: Guarded<Tables>

  /// Tables of these sizes, all zero; each 0 to 65,536.
  public init(coils: Int = 0, discretes: Int = 0, inputs: Int = 0, holdings: Int = 0) {
    let sizes = [coils, discretes, inputs, holdings]
    precondition(sizes.allSatisfy { (0...65_536).contains($0) }, "a table has 0 to 65536 addresses")
    tables = Guarded(Tables(words: sizes.map { [UInt16](repeating: 0, count: $0) }))
  }

  /// The value at an address; 0 for an address that the table does not have.
  public func value(_ table: ModbusTable, at address: UInt16) -> UInt16 {
    tables.withLock { tables in
      tables.holds(table, address, 1) ? tables.words[Int(table.rawValue)][Int(address)] : 0
    }
  }

  /// Sets values of any table, as the device itself would; what the table does not have is left out.
  public func set(_ table: ModbusTable, at address: UInt16, _ values: [UInt16]) {
    tables.withLock { tables in
      for (offset, value) in values.enumerated() {
        let index = Int(address) + offset
        if index < tables.words[Int(table.rawValue)].count {
          tables.words[Int(table.rawValue)][index] = value
        }
      }
    }
  }

  /// Reads values; `.illegalAddress` beyond the table's end.
  public func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) -> ModbusException? {
    tables.withLock { $0.read(table, address, count, &values) }
  }

  /// Writes all the values, or none and `.illegalAddress` beyond the table's end.
  public func write(_ table: ModbusTable, at address: UInt16, values: Span<UInt16>) -> ModbusException? {
    tables.withLock { $0.write(table, address, values) }
  }

  /// Sets single bits of a holding register.
  public func mask(registerAt address: UInt16, and: UInt16, or: UInt16) -> ModbusException? {
    tables.withLock { tables in
      guard tables.holds(.holding, address, 1) else { return .illegalAddress }
      let holding = Int(ModbusTable.holding.rawValue)
      tables.words[holding][Int(address)] = tables.words[holding][Int(address)] & and | or & ~and
      return nil
    }
  }

  /// Writes, then reads, under one lock.
  public func exchange(
    write values: Span<UInt16>, at address: UInt16, readAt: UInt16, count: Int,
    into read: inout MutableSpan<UInt16>
  ) -> ModbusException? {
    tables.withLock { tables in
      guard tables.holds(.holding, readAt, count) else { return .illegalAddress }
      return tables.write(.holding, address, values) ?? tables.read(.holding, readAt, count, &read)
    }
  }
}
