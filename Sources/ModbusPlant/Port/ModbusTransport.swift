/// What a port asks of a Modbus connection: requests one at a time, each answered, refused or at fault.
///
/// `ModbusClient` is the real one; tests put a machine in memory behind the same requests. Any fault for which
/// `ModbusFault.endsTheConnection` holds leaves the transport closed.
public protocol ModbusTransport: AnyObject {
  /// Whether there is a connection that had no fault so far.
  var isConnected: Bool { get }
  /// Connects, at most within the connect time-out; closes an older connection first.
  func connect() throws(ModbusFault)
  /// Closes the connection; there may be none.
  func close()
  /// Reads registers or bits (as 0 and 1) into the front of an array, which grows where it is shorter than `count`.
  func read(_ table: ModbusTable, at address: UInt16, count: Int, into values: inout [UInt16])
    throws(ModbusFault)
  /// Writes holding registers: function 16, or function 6 for a single one unless `alwaysMultiple`.
  func write(registers values: [UInt16], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault)
  /// Writes coils: function 15, or function 5 for a single one unless `alwaysMultiple`.
  func write(coils values: [Bool], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault)
  /// Writes holding registers and then reads some into the front of an array, in one request (function 23).
  func readWrite(
    write registers: [UInt16], at address: UInt16, readAt: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault)
}

extension ModbusClient: ModbusTransport {}
