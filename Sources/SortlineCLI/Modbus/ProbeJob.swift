import FileFormats
import ModbusPlant
import Quantities

/// Runs `sortline probe`.
struct ProbeJob {
  let options: ProbeOptions
  let console: Console

  func run() throws -> ExitCode {
    let target = try ProbeTarget(options, console)
    do throws(ModbusFault) {
      return try probe(target)
    } catch {
      throw Self.failure(error, at: target.endpoint)
    }
  }

  /// What a Modbus fault comes to as the end of a command.
  static func failure(_ fault: ModbusFault, at endpoint: ModbusEndpoint) -> CommandFailure {
    let message = "\(endpoint): \(fault)"
    switch fault {
    case .builtWithoutModbus: return CommandFailure(.unavailable, fault.description)
    case .protocolFault:
      return CommandFailure(
        .protocolError, message,
        advice: "Is that a Modbus device, and the unit right? Another unit: --unit N.")
    case .unsupportedBaud, .badEndpoint, .settingsNotTaken: return CommandFailure(.configuration, message)
    default: return CommandFailure(.unavailable, message)
    }
  }

  private func probe(_ target: ProbeTarget) throws(ModbusFault) -> ExitCode {
    let client = ModbusClient(
      target.endpoint, unit: target.unit,
      timeouts: ModbusTimeouts(connect: options.timeout, response: options.timeout))
    let probe = try DeviceProbe(client)
    probe.shouldStop = { Interruption.isRequested }
    var findings = ProbeFindings(
      target: target, connectTime: probe.connectTime, timeout: options.timeout.rawValue)
    for place in target.reads where !Interruption.isRequested {
      let found = try probe.largestRead(place.table, at: place.address, hints: place.hints)
      findings.capacities.append(found)
      try checkAnswers(found)
      for count in Self.sizes(of: found) {
        findings.roundTrips.append(
          try probe.time(reading: place.table, at: place.address, count: count, rounds: options.rounds))
      }
    }
    if options.mayWrite {
      for place in target.writes where !Interruption.isRequested {
        try write(place, probe, &findings)
      }
    }
    if options.printsJSON {
      console.out.write(findings.json)
    } else {
      for line in findings.lines(for: console.outTraits) { console.print(line) }
    }
    if Interruption.isRequested {
      console.error("interrupted by \(Interruption.signalName); what is shown is what was found up to there")
      return .interrupted
    }
    return .ok
  }

  /// A device that answers nothing at all is not measured on: the reason is the result.
  private func checkAnswers(_ found: RequestCapacity) throws(ModbusFault) {
    if found.largest == 0, case .broke(let fault) = found.bound { throw fault }
  }

  private func write(
    _ place: ProbeTarget.Place, _ probe: DeviceProbe, _ findings: inout ProbeFindings
  ) throws(ModbusFault) {
    let functions: [ModbusFunction] =
      place.table == .coil
      ? [.writeCoil, .writeCoils] : [.writeRegister, .writeRegisters, .readWriteRegisters]
    for function in functions where !Interruption.isRequested {
      let found = try probe.largestWrite(
        place.table, at: place.address, room: place.writable, with: function)
      findings.capacities.append(found)
      for count in Self.sizes(of: found) {
        findings.roundTrips.append(
          try probe.time(
            writing: place.table, at: place.address, count: count, with: function, rounds: options.rounds))
      }
    }
  }

  /// One value, a quarter, half and all of what is accepted; blocks only whole.
  static func sizes(of found: RequestCapacity) -> [Int] {
    if found.largest == 0 { return [] }
    if found.alignment == .wholeBlocks { return [found.largest] }
    return Set([1, found.largest / 4, found.largest / 2, found.largest]).filter { $0 > 0 }.sorted()
  }
}
