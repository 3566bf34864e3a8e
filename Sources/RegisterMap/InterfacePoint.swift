import SorterModel

/// A point that the register interface asks for, and what it must be like.
struct InterfacePoint {
  /// Its name.
  var name: String
  /// What its type may be.
  var shape: Shape
  /// Who writes it.
  var isWritten = false
  /// Whether the controller can do without it; then its absence is at most a warning.
  var isOptional = false
  /// What it is for, as a message says it.
  var purpose: String

  /// What a point's type may be.
  enum Shape {
    /// This type and no other.
    case exactly(PointType)
    /// Registers: a power of two of slots, each of so many registers.
    case slots(registers: Int, count: ClosedRange<Int>)
    /// At least so many registers.
    case atLeast(registers: Int)
  }

  /// The points that a machine in assigned control must have.
  static func assigned(bins: Int) -> [InterfacePoint] {
    let words = (bins + 15) / 16
    return [
      InterfacePoint(
        name: "id", shape: .exactly(PointType(.u16, count: IdentityBlock.registers)), purpose: "identity"),
      InterfacePoint(
        name: "machine", shape: .exactly(PointType(.u16, count: MachineBlock.registers)), purpose: "status"),
      InterfacePoint(
        name: "events", shape: .slots(registers: EventSlot.registers, count: 8...1_024),
        purpose: "the event ring"),
      InterfacePoint(
        name: "answers", shape: .slots(registers: AnswerSlot.registers, count: 2...64),
        purpose: "the answer ring"),
      InterfacePoint(name: "bins.full", shape: .atLeast(registers: words), purpose: "full bins"),
      InterfacePoint(
        name: "bins.disabled", shape: .atLeast(registers: words), purpose: "bins out of service"),
      InterfacePoint(
        name: "controller", shape: .exactly(PointType(.u16, count: ControllerBlock.registers)),
        isWritten: true,
        purpose: "the controller's status"),
      InterfacePoint(
        name: "mailbox", shape: .slots(registers: CommandSlot.registers, count: 2...64), isWritten: true,
        purpose: "the command ring"),
    ]
  }

  /// The points that a machine in direct control must have, and those that it had better have.
  static func direct(_ profile: HardwareProfile) -> [InterfacePoint] {
    var points = [
      InterfacePoint(name: "encoder", shape: .exactly(.u32), purpose: "the belt's position"),
      InterfacePoint(name: "eye.induction", shape: .exactly(.bool), purpose: "the induction photo-eye"),
      InterfacePoint(
        name: "eye.end", shape: .exactly(.bool),
        purpose: profile.topology == .line ? "the photo-eye at the end" : "the photo-eye where a lap ends"),
    ]
    for bin in profile.bins where !bin.isEnd {
      points.append(
        InterfacePoint(
          name: "eye.bin.\(bin.name)", shape: .exactly(.bool), purpose: "the eye of bin \(bin.name)"))
      points.append(
        InterfacePoint(
          name: "divert.\(bin.name)", shape: .exactly(.bool), isWritten: true,
          purpose: "the diverter of bin \(bin.name)"))
    }
    for (name, type, isWritten, purpose) in [
      ("induction.hold", PointType.bool, true, "holding induction"),
      ("jam", .bool, false, "holding induction while the belt is jammed"),
      ("heartbeat", .u16, false, "noticing that the device stands still"),
      ("controller.heartbeat", .u16, true, "the device's own safe state"),
      ("watchdog_ms", .u16, false, "knowing that the device's watchdog is on"),
    ] {
      points.append(
        InterfacePoint(
          name: name, shape: .exactly(type), isWritten: isWritten, isOptional: true, purpose: purpose))
    }
    return points
  }
}

extension InterfacePoint.Shape {
  /// Whether a type has this shape.
  func allows(_ type: PointType) -> Bool {
    switch self {
    case .exactly(let wanted): return type == wanted
    case .slots(let registers, let count):
      let slots = type.count / registers
      return type.element == .u16 && type.count % registers == 0 && count.contains(slots)
        && slots & (slots - 1) == 0
    case .atLeast(let registers): return type.element == .u16 && type.count >= registers
    }
  }

  /// The shape in words.
  var words: String {
    switch self {
    case .exactly(let type): type.description
    case .slots(let registers, let count):
      "u16 for a power of two of slots, \(count.lowerBound) to \(count.upperBound), of \(registers) registers, "
        + "as in u16[\(registers * count.lowerBound)]"
    case .atLeast(let registers): registers == 1 ? "u16" : "u16[\(registers)] or more"
    }
  }
}
