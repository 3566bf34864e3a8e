/// How much of a table a device takes in one request, as it was found by asking.
public struct RequestCapacity: Hashable, Sendable {
  /// Where requests may begin and end, as far as it was seen.
  public enum Alignment: String, Hashable, Sendable {
    /// A request at the next address was accepted, or there was no way to tell.
    case anywhere
    /// Only requests that begin at the first address were accepted.
    case fromBlockStart
    /// Only whole blocks were accepted: the smallest request was refused, a larger one was not.
    case wholeBlocks
  }

  /// Why nothing larger was accepted.
  public enum Bound: Hashable, Sendable {
    /// It is the most that the protocol has.
    case protocolMost
    /// The device refused one more.
    case refused(ModbusException)
    /// The device closed the connection, or kept silent, at one more.
    case broke(ModbusFault)
    /// The addresses seem to end there: the device may take larger requests elsewhere.
    case addressesEnd
    /// Nothing larger was asked for: no more addresses may be written.
    case notAsked
  }

  /// The function.
  public var function: ModbusFunction
  /// The first address of the requests.
  public var address: UInt16
  /// The largest accepted request; 0 where the device took none.
  public var largest: Int
  /// Why it is no larger.
  public var bound: Bound
  /// Where requests may begin and end.
  public var alignment: Alignment

  /// What was found.
  public init(
    function: ModbusFunction, address: UInt16, largest: Int, bound: Bound, alignment: Alignment = .anywhere
  ) {
    self.function = function
    self.address = address
    self.largest = largest
    self.bound = bound
    self.alignment = alignment
  }
}

/// How long a device took for requests of one kind and size.
public struct RoundTrips: Hashable, Sendable {
  /// The function.
  public var function: ModbusFunction
  /// How many values a request had.
  public var count: Int
  /// Every round trip that had an answer, in nanoseconds, the shortest first.
  public var sorted: [Int64]
  /// How many requests had no answer within the time-out.
  public var lost: Int

  /// Measured round trips; they are sorted here.
  public init(function: ModbusFunction, count: Int, times: [Int64], lost: Int) {
    self.function = function
    self.count = count
    sorted = times.sorted()
    self.lost = lost
  }

  /// The time within which so many of 1,000 answers came; zero where none came.
  public func permille(_ permille: Int) -> Int64 {
    sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * permille / 1_000)]
  }

  /// How many requests a response time-out of `limit` nanoseconds would have failed.
  public func failing(at limit: Int64) -> Int {
    sorted.reversed().prefix { $0 > limit }.count + lost
  }
}
