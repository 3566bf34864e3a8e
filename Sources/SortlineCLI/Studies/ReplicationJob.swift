import Experiments
import FileFormats
import Quantities
import Reporting
import SorterModel

/// Many replications of one scenario, from its files to the directory of a study with one point.
struct ReplicationJob {
  let options: SimulateOptions
  let replications: ReplicationOptions
  let console: Console

  /// Loads, runs, writes and tells.
  func run() throws -> ExitCode {
    let inputs = try RunInputs(
      scenario: options.scenario, overriding: options.overrides, until: options.until, console: console,
      isQuiet: options.isQuiet)
    try options.checkWarmUp(of: inputs.loaded.scenario)
    let replicator = Replicator(
      inputs.loaded, plan: inputs.plan, warmUp: options.warmUp, until: options.until,
      isStrict: options.isStrict, programVersion: SortlineProgram.version)
    // What a wrong mail file or one that is not there is told for, before anything is written.
    _ = try inputs.loaded.openMail(strict: options.isStrict)
    var record = record(replicator)
    let earlier = try earlier(of: record, replicator)
    let folder = try place(inputs.loaded.scenario, goingOn: !earlier.isEmpty)
    var rows: [StudyRun] = []
    do {
      try folder.write(record)
      rows = try enough(record, having: earlier, in: folder, replicator)
    } catch {
      if earlier.isEmpty { folder.discardUnfinished() }
      throw error
    }
    if rows.isEmpty {
      folder.discardUnfinished()
      throw CommandFailure(
        .interrupted, "interrupted by \(Interruption.signalName) before a replication was finished")
    }
    if !replications.targets.isEmpty { record.replications = (rows.last?.run ?? 0) + 1 }
    let summary = try folder.finish(record, rows)
    let result = ReplicationResult(
      record: record, rows: rows, summary: summary, inputs: inputs, place: folder.path)
    if let junit = options.junit { try writeWhole(Array(result.junit.xml.utf8), to: junit) }
    result.tell(console, format: options.format, quiet: options.isQuiet)
    return result.exitCode
  }

  /// The finished replications of this very study in the folder that was asked for, which are not repeated.
  ///
  /// - Throws: `cannotCreate` where another study is there, or this one and nothing is left to do, unless it may be
  ///   replaced.
  private func earlier(of record: StudyRecord, _ replicator: Replicator) throws -> [StudyRun] {
    guard let out = options.out, !options.replacesRun else { return [] }
    let rows = try EarlierRuns(
      at: out, of: record, points: StudyPoints { _ in replicator }, force: false, whatForceDoes: "begin anew"
    ).rows
    if replications.targets.isEmpty && rows.count == replications.least {
      throw CommandFailure(
        .cannotCreate, "'\(printable(out, limit: 240))' holds an earlier study",
        advice: "Choose another folder, or add --force to replace it.")
    }
    if !rows.isEmpty && !options.isQuiet {
      console.note("\(grouped(rows.count)) replications are finished already and are not repeated")
    }
    return rows
  }

  /// The folder of the study: a new one, or the one that was asked for.
  private func place(_ scenario: Scenario, goingOn: Bool) throws -> StudyFolder {
    guard let out = options.out else {
      return try StudyFolder(firstFree: "runs/\(scenario.name)-\(scenario.seed)-replications")
    }
    let folder = try StudyFolder(at: out)
    if folder.holdsStudy && (goingOn || options.replacesRun) { folder.removeSummary() }
    return folder
  }

  private func record(_ replicator: Replicator) -> StudyRecord {
    let loaded = replicator.loaded
    let run = loaded.description(programVersion: SortlineProgram.version)
    var record = StudyRecord(
      name: loaded.scenario.name, title: loaded.scenario.title, programVersion: SortlineProgram.version,
      scenario: loaded.scenario.name, seed: loaded.scenario.seed, replications: replications.most,
      inputs: loaded.inputs.map { StudyRecord.Input($0) },
      points: [StudyRecord.Point(values: [], inputsDigest: loaded.inputsDigest)],
      figures: StudyRecord.FigureKind.all(like: run), expectations: loaded.scenario.expectations)
    record.warmUp = replicator.warmUp
    record.until = replicator.until
    record.precision = replications.targets
    return record
  }

  /// Runs as many as were asked for, or until every target is reached.
  ///
  /// The answer is the least number of replications, not below the minimum, for which the first so many reach
  /// every target: it is the same however many are run at once.
  private func enough(
    _ record: StudyRecord, having earlier: [StudyRun], in folder: StudyFolder, _ replicator: Replicator
  ) throws -> [StudyRun] {
    var runner = StudyRunner(
      points: StudyPoints { _ in replicator }, folder: folder, console: console, isQuiet: options.isQuiet,
      jobs: replications.jobs)
    if replications.keepsLogs {
      let options = options
      let files = replicator.loaded.inputs
      runner.logs = { record, number in
        var one = options
        one.replication = record.place(of: number).replication
        return one.canonicalCommand(files)
      }
    }
    var rows = earlier.filter { !replications.keepsLogs || runner.hasLogs(of: $0.run) }
    var looked = replications.least - 1
    var wanted = replications.least
    while true {
      let known = Set(rows.map(\.run))
      rows = try runner.run((0..<wanted).filter { !known.contains($0) }, of: record, having: rows)
      if Interruption.isRequested || replications.targets.isEmpty { return rows }
      while looked < wanted {
        looked += 1
        if isEnough(Array(rows.prefix(looked)), record) { return Array(rows.prefix(looked)) }
      }
      if wanted == replications.most { return rows }
      wanted = min(replications.most, next(Array(rows.prefix(wanted)), record))
    }
  }

  private func isEnough(_ rows: [StudyRun], _ record: StudyRecord) -> Bool {
    replications.targets.allSatisfy { statistics(of: $0, rows, record).map { $0.isReached } ?? false }
  }

  private func statistics(
    of target: StudyRecord.PrecisionTarget, _ rows: [StudyRun], _ record: StudyRecord
  ) -> (partsPerMillion: Int, isReached: Bool)? {
    guard let index = record.index(of: target.figure) else { return nil }
    let sample = SampleStatistics(micros: rows.map { $0.micros[index] })
    return target.reached(
      by: FigureStatistics(
        name: target.figure, unit: "", count: sample.count, mean: sample.mean, deviation: sample.deviation,
        halfWidth: sample.halfWidth, least: Billionths(0), most: Billionths(0)))
  }

  /// How many replications are likely enough: the half width falls with the root of their number.
  private func next(_ rows: [StudyRun], _ record: StudyRecord) -> Int {
    var next = rows.count + 1
    for target in replications.targets {
      guard let reached = statistics(of: target, rows, record), !reached.isReached else { continue }
      let ratio = Double(reached.partsPerMillion) / Double(target.halfWidthPartsPerMillion)
      next = max(next, Int(min(Double(2 * rows.count), (Double(rows.count) * ratio * ratio).rounded(.up))))
    }
    return next
  }
}

extension StudyFolder {
  /// Takes away what was begun, where no summary says that it is worth anything.
  func discardUnfinished() {
    removeFiles()
    discardIfEmpty()
  }
}
