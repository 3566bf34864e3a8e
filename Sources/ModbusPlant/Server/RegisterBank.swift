/// The points of a device behind a `ModbusServer`: what is read and written there, and how.
///
/// Called from the server's threads, several at a time: an implementation does its own locking. A request is one
/// call, so what one call does under one lock is one whole to every client. Ranges are checked against the
/// protocol before (1 to 2,000 values, not beyond address 65,535), not against the device: a point that it does
/// not have is for the bank to refuse with `.illegalAddress`.
public protocol RegisterBank: AnyObject, Sendable {
  /// Reads `count` values from `address` on into `values[0 ..< count]`; bits as 0 and 1. Nil when done.
  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout MutableSpan<UInt16>
  ) -> ModbusException?

  /// Writes all the values or none; only coils (0 or 1) and holding registers come. Nil when done.
  func write(_ table: ModbusTable, at address: UInt16, values: Span<UInt16>) -> ModbusException?

  /// Sets a holding register to `(register & and) | (or & ~and)` (function 22). Nil when done.
  func mask(registerAt address: UInt16, and: UInt16, or: UInt16) -> ModbusException?

  /// Writes holding registers, then reads some, with nothing in between (function 23). Nil when done.
  func exchange(
    write values: Span<UInt16>, at address: UInt16, readAt: UInt16, count: Int,
    into read: inout MutableSpan<UInt16>
  ) -> ModbusException?
}

extension RegisterBank {
  /// Refuses function 22, for a bank that does not have it.
  public func mask(registerAt address: UInt16, and: UInt16, or: UInt16) -> ModbusException? {
    .illegalFunction
  }

  /// Refuses function 23, for a bank that does not have it.
  public func exchange(
    write values: Span<UInt16>, at address: UInt16, readAt: UInt16, count: Int,
    into read: inout MutableSpan<UInt16>
  ) -> ModbusException? { .illegalFunction }
}
