/// The section on what the run exercised.
extension AcceptanceProtocol {
  var functions: [Document.Block] {
    let bins = report.functions.filter { $0.group == .bin }
    let called = bins.filter { !$0.calledForBy.isEmpty }
    var blocks: [Document.Block] = [
      .heading("Functions exercised"),
      .paragraph(
        "\(called.count { $0.isExercised }) of \(called.count) bins that the plan names took a piece, and "
          + "\(bins.count { $0.isExercised }) of the machine's \(bins.count)."),
    ]
    var idle: [String] = []
    for group in ExercisedFunction.Group.allCases {
      var table = Document.Table([group.title, "called for by", "times", "events"], numeric: [2])
      var names: [String] = []
      for function in report.functions where function.group == group {
        // A hundred bins that work are a line above; one that took nothing is a line of its own.
        if function.isExercised || !function.calledForBy.isEmpty {
          guard group != .bin || function.isOpen else { continue }
          table.rows.append([
            function.name, function.calledForBy, Self.times(function), function.evidence.words,
          ])
        } else if group != .bin {
          names.append(function.name)
        }
      }
      if !table.rows.isEmpty { blocks.append(.table(table)) }
      if !names.isEmpty { idle.append("\(group.title): \(names.joined(separator: ", "))") }
    }
    if !idle.isEmpty {
      blocks.append(
        .paragraph("Not exercised, and nothing called for it. " + idle.joined(separator: "; ") + "."))
    }
    return blocks
  }

  private static func times(_ function: ExercisedFunction) -> String {
    guard function.isExercised else { return "NO" }
    let more = [function.remark, function.standing > 0 ? "\(function.standing) standing" : ""].filter {
      !$0.isEmpty
    }
    return grouped(function.evidence.count) + (more.isEmpty ? "" : " (\(more.joined(separator: ", ")))")
  }
}

extension ExercisedFunction.Group {
  /// The group in words.
  var title: String {
    switch self {
    case .outcome: "outcome"
    case .bin: "bin"
    case .sizeClass: "size class"
    case .fault: "fault"
    case .alarm: "alarm"
    case .state: "state"
    }
  }
}
