import ControlRuntime
import Quantities
import RegisterMap
import SorterModel

/// Checks: the machine is what the profile and the map say, or it is not driven.
extension AssignedSession {
  /// Holds the identity block against the interface, the map and the profile.
  func checkIdentity(_ id: IdentityBlock) throws(SessionFault) {
    checkMagic(id)
    let isVersion = id.version == RegisterInterface.version
    conditions.set(.interfaceVersion, report.isRight("magic") && !isVersion)
    report.require(
      isVersion, "interface version", wanted: "\(RegisterInterface.version)", found: "\(id.version)",
      advice: "the machine's program speaks another version of the register interface")
    report.require(
      id.epoch != 0, "epoch", wanted: "not 0", found: "\(id.epoch)",
      advice: "the machine's program must set another epoch at each start")
    var slots = [
      ("bins", Int(id.bins), profile.bins.count, "the profile is of another machine"),
      ("event slots", Int(id.eventSlots), layout.eventSlots, "the register map is of another program"),
      ("mailbox slots", Int(id.mailboxSlots), layout.mailboxSlots, "the register map is of another program"),
      (
        "encoder pulses a metre", Int(id.pulsesPerMetre), profile.belt.encoderPulsesPerMetre,
        "set the profile's encoder_pulses_per_m, or the machine's"
      ),
    ]
    // A long says nothing while the word order is wrong.
    if !report.isRight("magic") { slots.removeLast() }
    var fits = true
    for (name, found, wanted, advice) in slots {
      fits =
        report.require(found == wanted, name, wanted: "\(wanted)", found: "\(found)", advice: advice) && fits
    }
    conditions.set(.layoutMismatch, report.isRight("magic") && !fits)
    checkWatchdog(id)
    checkLimits()
    if let failed = report.checks.first(where: { $0.verdict == .failed && $0.stopsConnection }) {
      throw .unfit(failed.name)
    }
  }

  private func checkMagic(_ id: IdentityBlock) {
    let isMagic = id.magic == RegisterInterface.magic
    let (first, second) = layout.order.registers(id.magic)
    let other = ByteOrder.allCases.first {
      $0 != layout.order && $0.value(first, second) == RegisterInterface.magic
    }
    conditions.set(.wordOrder, !isMagic && other != nil)
    let found = "0x" + String(id.magic, radix: 16, uppercase: true)
    report.require(
      isMagic, "magic", wanted: "0x534F5254", found: found,
      advice: other == nil
        ? "another device, or the register map is of another one"
        : "see the word order")
    report.note(
      "word order", wanted: layout.order.rawValue,
      found: (isMagic ? layout.order : other)?.rawValue ?? "unknown",
      isMagic ? .passed : .failed,
      advice: other.map {
        "the device lays values out as \($0.rawValue): set byte_order of id in the register map"
      } ?? "no order of bytes makes the magic number of these registers")
  }

  func checkWatchdog(_ id: IdentityBlock) {
    let most = RegisterInterface.longestWatchdogMilliseconds
    let isArmed = (1...most).contains(id.watchdogMilliseconds)
    conditions.set(.watchdogOff, !isArmed)
    report.require(
      isArmed, "watchdog", wanted: "1 to \(most) ms",
      found: id.watchdogMilliseconds == 0 ? "off" : "\(id.watchdogMilliseconds) ms",
      advice: "the machine would not go safe when the controller dies: set its watchdog")
  }

  private func checkLimits() {
    let limits = link.settings.limits
    let fits =
      limits.readRegisters >= EventSlot.registers && limits.writeRegisters >= ControllerBlock.registers
    report.require(
      fits, "request limits", wanted: "at least 21 read, 9 written",
      found: "\(limits.readRegisters) read, \(limits.writeRegisters) written",
      advice: "an event and the controller block must each fit into one request")
  }

  /// Tries every readable point of the map once: a mapped point that the device does not have is found now.
  func checkPoints() throws(SessionFault) {
    var bad: [String] = []
    let points = map.points.filter { $0.access != .write && $0.unit == link.settings.unit }
    for point in points {
      let block = PointBlock(point)
      do throws(ModbusFault) {
        try link.read(
          block, from: 0, count: min(block.count, link.settings.limits.readRegisters), into: &words)
      } catch .exception(let exception) where exception.consequence == .fault {
        bad.append(point.name)
        quarantine(point.name)
      } catch {
        throw .modbus(error)
      }
    }
    hasCheckedPoints = true
    report.note(
      "mapped points readable", wanted: "\(points.count)", found: "\(points.count - bad.count)",
      bad.isEmpty ? .passed : .warned, advice: "refused by the device: \(bad.joined(separator: ", "))")
  }

  /// What the status block says about whether the machine can be driven now.
  func checkStatus(_ status: MachineBlock) {
    let isStopped = status.flags.contains(.emergencyStop)
    report.note(
      "emergency stop", wanted: "not latched", found: isStopped ? "latched" : "not latched",
      isStopped ? .warned : .passed, advice: "release and reset it at the machine; no software does")
    let other = status.owner != 0 && status.owner != owner
    report.note(
      "owner", wanted: "none, or this controller",
      found: status.owner == 0
        ? "none" : status.owner == owner ? "this controller" : "number \(status.owner)",
      other && !options.isDryRun ? .warned : .passed,
      advice: "another controller drives the machine: it is waited for until its heartbeat has stopped")
  }

  func quarantine(_ point: String) {
    quarantined.insert(point)
    conditions.set(.quarantinedPoint, true)
  }

  func isQuarantined(_ point: String) -> Bool { quarantined.contains(point) }
}

extension PreflightReport {
  /// Whether a check of this name was made and passed.
  func isRight(_ name: String) -> Bool { checks.contains { $0.name == name && $0.verdict == .passed } }
}

extension PreflightReport.Check {
  /// Whether nothing can be had from the machine while it fails; with the watchdog off it can be watched.
  var stopsConnection: Bool { name != "watchdog" && name != "connection" }
}
