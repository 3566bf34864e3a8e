import Quantities
import SorterModel

extension ProfileReader {
  /// The profile's `modbus` section; nil where it has none.
  func modbus() -> ModbusSettings? {
    guard let item = fields.object("modbus", as: .modbus) else { return nil }
    var settings = ModbusSettings(device: device(item))
    settings.unit = unit(item, settings.device)
    if let node = item["registers"] {
      settings.registers = item.text("registers", length: 1...200)
      // Said here with its place; links and odd files are found when the map is opened.
      if settings.registers.hasPrefix("/") || settings.registers.split(separator: "/").contains("..") {
        item.complain(
          node, "a profile may not name a file outside its folder",
          expected: "a file inside the profile's folder", as: .configuration)
      }
    }
    let span = Unit(6, 1_000_000...10_000_000_000)
    settings.poll = item.time("poll_ms", span, default: settings.poll)
    settings.heartbeat = item.time("heartbeat_ms", span, default: settings.heartbeat)
    settings.connectTimeout = item.time("connect_timeout_ms", span, default: settings.connectTimeout)
    settings.responseTimeout = item.time("response_timeout_ms", span, default: settings.responseTimeout)
    settings.quiet = item.time("quiet_ms", span, default: settings.quiet)
    let limits = settings.limits
    settings.limits = ModbusSettings.RequestLimits(
      readRegisters: item.whole("max_read_registers", 1...125, default: limits.readRegisters),
      writeRegisters: item.whole("max_write_registers", 1...123, default: limits.writeRegisters),
      readBits: item.whole("max_read_bits", 1...2_000, default: limits.readBits),
      writeBits: item.whole("max_write_bits", 1...1_968, default: limits.writeBits),
      wholeBlocksOnly: item.flag("whole_blocks_only", default: limits.wholeBlocksOnly))
    settings.allowsReadWrite = item.flag("read_write", default: settings.allowsReadWrite)
    // 500 ms is what the machine's safe state may take at most.
    settings.watchdog = item.time(
      "watchdog_ms", Unit(6, 1_000_000...500_000_000), default: settings.watchdog)
    settings.reconnect = item.times("reconnect_ms", span, default: settings.reconnect)
    if settings.heartbeat.rawValue > settings.watchdog.rawValue / 2 {
      let node = item["heartbeat_ms"] ?? item["watchdog_ms"] ?? item.node
      item.complain(
        node, "a heartbeat that comes once late would trip the watchdog",
        expected: "heartbeat_ms of at most half of watchdog_ms, "
          + "\(decimalText(Int(settings.watchdog.rawValue / 2), places: 6))")
    }
    return settings
  }

  private func device(_ item: Fields) -> ModbusDevice {
    let none = ModbusDevice.tcp(host: "127.0.0.1", port: 1502)
    guard let node = item["device"], let text = item.text(of: node, called: "device", length: 1...300) else {
      return none
    }
    do throws(ModbusDevice.Fault) {
      return try ModbusDevice(text)
    } catch {
      item.complain(node, error.message, expected: error.expected)
      return none
    }
  }

  private func unit(_ item: Fields, _ device: ModbusDevice) -> UInt8 {
    // Unit 0 is a broadcast on a serial line, which nobody answers; 248 to 255 are reserved there.
    if case .rtu = device { return UInt8(item.whole("unit", 1...247, default: 1)) }
    return UInt8(item.whole("unit", 0...255, default: 1))
  }
}
