import SorterModel

extension RegisterMap {
  /// What the machine of `profile` lacks or has wrong in the points of the register interface.
  public func issues(for profile: HardwareProfile) -> [RegisterMapIssue] {
    let wanted =
      profile.control.mode == .assigned
      ? InterfacePoint.assigned(bins: profile.bins.count) : InterfacePoint.direct(profile)
    var found: [RegisterMapIssue] = []
    for want in wanted {
      if let index = firstIndex(of: want.name) {
        found += issues(index, want)
      } else {
        found.append(missing(want, wanted.map(\.name)))
      }
    }
    switch profile.control.mode {
    case .assigned: found += assignedIssues(wanted.map(\.name))
    case .direct: found += directIssues(profile)
    }
    return found
  }

  private func missing(_ want: InterfacePoint, _ wanted: [String]) -> RegisterMapIssue {
    RegisterMapIssue(
      nil, .name,
      want.isOptional
        ? "the map has no point \"\(want.name)\": the controller does without \(want.purpose)"
        : "the map lacks the point \"\(want.name)\" for \(want.purpose)",
      found: nearest(to: want.name, besides: wanted).map { "\"\($0)\"" },
      expected: "\(want.name) as \(want.shape.words)",
      isError: !want.isOptional)
  }

  /// The one point that differs from a wanted name in capitals, dots or dashes alone.
  private func nearest(to name: String, besides wanted: [String]) -> String? {
    func plain(_ text: String) -> [UInt8] {
      text.lowercased().utf8.filter { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) }
    }
    let bare = plain(name)
    return points.map(\.name).first { other in
      let candidate = plain(other)
      return candidate == bare
        || (abs(candidate.count - bare.count) <= 1 && candidate.count > 3 && differsByOne(candidate, bare))
    }.flatMap { wanted.contains($0) ? nil : $0 }
  }

  /// Whether one letter was left out, added or replaced.
  private func differsByOne(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    let head = zip(a, b).prefix { $0 == $1 }.count
    let tail = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
    return head + tail >= max(a.count, b.count) - 1
  }

  private func issues(_ index: Int, _ want: InterfacePoint) -> [RegisterMapIssue] {
    let point = points[index]
    var found: [RegisterMapIssue] = []
    if !want.shape.allows(point.type) {
      found.append(
        RegisterMapIssue(
          index, .type, "the point has another type than the register interface gives it",
          found: point.type.description, expected: want.shape.words))
    }
    if want.isWritten && !point.access.allowsWriting {
      found.append(
        RegisterMapIssue(
          index, .access, "the controller writes this point", found: point.access.rawValue, expected: "rw"))
    }
    if !want.isWritten && point.access != .read {
      found.append(
        RegisterMapIssue(
          index, .access, "the machine writes this point; the controller must not",
          found: point.access.rawValue,
          expected: "r"))
    }
    return found
  }

  /// Rules among the points of assigned control: one device, one word order, as many answers as commands.
  private func assignedIssues(_ names: [String]) -> [RegisterMapIssue] {
    var found: [RegisterMapIssue] = []
    guard let id = self["id"] else { return found }
    if let index = firstIndex(of: "packml") {
      found += issues(
        index,
        InterfacePoint(
          name: "packml", shape: .exactly(PointType(.u16, count: PackTagsBlock.registers)),
          purpose: "PackTags"))
    }
    for name in names + ["packml"] where name != "id" {
      guard let index = firstIndex(of: name) else { continue }
      let point = points[index]
      if point.device != id.device || point.unit != id.unit {
        found.append(
          RegisterMapIssue(
            index, .unit, "the points of the register interface belong to one device",
            found: "\(point.device), unit \(point.unit)", expected: "\(id.device), unit \(id.unit), as \"id\""
          ))
      }
      if point.byteOrder != id.byteOrder {
        found.append(
          RegisterMapIssue(
            index, .byteOrder, "the order of bytes is that of \"id\", which is checked at the start",
            found: point.byteOrder.rawValue, expected: id.byteOrder.rawValue))
      }
    }
    if let answers = firstIndex(of: "answers"), let mailbox = self["mailbox"] {
      let slots = mailbox.type.count / CommandSlot.registers
      if points[answers].type.count / AnswerSlot.registers != slots {
        found.append(
          RegisterMapIssue(
            answers, .type, "there are as many answers as commands", found: points[answers].type.description,
            expected: "u16[\(slots * AnswerSlot.registers)] for the \(slots) slots of \"mailbox\""))
      }
    }
    return found
  }

  /// Rules of direct control: a diverter must not stay out when nobody drives it.
  private func directIssues(_ profile: HardwareProfile) -> [RegisterMapIssue] {
    var found: [RegisterMapIssue] = []
    for bin in profile.bins where !bin.isEnd {
      guard let index = firstIndex(of: "divert.\(bin.name)"), points[index].onLinkLoss == .hold else {
        continue
      }
      found.append(
        RegisterMapIssue(
          index, .onLinkLoss,
          "a diverter that holds its value when the link is lost would divert every piece",
          found: "hold", expected: "off or safe"))
    }
    for (index, point) in points.enumerated() {
      let type: PointType
      if point.name.hasPrefix("eye."), point.name.hasSuffix(".count") {
        type = .u16
      } else if point.name.hasPrefix("eye."), point.name.hasSuffix(".at") {
        type = .u32
      } else {
        continue
      }
      if point.type != type {
        found.append(
          RegisterMapIssue(
            index, .type, "the point has another type than the register interface gives it",
            found: point.type.description, expected: type.description))
      }
    }
    return found
  }
}
