import Glibc

#if Modbus
  import CModbus
#endif

/// An open connection or serial port that libmodbus made; it ends with this object.
@safe
final class ModbusLink {
  /// What bytes go over.
  let descriptor: Int32

  #if Modbus
    private let context: OpaquePointer
    /// Keeps others off the serial port; -1 for TCP.
    private let portLock: Int32

    private init(_ context: OpaquePointer, portLock: Int32 = -1) {
      unsafe self.context = context
      unsafe descriptor = modbus_get_socket(context)
      self.portLock = portLock
    }

    deinit {
      if portLock >= 0 { SerialPort.letOthersOn(descriptor) }
      unsafe modbus_close(context)
      unsafe modbus_free(context)
      if portLock >= 0 { _ = Glibc.close(portLock) }
    }
  #else
    private init() { descriptor = -1 }
  #endif

  /// Connects to a TCP port within `wait` nanoseconds; a name's addresses are tried one after another.
  static func tcp(_ host: String, _ port: UInt16, wait: Int64) throws(ModbusFault) -> ModbusLink {
    #if Modbus
      _ = ProcessPreparation.once
      let deadline = monotonicNow() + wait
      var last = ModbusFault.unknownHost(host)
      for address in try HostAddress.numeric(host) {
        let left = deadline - monotonicNow()
        if left <= 0 { break }
        do throws(ModbusFault) {
          return try connect(address, port, wait: max(left, 1_000_000))
        } catch {
          last = error
        }
      }
      throw last
    #else
      throw .builtWithoutModbus
    #endif
  }

  #if Modbus
    private static func connect(
      _ address: String, _ port: UInt16, wait: Int64
    ) throws(ModbusFault) -> ModbusLink {
      guard let context = unsafe modbus_new_tcp_pi(address, String(port)) else {
        throw .badEndpoint("libmodbus takes no address like \(address)")
      }
      // To libmodbus the response time-out is the connect time-out too; nothing else of it uses it here.
      unsafe modbus_set_response_timeout(
        context, UInt32(wait / 1_000_000_000), UInt32(wait % 1_000_000_000 / 1_000))
      // A success can leave an error number behind: it means something only after -1.
      if unsafe modbus_connect(context) != 0 {
        let code = errno
        unsafe modbus_free(context)
        switch code {
        case ECONNREFUSED: throw .refused
        case ETIMEDOUT, EINPROGRESS: throw .connectTimeout
        default: throw .unreachable(code)
        }
      }
      return unsafe ModbusLink(context)
    }
  #endif

  /// Opens a serial port by its path, alone, and with the settings asked for or not at all.
  static func serial(_ line: SerialLine) throws(ModbusFault) -> ModbusLink {
    #if Modbus
      _ = ProcessPreparation.once
      let lock = try SerialPort.lock(line.device)
      let parity = CChar(line.parity.rawValue.utf8.first ?? UInt8(ascii: "N"))
      guard
        let context = unsafe modbus_new_rtu(
          line.device, Int32(line.baud), parity, Int32(line.dataBits), Int32(line.stopBits))
      else {
        _ = Glibc.close(lock)
        throw .badEndpoint("libmodbus takes no serial line like \(line.device) at \(line.baud)")
      }
      if unsafe modbus_connect(context) != 0 {
        let code = errno
        unsafe modbus_free(context)
        _ = Glibc.close(lock)
        throw code == EBUSY ? .portInUse(line.device) : .portNotOpened(line.device, errno: code)
      }
      let link = unsafe ModbusLink(context, portLock: lock)
      // libmodbus does not say when the port runs with other settings than it was given.
      guard SerialPort.hasSettings(link.descriptor, of: line) else { throw .settingsNotTaken(line.device) }
      SerialPort.keepOthersOff(link.descriptor)
      return link
    #else
      throw .builtWithoutModbus
    #endif
  }
}
