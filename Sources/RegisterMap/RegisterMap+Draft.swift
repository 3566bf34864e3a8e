import SorterModel

extension RegisterMap {
  /// A map to begin with: every point of the register interface at a free and round address.
  ///
  /// The shipped profiles' maps are made by it; a machine whose registers lie elsewhere has a map of its own.
  /// - Parameters:
  ///   - eventSlots: a power of two from 8 to 1,024.
  ///   - mailboxSlots: a power of two from 2 to 64.
  public static func draft(
    for profile: HardwareProfile, eventSlots: Int = 64, mailboxSlots: Int = 32
  ) -> RegisterMap {
    let unit = profile.modbus?.unit ?? 1
    switch profile.control.mode {
    case .assigned: return assignedDraft(profile, unit, eventSlots, mailboxSlots)
    case .direct: return directDraft(profile, unit)
    }
  }

  private static func assignedDraft(
    _ profile: HardwareProfile, _ unit: UInt8, _ eventSlots: Int, _ mailboxSlots: Int
  ) -> RegisterMap {
    let words = (profile.bins.count + 15) / 16
    func block(
      _ name: String, _ address: Int, _ count: Int, _ group: String, _ about: String, written: Bool = false
    ) -> RegisterPoint {
      RegisterPoint(
        name, .holding, UInt16(address), PointType(.u16, count: count), unit: unit,
        access: written ? .readWrite : .read, pollGroup: group, onLinkLoss: written ? .hold : nil,
        about: about)
    }
    // The status and the bins follow one another, so that one request reads them all.
    let disabled = 116 + words
    return RegisterMap([
      block("id", 0, IdentityBlock.registers, "start", "identity: magic, version, epoch, layout, watchdog"),
      block(
        "machine", 100, MachineBlock.registers, "status", "status: heartbeat, flags, encoder, newest event"),
      block("bins.full", 116, words, "status", "a bit a bin: it takes no more pieces"),
      block("bins.disabled", disabled, words, "status", "a bit a bin: it is out of service"),
      block(
        "answers", 1_000, AnswerSlot.registers * mailboxSlots, "answers",
        "answer ring: \(mailboxSlots) slots of \(AnswerSlot.registers) registers"),
      block(
        "events", 2_000, EventSlot.registers * eventSlots, "events",
        "event ring: \(eventSlots) slots of \(EventSlot.registers) registers"),
      block(
        "controller", 30_000, ControllerBlock.registers, "", "the controller's heartbeat, owner, arm",
        written: true),
      block(
        "mailbox", 30_100, CommandSlot.registers * mailboxSlots, "",
        "command ring: \(mailboxSlots) slots of \(CommandSlot.registers) registers", written: true),
    ])
  }

  private static func directDraft(_ profile: HardwareProfile, _ unit: UInt8) -> RegisterMap {
    var points: [RegisterPoint] = []
    func register(_ name: String, _ address: Int, _ type: PointType, _ about: String, written: Bool = false) {
      points.append(
        RegisterPoint(
          name, written ? .holding : .input, UInt16(address), type, unit: unit,
          access: written ? .readWrite : .read, pollGroup: written ? "" : "eyes",
          onLinkLoss: written ? .hold : nil, about: about))
    }
    func bit(_ name: String, _ address: Int, _ about: String, written: Bool = false) {
      points.append(
        RegisterPoint(
          name, written ? .coil : .discrete, UInt16(address), .bool, unit: unit,
          access: written ? .readWrite : .read, pollGroup: written ? "" : "inputs",
          onLinkLoss: written ? .off : nil, about: about))
    }
    let bins = profile.bins.filter { !$0.isEnd }
    register("encoder", 0, .u32, "pulses since the device started; wraps")
    register("heartbeat", 2, .u16, "the device's: counts up at least every 50 ms")
    register("watchdog_ms", 3, .u16, "outputs go off after so long without a heartbeat; 0 = off")
    let eyes =
      [("eye.induction", "head of a piece at the induction"), ("eye.end", "piece at the end")]
      + bins.map { ("eye.bin.\($0.name)", "piece at the mouth of bin \($0.name)") }
    // Counter and position of an eye lie together: one request reads both, so they belong together.
    for (index, eye) in eyes.enumerated() {
      register("\(eye.0).count", 10 + 3 * index, .u16, "leading edges; wraps")
      register("\(eye.0).at", 11 + 3 * index, .u32, "encoder at the last leading edge")
    }
    for (index, eye) in eyes.enumerated() { bit(eye.0, index, eye.1) }
    for (index, bin) in bins.enumerated() {
      bit("bin.full.\(bin.name)", eyes.count + index, "bin \(bin.name) is full")
    }
    bit("jam", eyes.count + bins.count, "the belt is jammed")
    bit("induction.hold", 0, "stops the feeder", written: true)
    for (index, bin) in bins.enumerated() {
      bit("divert.\(bin.name)", 1 + index, "diverter of bin \(bin.name)", written: true)
    }
    register(
      "controller.heartbeat", 0, .u16, "the controller's: another number at least every 100 ms", written: true
    )
    return RegisterMap(points)
  }
}
