import Quantities
import SorterModel

/// Reads a scenario's `mail`: generated, or the name of a file.
struct MailReader {
  let fields: Fields
  let hasDuration: Bool

  /// The mail, and what has yet to be looked up for it.
  struct Result {
    var source: MailSource
    var mix: (name: String, node: JSONNode)?
    var file: (name: String, node: JSONNode)?
  }

  private static let nothing = MailSource.generated(
    MailGeneration(arrivals: .waiting, pieces: 0, destinations: [], sizes: []))

  /// The mail of the scenario.
  func read() -> Result {
    guard let node = fields["mail"] else { return Result(source: Self.nothing) }
    guard case .object(let members) = node.kind else {
      fields.complain(
        node, "\"mail\" is not an object", expected: "{ arrivals, destinations, sizes } or { file }")
      return Result(source: Self.nothing)
    }
    let fromFile = members.contains { $0.key == "file" }
    guard let mail = fields.object("mail", as: fromFile ? .fileMail : .generatedMail) else {
      return Result(source: Self.nothing)
    }
    return fromFile ? file(mail) : generated(mail)
  }

  private func file(_ mail: Fields) -> Result {
    let compress = mail.whole("compress_time", 1...1_000_000, default: 1)
    guard let node = mail["file"], let name = mail.text(of: node, called: "file", length: 1...512) else {
      return Result(source: .file(path: "", compressTime: compress))
    }
    return Result(source: .file(path: "", compressTime: compress), file: (name, node))
  }

  private func generated(_ mail: Fields) -> Result {
    let arrivals = arrivals(mail)
    let pieces = mail["pieces"].map { _ in mail.whole("pieces", 1...1_000_000_000_000) }
    if pieces == nil && !hasDuration {
      mail.complain(
        mail.node, "the mail has no end", found: "neither \"pieces\" nor \"duration_s\"",
        expected: "one of them, or both")
    }
    let (destinations, mix) = destinations(mail)
    return Result(
      source: .generated(
        MailGeneration(arrivals: arrivals, pieces: pieces, destinations: destinations, sizes: sizes(mail))),
      mix: mix)
  }

  private func arrivals(_ mail: Fields) -> Arrivals {
    guard let item = mail.object("arrivals", as: .arrivals) else { return .waiting }
    let process = item.name("process", among: ["constant", "poisson", "by_hour", "waiting"])
    let needed = process == "by_hour" ? "by_hour" : process == "waiting" ? nil : "per_hour"
    guard let process else { return .waiting }
    if let needed, item[needed] == nil {
      item.complain(
        item.node, "the key \(quoted(needed)) is missing in \"mail.arrivals\"",
        found: "the process \(quoted(process)) without it", expected: needed)
    }
    for key in ["per_hour", "by_hour"] where key != needed {
      guard let node = item[key] else { continue }
      item.complain(
        node, "the process \(quoted(process)) has no \(quoted(key))",
        expected: needed.map { quoted($0) } ?? "neither \"per_hour\" nor \"by_hour\"")
    }
    switch process {
    case "constant": return .constant(perHour: item.whole("per_hour", 1...1_000_000))
    case "poisson": return .poisson(perHour: item.whole("per_hour", 1...1_000_000))
    case "by_hour": return .byHour(hours(item))
    default: return .waiting
    }
  }

  private func hours(_ item: Fields) -> [Int] {
    let nodes = item.list("by_hour", count: 24...24)
    let hours = nodes.map { item.number($0, called: "by_hour", Unit(0, 0...1_000_000)) }
    if let node = item["by_hour"], !hours.isEmpty, hours.allSatisfy({ $0 == 0 }) {
      item.complain(
        node, "no hour of the day brings any mail", found: "24 zeros", expected: "at least one above 0")
    }
    return hours.map { $0 ?? 0 }
  }

  private func destinations(_ mail: Fields) -> ([WeightedDestination], (name: String, node: JSONNode)?) {
    guard let item = mail.object("destinations", as: .destinations) else { return ([], nil) }
    let given = item.all.map(\.key).filter { ObjectKeys.destinations.all.contains($0) }
    if given.count != 1 {
      item.complain(
        item.node, "\"destinations\" must say one thing",
        found: given.isEmpty ? "none" : given.joined(separator: " and "),
        expected: "mix, uniform or weighted")
      return ([], nil)
    }
    if let node = item["mix"] {
      return ([], item.text(of: node, called: "mix", length: 1...512).map { ($0, node) })
    }
    if item["uniform"] != nil {
      let nodes = item.list("uniform", count: 1...100_000)
      return (
        nodes.compactMap { pattern($0, "uniform", item).map { WeightedDestination(pattern: $0, weight: 1) } },
        nil
      )
    }
    var sum = WeightSum()
    let weighted = item.objects("weighted", count: 1...100_000, as: .weightedDestination)
    return (
      weighted.compactMap { entry in
        let weight = entry.number("weight", .weight)
        if !sum.add(weight), let node = entry["weight"] {
          entry.complain(
            node, "the weights add up to too much", expected: "at most \(WeightSum.limit) in all")
        }
        let code = entry["code"].flatMap { pattern($0, "code", entry) }
        return code.map { WeightedDestination(pattern: $0, weight: weight) }
      }, nil
    )
  }

  private func pattern(_ node: JSONNode, _ key: String, _ item: Fields) -> String? {
    guard let text = item.text(of: node, called: key) else { return nil }
    guard let fault = MixReader.fault(inPattern: text) else { return text }
    item.complain(node, fault.message, expected: fault.expected)
    return nil
  }

  private func sizes(_ mail: Fields) -> [WeightedSize] {
    var sum = WeightSum()
    let side = Unit(1, 1...Unit.side.range.upperBound)
    return mail.objects("sizes", count: 1...64, as: .size).map { item in
      let weight = item.number("weight", .weight)
      if !sum.add(weight), let node = item["weight"] {
        item.complain(node, "the weights add up to too much", expected: "at most \(WeightSum.limit) in all")
      }
      return WeightedSize(
        weight: weight, length: item.lengths("length_mm", side), width: item.lengths("width_mm", side),
        height: item.lengths("height_mm", side), mass: item.masses("weight_g"))
    }
  }
}
