import ControlRuntime
import FileFormats
import ModbusPlant
import Quantities
import RegisterMap
import SorterModel

/// Writing: points, and diverters.
extension IoJob {
  /// Sets points one after the other and reads each back.
  func write(_ desk: PointDesk) throws -> ExitCode {
    var orders: [(point: RegisterPoint, words: [UInt16])] = []
    for word in words {
      let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2 else {
        throw UsageError(
          "'\(printable(word))' does not say what to write",
          advice: "Write NAME=VALUE, as in induction.hold=on.",
          command: "io")
      }
      let point = try point(String(halves[0]))
      guard point.access.allowsWriting else {
        throw CommandFailure(
          .configuration, "the register map does not allow \(point.name) to be written",
          advice: "It says access r. Points that it marks rw or w can be written.")
      }
      do throws(PointFault) {
        orders.append((point, try PointText.words(of: point, String(halves[1]))))
      } catch {
        throw UsageError("\(error)", command: "io")
      }
    }
    guard isArmed else {
      let texts = orders.map { "\($0.point.name) (\($0.point.spot), \($0.point.referenceText))" }
      console.note("Not written, because --arm is not given: \(texts.joined(separator: ", "))")
      return .usage
    }
    try refuseIfDriven(desk)
    for order in orders { try desk.write(order.words, to: order.point) }
    let readings = try desk.read(orders.map(\.point).filter { $0.access != .write })
    var code = tell(readings)
    for (order, reading) in zip(orders.filter { $0.point.access != .write }, readings)
    where reading.refusal.isEmpty && reading.words != order.words {
      console.error(
        "\(order.point.name) reads back as \(reading.text), not as it was written: the device, or another "
          + "controller, has changed it")
      code = .protocolError
    }
    return code
  }

  /// Two hands on one machine are one too many.
  private func refuseIfDriven(_ desk: PointDesk) throws {
    if let owner = try desk.livingOwner(wait: Self.sleep) {
      throw CommandFailure(
        .unavailable, "controller number \(owner) drives this machine now: nothing was written",
        advice: "Stop it first. Its ownership ends when its heartbeat has stopped.")
    }
  }

  /// Fires diverters in turn, or says what there is to be tried.
  func exercise(_ desk: PointDesk) throws -> ExitCode {
    let bins = machine.profile.bins.filter { !$0.isEnd }.map(\.name)
    let wanted = words == ["all"] ? bins : words
    for name in wanted where !bins.contains(name) {
      let near = nearestName(to: name, among: bins)
      throw CommandFailure(
        .badData, "the machine has no diverter for a bin \(quoted(name))",
        advice: near.map { "Did you mean \($0)?" }
          ?? "Its bins are \(bins.prefix(8).joined(separator: ", "))...")
    }
    guard machine.profile.control.mode == .direct else { return explainAssigned(wanted) }
    guard isArmed else {
      console.note(
        "Nothing was fired, because --arm is not given. It would be: \(wanted.joined(separator: ", "))")
      return .usage
    }
    return try fire(wanted, desk)
  }

  private func fire(_ bins: [String], _ desk: PointDesk) throws -> ExitCode {
    var exercise = DiverterExercise(
      desk, actuation: machine.profile.diverters.actuation, patience: patience,
      now: { Instant(MonotonicClock.now().rawValue) }, sleep: Self.sleep)
    var code = ExitCode.ok
    for bin in bins {
      if Interruption.isRequested { return .interrupted }
      let result = try exercise.fire(bin)
      let words: String
      switch result.finding {
      case .confirmed: words = "confirmed by its eye after \(result.after.rawValue / 1_000_000) ms"
      case .unconfirmed: words = "fired, and its eye saw nothing in \(patience.rawValue / 1_000_000) ms"
      case .notTaken: words = "the coil reads back off: the device did not take it"
      case .eyeBlocked: words = "not fired: its eye is blocked already"
      case .refused(let why): words = "not fired: \(why)"
      }
      console.print("\(machine.profile.binWord) \(bin): \(words)")
      console.out.flush()
      if result.finding != .confirmed { code = .thresholdFailed }
    }
    return code
  }

  private func explainAssigned(_ bins: [String]) -> ExitCode {
    console.print(
      "\(machine.profile.name) is driven in assigned control: the machine itself fires when a piece that was "
        + "assigned comes. Without a piece nothing moves, so there is nothing to fire from here.")
    console.print(
      "To try \(bins.count == 1 ? "\(machine.profile.binWord) \(bins[0])" : "these \(bins.count) diverters"): make a "
        + "plan with one code for each, run it with 'sortline run SCENARIO --backend modbus --arm', and feed a "
        + "piece for each. Each divert is confirmed by the bin's eye, in the run's pieces.csv.")
    return .ok
  }
}
