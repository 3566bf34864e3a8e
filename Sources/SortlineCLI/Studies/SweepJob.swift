import Experiments
import FileFormats
import Quantities
import SorterModel

/// A study from its file to its folder: what is finished already is taken over, the rest is run.
struct SweepJob {
  let options: SweepOptions
  let console: Console

  /// Loads, runs, writes and tells.
  func run() throws -> ExitCode {
    let path = StudySearch(name: options.study, home: console.environment["SORTLINE_HOME"]).path
    let design = try StudySearch.design(at: path)
    let scenario = try StudyScenario(
      design, at: path, in: Library(environmentHome: console.environment["SORTLINE_HOME"]))
    let base = try scenario.base()
    if !options.isQuiet { for remark in base.remarks { console.note(remark.description) } }
    if let fault = WarmUpWords.fault(design.warmUp, of: base.scenario, until: design.until) { throw fault }
    let points = StudyPoints { try scenario.replicator(of: $0) }
    let record = try record(design, base, scenario, points)
    let wanted = try wanted(of: record)
    let place = place(of: design)
    let earlier = try EarlierRuns(
      at: place, of: record, points: points, force: options.force,
      whatForceDoes: "drop them; what still holds is taken over")
    if options.lists {
      StudyListing(record: record, wanted: wanted, known: earlier.rows).tell(console)
      return .ok
    }
    let folder = try StudyFolder(at: place)
    tellEarlier(earlier, wanted)
    folder.removeSummary()
    try folder.write(record)
    let known = Set(earlier.rows.map(\.run))
    var runner = StudyRunner(
      points: points, folder: folder, console: console, isQuiet: options.isQuiet, jobs: options.jobs)
    if options.keepsLogs {
      let options = options
      runner.logs = { options.canonicalCommand($1) }
    }
    // With logs, a run whose directory is not there is run again.
    let rest = wanted.filter { !known.contains($0) || (options.keepsLogs && !runner.hasLogs(of: $0)) }
    let kept = earlier.rows.filter { !rest.contains($0.run) || !options.keepsLogs }
    let rows = try runner.run(rest, of: record, having: kept)
    let summary = try folder.finish(record, rows)
    let result = SweepResult(record: record, rows: rows, summary: summary, wanted: wanted, place: folder.path)
    result.tell(console, options)
    return Interruption.isRequested ? .interrupted : .ok
  }

  /// The study's folder, or that of the shard inside it.
  private func place(of design: StudyDesign) -> String {
    let place = options.out ?? "runs/\(design.name)"
    return options.shard.map { "\(place)/\($0.folder)" } ?? place
  }

  /// The runs that are asked for: of all, or of those that `--runs` names, the share of the shard.
  private func wanted(of record: StudyRecord) throws(UsageError) -> [Int] {
    var selection = RunSelection(all: record.runCount)
    if let text = options.runs {
      do throws(RunSelection.Fault) {
        selection = try RunSelection(text, below: record.runCount)
      } catch {
        throw UsageError(
          "--runs: \(error.message)", advice: "Write it as 0..9,12; --list shows which runs there are.",
          command: "sweep")
      }
    }
    return options.shard?.share(of: selection.numbers) ?? selection.numbers
  }

  /// What the study is; every point is read on the way, and what is wrong with one is told.
  private func record(
    _ design: StudyDesign, _ base: LoadedScenario, _ scenario: StudyScenario, _ points: StudyPoints
  ) throws -> StudyRecord {
    let first = try points.replicator(of: 0)
    let run = first.loaded.description(programVersion: SortlineProgram.version)
    var record = StudyRecord(
      name: design.name, title: design.title, programVersion: SortlineProgram.version,
      scenario: base.scenario.name, seed: first.loaded.scenario.seed, replications: design.replications,
      inputs: ([design.input] + base.inputs).map { StudyRecord.Input($0) },
      factors: design.factors.map { StudyRecord.Factor(name: $0.name, key: $0.key.text) }, points: [],
      figures: StudyRecord.FigureKind.all(like: run), expectations: base.scenario.expectations)
    record.randomNumbers = design.randomNumbers
    record.warmUp = design.warmUp
    record.until = design.until
    let found = try PointFacts.read(count: scenario.points.count, jobs: options.jobs) { point in
      let loaded = try points.replicator(of: point).loaded
      if let fault = WarmUpWords.fault(design.warmUp, of: loaded.scenario, until: design.until) {
        throw fault
      }
      return PointFacts(point: point, digest: loaded.inputsDigest, currency: loaded.profile.costs.currency)
    }
    record.points = zip(scenario.points, found).map { alterations, facts in
      StudyRecord.Point(values: alterations.map { StudyValue($0) }, inputsDigest: facts.digest)
    }
    if let other = found.first(where: { $0.currency != found[0].currency }), !options.isQuiet {
      console.warn(
        "costs of point 0 are in \(printable(found[0].currency)) and of point \(other.point) in "
          + "\(printable(other.currency)): they stand in one column, as they are")
    }
    return record
  }

  private func tellEarlier(_ earlier: EarlierRuns, _ wanted: [Int]) {
    if options.isQuiet { return }
    let known = Set(earlier.rows.map(\.run))
    let taken = wanted.count { known.contains($0) }
    if taken > 0 {
      console.note(
        "\(grouped(taken)) of \(grouped(wanted.count)) runs are finished already and are not repeated")
    }
    if earlier.dropped > 0 {
      console.warn(
        "\(grouped(earlier.dropped)) earlier runs have no place in the study as it is now and are dropped")
    }
  }
}

extension StudyRunner {
  /// Whether the run directory of a run is there.
  func hasLogs(of number: Int) -> Bool {
    folderEntries("\(folder.path)/\(LoggedRun.name(number))")?.contains("summary.json") ?? false
  }
}

/// What must be known of each point of a study before anything runs.
private struct PointFacts {
  var point: Int
  var digest: String
  var currency: String

  /// Reads every point once, on several threads: the facts in order, or the error of the first wrong point.
  static func read(
    count: Int, jobs: Int, _ body: @escaping @Sendable (Int) throws -> PointFacts
  ) throws -> [PointFacts] {
    var found: [PointFacts] = []
    try RunCrew<PointFacts>(Array(0..<count)) { point, _ in try body(point) }.run(jobs: jobs) { more in
      found += more
      return !Interruption.isRequested
    }
    if Interruption.isRequested {
      throw CommandFailure(.interrupted, "interrupted by \(Interruption.signalName) before anything ran")
    }
    return found.sorted { $0.point < $1.point }
  }
}
