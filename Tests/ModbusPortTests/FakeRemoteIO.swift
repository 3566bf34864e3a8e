import ModbusPlant
import RegisterMap

/// Remote input and output in memory: eyes with counters and latches, an encoder, coils and a watchdog.
final class FakeRemoteIO: ModbusTransport {
  let map: RegisterMap
  private(set) var isConnected = false
  var refusesConnections = false
  /// Whether it answers what is asked of it, besides connections.
  var answers = true
  /// Addresses of input registers that the device does not have.
  var missing: Set<Int> = []
  /// The fate of writes to coils.
  var writeFate: () -> ModbusFault? = { nil }
  var takesCoils = true
  var time: Int64 = 1
  var roundTrip: Int64 = 500_000
  var encoderStart: UInt32 = 1_000
  var beltRuns = true
  var heartbeatRuns = true
  var watchdog: UInt16 = 300
  /// Each time that a coil changed: its address, whether it went on, and where the belt was.
  private(set) var changes: [(coil: Int, isOn: Bool, position: UInt32)] = []
  private var travelled: Int64 = 0
  private var coils: [Int: Bool] = [:]
  private var eyes: [String: (isOn: Bool, count: UInt16, at: UInt32)] = [:]
  private(set) var requests = 0
  private(set) var heartbeats = 0
  private(set) var coilWrites = 0

  init(map: RegisterMap) { self.map = map }

  var encoder: UInt32 { encoderStart &+ UInt32(truncatingIfNeeded: travelled / 250_000) }

  func pass(_ nanoseconds: Int64) {
    time += nanoseconds
    if beltRuns { travelled += nanoseconds }
  }

  /// An eye comes on or goes off.
  func set(_ eye: String, _ isOn: Bool) {
    var state = eyes[eye] ?? (false, 0, 0)
    if isOn && !state.isOn {
      state.count &+= 1
      state.at = encoder
    }
    state.isOn = isOn
    eyes[eye] = state
  }

  /// The device begins anew: it has forgotten its edges and its outputs, and its encoder shows this.
  func restart(encoder: UInt32) {
    eyes = [:]
    coils = [:]
    encoderStart &+= encoder &- self.encoder
  }

  /// The device's watchdog trips: every output is off.
  func trip() { coils = [:] }

  func isOn(_ bin: String) -> Bool { coils[Int(map["divert.\(bin)"]?.address ?? 0)] ?? false }

  var holdsInduction: Bool { coils[Int(map["induction.hold"]?.address ?? 0)] ?? false }

  func setCoil(_ bin: String, _ isOn: Bool) { coils[Int(map["divert.\(bin)"]?.address ?? 0)] = isOn }

  private func words(of point: RegisterPoint) -> [UInt16] {
    func long(_ value: UInt32) -> [UInt16] {
      let (first, second) = point.byteOrder.registers(value)
      return [first, second]
    }
    switch point.name {
    case "encoder": return long(encoder)
    case "heartbeat": return [heartbeatRuns ? UInt16(truncatingIfNeeded: time / 20_000_000) : 1]
    case "watchdog_ms": return [watchdog]
    default: break
    }
    if point.table == .coil { return [coils[Int(point.address)] ?? false ? 1 : 0] }
    if point.name.hasSuffix(".count") { return [eyes[String(point.name.dropLast(6))]?.count ?? 0] }
    if point.name.hasSuffix(".at") { return long(eyes[String(point.name.dropLast(3))]?.at ?? 0) }
    return [eyes[point.name]?.isOn ?? false ? 1 : 0]
  }

  func connect() throws(ModbusFault) {
    pass(roundTrip)
    isConnected = !refusesConnections
    if refusesConnections { throw .refused }
  }

  func close() { isConnected = false }

  func read(
    _ table: ModbusTable, at address: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    guard isConnected else { throw .notConnected }
    requests += 1
    pass(roundTrip)
    guard answers else {
      isConnected = false
      throw .timeout(received: 0)
    }
    let range = Int(address)..<Int(address) + count
    if table == .input && !missing.isDisjoint(with: range) { throw .exception(.illegalAddress) }
    while values.count < count { values.append(0) }
    for place in 0..<count { values[place] = 0 }
    for point in map.points where point.table.rawValue == table.name {
      for (offset, word) in words(of: point).enumerated() where range.contains(Int(point.address) + offset) {
        values[Int(point.address) + offset - range.lowerBound] = word
      }
    }
  }

  func write(registers values: [UInt16], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    guard isConnected else { throw .notConnected }
    pass(roundTrip)
    heartbeats += 1
  }

  func write(coils values: [Bool], at address: UInt16, alwaysMultiple: Bool) throws(ModbusFault) {
    guard isConnected else { throw .notConnected }
    coilWrites += 1
    pass(roundTrip / 2)
    let fault = writeFate()
    if let fault, !fault.outcomeIsUnknown {
      if fault.endsTheConnection { isConnected = false }
      throw fault
    }
    for (offset, isOn) in values.enumerated() where takesCoils {
      let coil = Int(address) + offset
      if coils[coil] ?? false != isOn { changes.append((coil, isOn, encoder)) }
      coils[coil] = isOn
    }
    pass(roundTrip / 2)
    if let fault {
      isConnected = false
      throw fault
    }
  }

  func readWrite(
    write registers: [UInt16], at address: UInt16, readAt: UInt16, count: Int, into values: inout [UInt16]
  ) throws(ModbusFault) {
    throw .exception(.illegalFunction)
  }
}
