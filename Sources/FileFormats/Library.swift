/// Where profiles, plans and mixes are looked for, and the rules by which files may be named.
///
/// Roots, in this order: beside the scenario (`<it>/plans`, `<it>/mixes`, `<it>/../hardware-profiles`,
/// where `it` is the folder that holds the scenario's folder), the working directory
/// (`scenarios/plans`, `scenarios/mixes`, `hardware-profiles`), and the same three under the home
/// that the environment variable `SORTLINE_HOME` names.
public struct Library: Sendable {
  /// What a library holds.
  public enum Role: String, CaseIterable, Sendable {
    /// `hardware-profiles/<name>/profile.json5`
    case profile
    /// `scenarios/plans/<name>.csv` or `.json5`
    case plan
    /// `scenarios/mixes/<name>.csv`
    case mix
  }

  /// The folder that relative paths start from.
  let workingDirectory: String
  /// The folder that `SORTLINE_HOME` names.
  let home: String?
  /// What takes the place of values in the scenario, the profile and the plan that are read.
  var alterations: [Alteration] = []

  /// A library seen from a working directory (`.` for the process's own), with the value of `SORTLINE_HOME`.
  public init(workingDirectory: String = ".", environmentHome: String? = nil) {
    self.workingDirectory = workingDirectory
    home = environmentHome.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The same library, in which values of the scenario, the profile and the plan that are read are other ones.
  public func altered(by alterations: [Alteration]) -> Library {
    var library = self
    library.alterations = alterations
    return library
  }

  /// What a name of a profile, plan, mix, scenario or size class may look like.
  static let nameRule = "1 to 64 letters, digits, \".\", \"-\" or \"_\", the first a letter or digit"

  /// Whether `text` can be such a name.
  static func isName(_ text: String) -> Bool {
    func isPlain(_ byte: UInt8) -> Bool {
      (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
    }
    return (1...64).contains(text.utf8.count) && text.utf8.first.map(isPlain) ?? false
      && text.utf8.allSatisfy { isPlain($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
  }

  /// A file that was found: where it is, how messages name it, and how `run.json` names it.
  struct Found {
    var path: String
    var shown: String
    var recorded: String
  }

  /// One root: where each kind of thing lies.
  private struct Root {
    var scenarios: String
    var profiles: String
  }

  /// The path of a file as the process must open it.
  func onDisk(_ path: String) -> String { FileSystem.join(workingDirectory, path) }

  private func roots(besides scenarioFolder: String?) -> [Root] {
    var roots: [Root] = []
    if let scenarioFolder {
      // Seen from inside, so that a folder given as `.` has a parent too.
      let parent =
        FileSystem.lastPart(of: scenarioFolder).contains(where: { $0 != "." })
        ? FileSystem.parent(of: scenarioFolder) : FileSystem.join(scenarioFolder, "..")
      roots.append(
        Root(
          scenarios: FileSystem.tidy(parent),
          profiles: FileSystem.tidy(FileSystem.join(parent, "../hardware-profiles"))))
    }
    roots.append(Root(scenarios: "scenarios", profiles: "hardware-profiles"))
    if let home {
      roots.append(
        Root(
          scenarios: FileSystem.join(home, "scenarios"),
          profiles: FileSystem.join(home, "hardware-profiles")))
    }
    return roots
  }

  private func candidates(_ role: Role, _ name: String, in root: Root) -> [Found] {
    switch role {
    case .profile:
      let inside = "\(name)/profile.json5"
      return [found(FileSystem.join(root.profiles, inside), recorded: "hardware-profiles/\(inside)")]
    case .plan:
      return ["csv", "json5"].map { ending in
        let inside = "plans/\(name).\(ending)"
        return found(FileSystem.join(root.scenarios, inside), recorded: "scenarios/\(inside)")
      }
    case .mix:
      let inside = "mixes/\(name).csv"
      return [found(FileSystem.join(root.scenarios, inside), recorded: "scenarios/\(inside)")]
    }
  }

  private func found(_ path: String, recorded: String) -> Found {
    Found(path: onDisk(path), shown: path, recorded: recorded)
  }

  /// The file that a library name stands for; nil if no root has it.
  func find(_ role: Role, _ name: String, besides scenarioFolder: String?) -> Found? {
    for root in roots(besides: scenarioFolder) {
      for candidate in candidates(role, name, in: root) where FileSystem.entry(at: candidate.path) != .nothing
      {
        return candidate
      }
    }
    return nil
  }

  /// Every name of its kind that the library has, sorted: for suggestions and completions.
  public func names(_ role: Role, besides scenarioFolder: String? = nil) -> [String] {
    var names: Set<String> = []
    for root in roots(besides: scenarioFolder) {
      switch role {
      case .profile:
        for entry in FileSystem.entries(of: onDisk(root.profiles))
        where FileSystem.entry(at: onDisk(FileSystem.join(root.profiles, "\(entry)/profile.json5"))) == .file
        {
          names.insert(entry)
        }
      case .plan, .mix:
        let folder = FileSystem.join(root.scenarios, role == .plan ? "plans" : "mixes")
        for entry in FileSystem.entries(of: onDisk(folder)) {
          for ending in role == .plan ? [".csv", ".json5"] : [".csv"] where entry.hasSuffix(ending) {
            names.insert(String(entry.dropLast(ending.count)))
          }
        }
      }
    }
    return names.sorted()
  }

  /// Whether `text` names a file rather than something in the library.
  static func looksLikeFile(_ text: String) -> Bool {
    text.contains("/") || [".json5", ".json", ".csv"].contains { text.lowercased().hasSuffix($0) }
  }

  /// How `run.json` names a file given as `path`: absolute paths by their last part alone.
  static func recorded(_ path: String) -> String {
    path.hasPrefix("/") ? FileSystem.lastPart(of: path) : path
  }
}
