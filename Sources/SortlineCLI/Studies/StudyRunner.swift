import Experiments
import FileFormats
import Glibc
import Quantities
import SorterModel
import Telemetry

/// Runs a part of a study on all cores, and keeps what is finished as it goes.
struct StudyRunner {
  let points: StudyPoints
  let folder: StudyFolder
  let console: Console
  var isQuiet: Bool
  /// How many runs at once.
  var jobs: Int
  /// The words that say a run again, where its run directory is kept; nil where none is.
  var logs: (@Sendable (StudyRecord, Int) -> [String])?

  /// The most runs at once.
  static let mostJobs = 256

  /// One a core, where nothing else is said.
  static var usualJobs: UInt64 { UInt64(max(1, min(mostJobs, sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }

  /// The option, for the commands that have it.
  static let jobsOption = OptionSpec(
    "jobs", short: "j", value: "N", "Run so many at once; the results are the same.", standard: "one a core")

  /// Runs these, and hands back all rows: those that were known before and those that were finished now.
  ///
  /// Finished runs are written every few seconds, so that little is lost where the power fails.
  func run(_ numbers: [Int], of record: StudyRecord, having known: [StudyRun]) throws -> [StudyRun] {
    guard let first = numbers.first else { return known }
    let profile = try points.replicator(of: record.place(of: first).point).loaded.profile
    var need = MemoryNeed.ofSimulation(profile, keepsLogs: logs != nil)
    need.multiply(by: min(jobs, numbers.count))
    try need.check()
    let display = ProgressDisplay(
      label: printable(record.name, limit: 24), sink: console.err, traits: console.errTraits,
      isQuiet: isQuiet, now: monotonicNow())
    let crew = crew(numbers, record)
    var rows = known
    var unsteady: [Int] = []
    let fedPlace = record.index(of: "fed")
    var fed = 0
    var saver = Saver()
    func snapshot() -> ProgressSnapshot {
      var snapshot = ProgressSnapshot(pieces: fed, simulated: .zero)
      snapshot.runs = (rows.count - known.count, numbers.count)
      return snapshot
    }
    do {
      try crew.run(jobs: jobs) { more in
        rows += more.map(\.row)
        if let fedPlace { fed += more.reduce(0) { $0 + $1.row.micros[fedPlace] / 1_000_000 } }
        unsteady += more.filter { !$0.isSteady }.map(\.row.run)
        display.update(snapshot(), now: monotonicNow())
        if !more.isEmpty { try saver.save(rows, of: record, in: folder) }
        return !Interruption.isRequested
      }
    } catch {
      display.abandon()
      // What was finished before is kept.
      if rows.count > known.count { try? folder.write(rows, of: record) }
      throw (error as? RecorderError)?.failure(folder.path, shownAs: folder.path, advice: "") ?? error
    }
    display.finish(snapshot(), now: monotonicNow(), interrupted: Interruption.isRequested)
    tellUnsteady(unsteady, of: rows.count - known.count)
    return rows.sorted { $0.run < $1.run }
  }

  /// A finished run, and whether MSER-5 found a steady state in it.
  private struct Finished {
    var row: StudyRun
    var isSteady: Bool
  }

  private func crew(_ numbers: [Int], _ record: StudyRecord) -> RunCrew<Finished> {
    let points = points
    let path = folder.path
    let logs = logs
    return RunCrew(numbers) { number, goesOn in
      let replicator = try points.replicator(of: record.place(of: number).point)
      let finished: Replicator.Finished?
      if let logs {
        let run = LoggedRun(
          replicator: replicator, record: record, number: number, folder: path,
          command: logs(record, number))
        finished = try run.run(goesOn: goesOn)
      } else {
        finished = try replicator.run(
          seed: record.seed(of: number), replication: record.place(of: number).replication, goesOn: goesOn)
      }
      return finished.map { Finished(row: $0.row(of: number, in: record), isSteady: $0.isSteady) }
    }
  }

  /// Says in which runs MSER-5 found no steady state.
  private func tellUnsteady(_ runs: [Int], of count: Int) {
    if runs.isEmpty || isQuiet { return }
    let which = runs.count == count ? "" : ": \(printable(RunSelection(runs).text, limit: 200))"
    console.warn(
      "\(WarmUpWords.unsteady) of \(grouped(runs.count)) of \(grouped(count)) runs\(which); "
        + "figures leave out the best cut there")
  }

  /// Writes the table of runs now and then: the larger it is, the rarer.
  private struct Saver {
    private var nextDue = monotonicNow() + .seconds(2)

    mutating func save(_ rows: [StudyRun], of record: StudyRecord, in folder: StudyFolder) throws {
      let began = monotonicNow()
      if began < nextDue { return }
      try folder.write(rows, of: record)
      let took = monotonicNow() - began
      nextDue = monotonicNow() + .seconds(2) + Nanoseconds(took.rawValue * 20)
    }
  }
}

/// A run of a study whose run directory is kept in the study's folder.
struct LoggedRun {
  let replicator: Replicator
  let record: StudyRecord
  let number: Int
  let folder: String
  let command: [String]

  func run(goesOn: () -> Bool) throws -> Replicator.Finished? {
    let place = record.place(of: number)
    let target = "\(folder)/\(Self.name(number))"
    let files = try RunFolder(out: target, replacing: true, base: target)
    do {
      let finished = try replicator.run(
        seed: record.seed(of: number), replication: place.replication,
        recorder: { try Recorder($0, writing: JournalFiles(directory: files.work)) }, goesOn: goesOn)
      guard let finished else {
        files.discard()
        return nil
      }
      let loaded = replicator.loaded
      let summary = Summary(
        finished.run, finished.totals, digest: finished.end.digest,
        expecting: loaded.scenario.expectations, mailRows: finished.mail?.rows,
        ending: RunEnding(finished.end.cause), supervision: finished.end.supervision)
      let file = RunFile(summary.run, of: loaded, command: command)
      try files.write(file, summary, hasTables: true)
      _ = try files.commit()
      return finished
    } catch {
      files.discard()
      throw (error as? RecorderError)?.failure(files.work, shownAs: target, advice: "") ?? error
    }
  }

  /// The name of a run's folder.
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return "run-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }
}
