import Quantities

/// How sortline talks Modbus to a machine: the profile's `modbus` section.
public struct ModbusSettings: Hashable, Sendable {
  /// Where the machine is.
  public var device: ModbusDevice
  /// The Modbus unit id: 0 to 255 over TCP, 1 to 247 on a serial line.
  public var unit: UInt8
  /// The file of the register map, inside the profile's folder.
  public var registers: String
  /// From one poll to the next, 1 ms to 10 s.
  public var poll: Nanoseconds
  /// From one heartbeat of the controller to the next; at most half the watchdog's time.
  public var heartbeat: Nanoseconds
  /// The longest wait for a connection.
  public var connectTimeout: Nanoseconds
  /// The longest wait for a whole answer.
  public var responseTimeout: Nanoseconds
  /// On a serial line, how long it must be quiet after a fault before it is used again.
  public var quiet: Nanoseconds
  /// What a request may ask of the device.
  public var limits: RequestLimits
  /// Whether function 23 (write and read in one request) may be used.
  public var allowsReadWrite: Bool
  /// After so long without a heartbeat the machine must be safe; 1 to 500 ms.
  public var watchdog: Nanoseconds
  /// The first and the longest pause before a new attempt to connect.
  public var reconnect: ClosedRange<Nanoseconds>

  /// Settings; what is left out has the value that suits a PLC on a quiet Ethernet.
  public init(
    device: ModbusDevice, unit: UInt8 = 1, registers: String = "registers.csv",
    poll: Nanoseconds = .milliseconds(5), heartbeat: Nanoseconds = .milliseconds(50),
    connectTimeout: Nanoseconds = .milliseconds(1_000), responseTimeout: Nanoseconds = .milliseconds(200),
    quiet: Nanoseconds = .milliseconds(50), limits: RequestLimits = RequestLimits(),
    allowsReadWrite: Bool = true, watchdog: Nanoseconds = .milliseconds(300),
    reconnect: ClosedRange<Nanoseconds> = .milliseconds(100)...(.milliseconds(5_000))
  ) {
    self.device = device
    self.unit = unit
    self.registers = registers
    self.poll = poll
    self.heartbeat = heartbeat
    self.connectTimeout = connectTimeout
    self.responseTimeout = responseTimeout
    self.quiet = quiet
    self.limits = limits
    self.allowsReadWrite = allowsReadWrite
    self.watchdog = watchdog
    self.reconnect = reconnect
  }

  /// What one request may ask of a device; the defaults are the most that the Modbus specification allows.
  public struct RequestLimits: Hashable, Sendable, BitwiseCopyable {
    /// The most registers that functions 3 and 4 may read, 1 to 125.
    public var readRegisters: Int
    /// The most registers that function 16 may write, 1 to 123.
    public var writeRegisters: Int
    /// The most bits that functions 1 and 2 may read, 1 to 2,000.
    public var readBits: Int
    /// The most bits that function 15 may write, 1 to 1,968.
    public var writeBits: Int
    /// Whether a request must begin at a point and cover whole points, as some devices ask.
    public var wholeBlocksOnly: Bool

    /// Limits.
    public init(
      readRegisters: Int = 125, writeRegisters: Int = 123, readBits: Int = 2_000, writeBits: Int = 1_968,
      wholeBlocksOnly: Bool = false
    ) {
      self.readRegisters = readRegisters
      self.writeRegisters = writeRegisters
      self.readBits = readBits
      self.writeBits = writeBits
      self.wholeBlocksOnly = wholeBlocksOnly
    }
  }
}
