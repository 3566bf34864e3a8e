import Experiments
import FileFormats

/// Shards of a study, or other parts of it, joined into one folder with the bytes that one computer would write.
struct MergeJob {
  let folders: [String]
  let out: String
  let force: Bool
  let printsJSON: Bool
  let isQuiet: Bool
  let console: Console

  /// Reads all parts, joins and writes them.
  func run() throws -> ExitCode {
    let parts = try parts()
    var first: (path: String, record: StudyRecord)?
    var rows: [Int: (run: StudyRun, path: String)] = [:]
    for path in parts {
      let record = try StudyRecord(path: path + "/" + StudyDirectory.files[0])
      if let first, first.record != record { throw differing(first.path, first.record, path, record) }
      first = first ?? (path, record)
      for run in try StudyTable(of: record).runsIfThere(in: path) {
        if let known = rows[run.run], known.run != run {
          throw CommandFailure(
            .badData,
            "run \(run.run) stands in '\(printable(known.path, limit: 240))' and in "
              + "'\(printable(path, limit: 240))', and not with the same figures",
            advice:
              "A run has the same figures on every computer: one of the two was changed, or made otherwise.")
        }
        rows[run.run] = rows[run.run] ?? (run, path)
      }
    }
    guard let record = first?.record else { throw CommandFailure(.noInput, "there is no study to merge") }
    var missing = RunSelection(all: record.runCount)
    for number in rows.keys { missing.remove(number) }
    if !missing.isEmpty {
      let count = missing.count == 1 ? "1 run is" : "\(grouped(missing.count)) runs are"
      throw CommandFailure(
        .badData, "\(count) missing: \(missing.text)",
        advice: "Run the rest with 'sortline sweep STUDY --runs \(missing.text)' and merge that folder too.")
    }
    let folder = try StudyFolder(at: out)
    if folder.holdsStudy && !force {
      throw CommandFailure(
        .cannotCreate, "'\(printable(out, limit: 240))' holds an earlier study",
        advice: "Choose another folder, or add --force to replace it.")
    }
    folder.removeSummary()
    let runs = rows.values.map(\.run).sorted { $0.run < $1.run }
    let summary = try folder.finish(record, runs)
    tell(record, runs, summary, parts.count)
    return .ok
  }

  /// The folders of studies: those that were given, or the shards inside them.
  private func parts() throws(CommandFailure) -> [String] {
    var parts: [String] = []
    for folder in folders {
      let shards = (folderEntries(folder) ?? []).filter {
        StudyFolder.isShard($0) && StudyDirectory.isOne(folder + "/" + $0)
      }
      if StudyDirectory.isOne(folder) { parts.append(folder) }
      parts += shards.map { folder + "/" + $0 }
      if shards.isEmpty && !StudyDirectory.isOne(folder) {
        throw CommandFailure(
          .noInput, "'\(printable(folder, limit: 240))' holds no study.json, and no shards that do",
          advice: "Give the folders that 'sortline sweep' wrote.")
      }
    }
    return parts
  }

  private func differing(
    _ path: String, _ record: StudyRecord, _ otherPath: String, _ other: StudyRecord
  ) -> CommandFailure {
    CommandFailure(
      .configuration,
      "'\(printable(path, limit: 240))' and '\(printable(otherPath, limit: 240))' are of studies that differ: "
        + record.difference(from: other),
      advice: "Only parts of one study can be joined: the same files, factors and version.")
  }

  private func tell(_ record: StudyRecord, _ runs: [StudyRun], _ summary: StudySummary, _ parts: Int) {
    if printsJSON {
      console.out.write(String(decoding: summary.json(of: record), as: UTF8.self))
    } else if !isQuiet {
      let from = parts == 1 ? "one folder" : "\(grouped(parts)) folders"
      console.print("\(printable(record.name)): all \(grouped(runs.count)) runs, from \(from)")
      console.print("Kept in \(console.outTraits.style.code(printable(out, limit: 240)))")
    }
  }
}
