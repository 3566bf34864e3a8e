import FileFormats
import Quantities
import RegisterMap
import SorterModel
import SortlineCLI

/// Whole files that are fuzzed.
enum FuzzedFiles {
  private static let folder = FuzzFolder.shared
  private static let rig = {
    do { return try folder.library.loadProfile("rig").value } catch { fatalError("the rig: \(error)") }
  }()

  static func profile(_ bytes: [UInt8]) -> String? {
    let path = "hardware-profiles/fuzzed/profile.json5"
    if !FuzzFolder.exists(folder.path + "/hardware-profiles/fuzzed") {
      FuzzFolder.makeFolder(folder.path + "/hardware-profiles/fuzzed")
      FuzzFolder.copy(
        folder.path + "/hardware-profiles/rig/registers.csv",
        folder.path + "/hardware-profiles/fuzzed/registers.csv")
    }
    folder.write(bytes, to: path)
    do throws(InvalidInput) {
      _ = try folder.library.loadProfile(path)
    } catch {
      return FuzzFolder.complaint(about: error, named: "hardware-profiles/")
    }
    return simulate("base", ["--profile", folder.path + "/" + path])
      ?? command(["check", folder.path + "/" + path])
  }

  static func scenario(_ bytes: [UInt8]) -> String? {
    folder.write(bytes, to: "scenarios/day/scenario.json5")
    do throws(InvalidInput) {
      _ = try folder.library.loadScenario("scenarios/day")
    } catch {
      return FuzzFolder.complaint(about: error, named: "scenarios/", "hardware-profiles/")
    }
    return simulate("day", []) ?? command(["check", folder.path + "/scenarios/day"])
  }

  static func study(_ bytes: [UInt8]) -> String? {
    do throws(InvalidInput) {
      let design = try StudyDesign(SourceText(name: "trial.json5", bytes: bytes), recordedAs: "trial.json5")
      guard let count = design.pointCount, count * design.replications <= StudyRecord.mostRuns else {
        return "a study with too many runs was taken"
      }
      // Of a Latin hypercube any order is one.
      let order = (0..<min(count, 4)).map { $0 }
      for point in order {
        let alterations = design.alterations(of: point, ranks: design.factors.map { _ in order })
        if alterations.map(\.key) != design.factors.map(\.key) { return "a point that leaves out a factor" }
        _ = try folder.library.altered(by: alterations).loadScenario("scenarios/base")
      }
      return nil
    } catch {
      return FuzzFolder.complaint(about: error, named: "trial.json5", "scenarios/", "hardware-profiles/")
    }
  }

  static func record(_ bytes: [UInt8]) -> String? {
    do throws(InvalidInput) {
      let record = try StudyRecord(json: SourceText(name: "study.json", bytes: bytes))
      do throws(InvalidInput) {
        let again = try StudyRecord(json: SourceText(name: "again.json", bytes: record.json))
        return again == record ? nil : "a record comes back as another one"
      } catch {
        return "a record that was read is not read again: \(error)"
      }
    } catch {
      return FuzzFolder.complaint(about: error, named: "study.json")
    }
  }

  static func plan(_ bytes: [UInt8], as name: String) -> String? {
    let path = "scenarios/plans/" + name
    folder.write(bytes, to: path)
    do throws(InvalidInput) {
      let plan = try folder.library.loadPlan(path).value
      var compilation = CompiledPlan.compile(plan, for: rig)
      for issue in compilation.issues where issue.description.isEmpty { return "an issue without words" }
      guard let compiled = compilation.plan.take() else { return nil }
      for code in ["0", "331", "33101", "33299", "999999999999", "ZZZZZZZZZZZZ", "A"] {
        guard let destination = DestinationCode(code) else { continue }
        for sizeClass in 0..<UInt8(rig.sizeClasses.count) {
          let rule = compiled.rule(for: destination, sizeClass: SizeClassID(sizeClass))
          let bin = compiled.onlyBin(of: rule)
          if bin != .none && !compiled.allows(bin, for: destination, sizeClass: SizeClassID(sizeClass)) {
            return "the plan gives \(code) a bin that it does not allow"
          }
        }
      }
      return nil
    } catch {
      return FuzzFolder.complaint(about: error, named: path)
    }
  }

  static func mix(_ bytes: [UInt8]) -> String? {
    folder.write(bytes, to: "scenarios/mixes/fuzzed.csv")
    do throws(InvalidInput) {
      let weights = try folder.library.loadMix("scenarios/mixes/fuzzed.csv").value.map(\.weight)
      return weights.allSatisfy { $0 >= 1 } ? nil : "a weight below 1"
    } catch {
      return FuzzFolder.complaint(about: error, named: "scenarios/mixes/fuzzed.csv")
    }
  }

  static func mail(_ bytes: [UInt8]) -> String? {
    let path = folder.write(bytes, to: "mail.csv")
    do throws(InvalidInput) {
      let mail = try MailFile(path: path, shownAs: "mail.csv")
      var piece = Mailpiece(
        arrivedAt: .start, destination: .none,
        dimensions: Dimensions(length: .zero, width: .zero, height: .zero, weight: .zero))
      var last = Instant.start
      var pieces = 0
      while true {
        let answer = mail.next(into: &piece)
        if answer == .end { break }
        guard answer == .piece else { continue }
        pieces += 1
        if piece.arrivedAt < last { return "a piece that arrives before the one above it" }
        if piece.dimensions.length <= .zero || piece.destination == .none {
          return "a piece without size or way"
        }
        last = piece.arrivedAt
      }
      if pieces != mail.pieces { return "\(pieces) pieces came and \(mail.pieces) were counted" }
      _ = try MailFile.count(path: path, shownAs: "mail.csv")
      return nil
    } catch {
      return FuzzFolder.complaint(about: error, named: "mail.csv")
    }
  }

  static func registers(_ bytes: [UInt8]) -> String? {
    folder.write(bytes, to: "map.csv")
    do throws(InvalidInput) {
      let map = try folder.library.loadRegisters("map.csv").value
      folder.write(Array(RegisterMapText.csv(map).utf8), to: "again.csv")
      let again: RegisterMap
      do throws(InvalidInput) {
        again = try folder.library.loadRegisters("again.csv").value
      } catch {
        return "a map that was read is not read again: \(error)"
      }
      return again.points == map.points ? nil : "a map comes back as another one"
    } catch {
      return FuzzFolder.complaint(about: error, named: "map.csv")
    }
  }

  static func tags(_ bytes: [UInt8]) -> String? {
    let path = folder.write(bytes, to: "tags.csv")
    do throws(InvalidInput) {
      _ = try RegisterMapImport(path: path).map.issues()
      return nil
    } catch {
      return FuzzFolder.complaint(about: error, named: path)
    }
  }

  /// Two seconds of a scenario, with something of it replaced.
  private static func simulate(_ scenario: String, _ words: [String]) -> String? {
    command(
      [
        "simulate", folder.path + "/scenarios/" + scenario, "--until", "2s", "--summary-only", "--quiet",
        "--force", "--out",
      ]
        + [folder.path + "/run"] + words)
  }

  /// Runs a command in this process: what it says and its code must be those of right or of wrong input.
  private static func command(_ words: [String]) -> String? {
    let (out, err) = (MemorySink(), MemorySink())
    let console = Console(out: out, err: err, environment: ["SORTLINE_HOME": folder.path])
    let code = SortlineProgram.main(words, console: console)
    let isFit = (out.text + err.text).unicodeScalars.allSatisfy {
      $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F
    }
    if !isFit { return "\(words[0]) prints control characters: \((out.text + err.text).debugDescription)" }
    switch code {
    case .ok, .thresholdFailed, .badData, .noInput, .configuration, .systemRefuses: return nil
    default: return "\(words.joined(separator: " ")) ended with \(code.rawValue): \(err.text)"
    }
  }
}
