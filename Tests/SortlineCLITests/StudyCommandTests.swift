import FileFormats
import Foundation
import SortlineCLI
import Testing

@Suite("simulate, many times")
struct ReplicationTests {
  private static let files = ["study.json", "runs.csv", "summary.json", "datapackage.json"]

  private func same(_ world: SmallWorld, _ one: String, _ other: String) -> Bool {
    Self.files.allSatisfy { file in
      world.text("\(one)/\(file)") != nil && world.text("\(one)/\(file)") == world.text("\(other)/\(file)")
    }
  }

  @Test("leaves the files of a study, and prints means with intervals and thresholds")
  func files() throws {
    let world = try SmallWorld()
    let answer = world.run("simulate", "@small", "--replications", "4", "--out", "@study")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(world.names("study") == Self.files.sorted())
    #expect(answer.out.hasPrefix("small on bench, plan plan, seed 3, 4 replications\n"))
    #expect(answer.out.contains(/\n  fed +200 +0 +0 +pieces\n/))
    #expect(answer.out.contains("\n  fed        at least 200   200  met\n"), "\(answer.out)")
    let study = try StudyDirectory(path: world.path("study"))
    #expect(study.record.replications == 4 && study.runs.count == 4 && study.summary.isComplete)
    #expect(Set(study.runs.map(\.seed)).count == 4)
    #expect(world.run("check", "@study").code == .ok)
    let package = try #require(world.text("study/datapackage.json"))
    try world.folder.write(
      "study/datapackage.json", package.replacing("\"name\": \"fed\"", with: "\"name\": \"eaten\""))
    let changed = world.run("check", "@study")
    #expect(changed.code == .badData && changed.err.contains("it describes runs.csv otherwise"))
    #expect(changed.err.contains("eaten"), "\(changed.err)")
  }

  @Test("goes on with a study that was broken off, or that is to have more replications, to the same bytes")
  func resumed() throws {
    let world = try SmallWorld()
    let words = ["simulate", "@small", "--replications"]
    #expect(world.run(words + ["7", "-q", "--out", "@whole"]).code == .ok)
    #expect(world.run(words + ["3", "-q", "--out", "@part"]).code == .ok)
    // A row that says something else shows that it was taken over and not run again.
    let table = try #require(world.text("part/runs.csv"))
    try world.folder.write("part/runs.csv", table.replacing(",finished,", with: ",stuck,"))
    let more = world.run(words + ["7", "--out", "@part"])
    #expect(more.code == .ok && more.err.contains("3 replications are finished already and are not repeated"))
    let grown = try #require(world.text("part/runs.csv"))
    #expect(grown.matches(of: /,stuck,/).count == 3)
    try world.folder.write("part/runs.csv", grown.replacing(",stuck,", with: ",finished,"))
    // As a power cut leaves it: some rows, whichever, and no summary.
    let rows = grown.replacing(",stuck,", with: ",finished,").split(separator: "\n")
    try world.folder.write("part/runs.csv", ([0, 1, 3, 7].map { rows[$0] } + [""]).joined(separator: "\n"))
    try FileManager.default.removeItem(atPath: world.path("part/summary.json"))
    #expect(world.run(words + ["7", "-q", "--out", "@part"]).code == .ok)
    #expect(same(world, "whole", "part"))
    let fewer = world.run(words + ["2", "-q", "--out", "@part"])
    #expect(
      fewer.code == .cannotCreate && fewer.err.contains("5 runs that have no place in this study")
        && fewer.err.contains("or add --force to begin anew.\n"),
      "\(fewer.err)")
    #expect(same(world, "whole", "part"))
  }

  @Test("a tighter precision adds to the replications that are there")
  func tighter() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 60 }", pieces: 60)
    let words = ["simulate", "@small", "-q", "--until-precision"]
    #expect(world.run(words + ["rejected.noRead=40%", "--out", "@one"]).code == .ok)
    let few = try StudyDirectory(path: world.path("one")).runs
    #expect(world.run(words + ["rejected.noRead=25%", "--out", "@one"]).code == .ok)
    #expect(world.run(words + ["rejected.noRead=25%", "--out", "@other"]).code == .ok)
    #expect(same(world, "one", "other"))
    let many = try StudyDirectory(path: world.path("one")).runs
    #expect(many.count > few.count && Array(many.prefix(few.count)) == few)
  }

  @Test("gives the same bytes however many are run at once", arguments: ["2", "5"])
  func jobs(jobs: String) throws {
    let world = try SmallWorld()
    for (name, jobs) in [("one", "1"), ("more", jobs)] {
      let answer = world.run(
        "simulate", "@small", "--replications", "7", "-j", jobs, "-q", "--out", "@\(name)")
      #expect(answer.code == .ok)
    }
    #expect(same(world, "one", "more"))
  }

  @Test("runs any replication alone again, to the same bytes in every file")
  func alone() throws {
    let world = try SmallWorld()
    #expect(
      world.run("simulate", "@small", "--replications", "3", "--logs", "-q", "--out", "@study").code == .ok)
    #expect(world.run("simulate", "@small", "--replication", "2", "-q", "--out", "@alone").code == .ok)
    #expect(world.names("alone") == SimulateTests.files)
    for file in SimulateTests.files {
      #expect(world.text("alone/\(file)") == world.text("study/run-000001/\(file)"), "\(file)")
    }
    let study = try StudyDirectory(path: world.path("study"))
    #expect(world.text("alone/summary.json")?.contains("\"seed\": \(study.runs[1].seed),") == true)
    #expect(world.text("alone/summary.json")?.contains("\"replication\": 2,") == true)
    #expect(world.run("verify", "-q", "@alone").code == .ok)
  }

  @Test(
    "adds replications until the precision is there: the least number that reaches it, for any number of jobs"
  )
  func precision() throws {
    let world = try SmallWorld(expect: "fed: { at_least: 60 }", pieces: 60)
    let words = ["simulate", "@small", "--until-precision", "rejected.noRead=25%", "-q"]
    #expect(world.run(words + ["-j", "1", "--out", "@one"]).code == .ok)
    #expect(world.run(words + ["-j", "5", "--out", "@five"]).code == .ok)
    #expect(same(world, "one", "five"))
    let count = try StudyDirectory(path: world.path("one")).record.replications
    #expect(count > 5)
    let fewer = world.run(words + ["--max-replications", "\(count - 1)", "--out", "@fewer"])
    #expect(fewer.code == .thresholdFailed)
    #expect(
      fewer.err.contains(
        "the precision is not reached after \(count - 1) replications: rejected.noRead holds"))
    let shown = world.run("simulate", "@small", "--until-precision", "fed=1%", "--out", "@fed")
    #expect(
      shown.out.contains("fed: ± 0 % of the mean, 1 % wanted") && shown.out.contains(", 5 replications\n"))
  }

  @Test("holds thresholds against the mean: 1 where it misses one, and JUnit says the mean")
  func thresholds() throws {
    let world = try SmallWorld(expect: "\"rejected.noRead\": { at_most: 3 }")
    let answer = world.run(
      "simulate", "@small", "--replications", "5", "-q", "--out", "@study", "--junit", "@junit.xml")
    #expect(answer.code == .thresholdFailed)
    #expect(answer.out.contains("MISSED"))
    let mean = try StudyDirectory(path: world.path("study")).summary.points[0].expectations[0].got?.text
    #expect(world.text("junit.xml")?.contains(try #require(mean)) == true)
  }

  @Test("leaves out what MSER-5 finds, the same in a run of its own")
  func warmUp() throws {
    let world = try SmallWorld()
    let answer = world.run(
      "simulate", "@small", "--replications", "2", "--warm-up", "mser-5", "--out", "@study")
    #expect(answer.code == .ok || answer.code == .thresholdFailed)
    #expect(answer.out.contains("warm-up by MSER-5: "))
    let study = try StudyDirectory(path: world.path("study"))
    _ = world.run("simulate", "@small", "--replication", "1", "--warm-up", "mser-5", "-q", "--out", "@alone")
    let summary = try #require(world.text("alone/summary.json"))
    let runID = String(study.runs[0].runID, radix: 16).leftPadded
    #expect(summary.contains("\"run_id\": \"\(runID)\""))
    let fixed = world.run("simulate", "@small", "--warm-up", "20s", "-q", "--out", "@fixed")
    #expect(fixed.code == .ok || fixed.code == .thresholdFailed)
    #expect(world.text("fixed/summary.json")?.contains("\"length_s\": 20,") == true)
  }

  @Test(
    "options that make no sense together are told",
    arguments: [
      (["--jobs", "2"], "--jobs needs --replications or --until-precision"),
      (["--replications", "2", "--replication", "1"], "--replications or --replication, not both"),
      (["--replications", "0"], "--replications needs a whole number from 1"),
      (["--replications", "2", "--summary-only"], "--replications or --summary-only, not both"),
      (["--replications", "2", "--max-replications", "9"], "--max-replications needs --until-precision"),
      (
        ["--until-precision", "throughput=1%"],
        "names no figure: 'throughput'\n  Did you mean throughput_per_hour?"
      ),
      (["--until-precision", "fed=1"], "needs a figure and a percentage"),
      (["--until-precision", "fed=0%"], "needs a figure and a percentage"),
      (
        ["--until-precision", "fed=1%", "--max-replications", "3"], "is less than the 5 that are run at least"
      ),
      (["--warm-up", "mser"], "Did you mean mser-5?"), (["--warm-up", "12"], "needs a time with its unit"),
    ])
  func wrongOptions(words: [String], says: String) throws {
    let world = try SmallWorld()
    let answer = world.run(["simulate", "@small", "--out", "@run"] + words)
    #expect(answer.code == .usage && answer.err.contains(says), "\(answer.err)")
    #expect(world.names("") == ["small"])
  }

  @Test("nothing but a study is ever replaced, and that only with --force")
  func taken() throws {
    let world = try SmallWorld()
    let words = ["simulate", "@small", "--replications", "2", "-q", "--out"]
    #expect(world.run(words + ["@study"]).code == .ok)
    let again = world.run(words + ["@study"])
    #expect(again.code == .cannotCreate && again.err.contains("'@study' holds an earlier study"))
    #expect(world.run(words + ["@study", "--force"]).code == .ok)
    let other = world.run(words + ["@small", "--force"])
    #expect(other.code == .cannotCreate && other.err.contains("holds more than a study: 'mail.csv'"))
    let strict = world.run(words + ["@bad", "--mail", "@small/mail.csv", "--strict"])
    #expect(strict.code == .badData && world.names("") == ["small", "study"])
  }
}

@Suite("sweep and merge")
struct SweepTests {
  private static let files = ["study.json", "runs.csv", "summary.json", "datapackage.json"]

  /// A world with a study of two factors: four points, three replications each.
  private func world(_ crew: String = "[1, 2]", pieces: Int = 60) throws -> SmallWorld {
    let world = try SmallWorld(pieces: pieces)
    try world.folder.write("studies/trial.json5", Self.study(crew))
    return world
  }

  private static func study(_ crew: String, more: String = "") -> String {
    """
    {
      schema_version: 1, name: "trial", title: "Crews and readings", scenario: "small", replications: 3, \(more)
      factors: [
        { name: "crew", key: "sweeping.sweepers", values: \(crew) },
        { key: "profile.imperfections.no_read_ppm", values: [50000, 200000] },
      ],
    }
    """
  }

  private func same(_ world: SmallWorld, _ one: String, _ other: String) -> Bool {
    Self.files.allSatisfy { file in
      world.text("\(one)/\(file)") != nil && world.text("\(one)/\(file)") == world.text("\(other)/\(file)")
    }
  }

  @Test("lists its runs and runs nothing; then runs them, the seeds common to all points")
  func whole() throws {
    let world = try world()
    let list = world.run("sweep", "@studies/trial.json5", "--list", "--out", "@out")
    #expect(
      list.code == .ok && list.out.hasPrefix("trial: 12 runs, 4 points x 3 replications\n"), "\(list.err)")
    #expect(list.out.contains(/\n +2  6\.\.8 +0 of 3 +2 +50000\n/), "\(list.out)")
    #expect(world.names("") == ["small", "studies"])
    let answer = world.run("sweep", "@studies/trial.json5", "--out", "@out", "--show", "rejected.noRead")
    #expect(answer.code == .ok, "\(answer.err)")
    #expect(answer.out.hasPrefix("trial: 12 runs, Crews and readings\n"))
    let study = try StudyDirectory(path: world.path("out"))
    #expect(study.runs.map(\.seed) == (0..<12).map { study.runs[$0 % 3].seed })
    #expect(
      study.record.points.map { $0.values.map(\.text) } == [
        ["1", "50000"], ["1", "200000"], ["2", "50000"], ["2", "200000"],
      ])
    let index = try #require(study.record.index(of: "rejected.noRead"))
    for replication in 0..<3 {
      #expect(study.runs[replication].micros[index] < study.runs[3 + replication].micros[index])
    }
    #expect(world.run("check", "@studies/trial.json5", "@out").code == .ok)
  }

  @Test("runs what is asked for, and goes on with the rest; finished runs are not repeated")
  func resumed() throws {
    let world = try world()
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@whole").code == .ok)
    let part = world.run("sweep", "@studies/trial.json5", "--out", "@part", "--runs", "0..4,9")
    #expect(part.code == .ok && part.out.contains("trial: 6 of 12 runs"))
    #expect(try StudyDirectory(path: world.path("part")).missing.text == "5..8,10..11")
    #expect(world.run("check", "@part").err.contains("runs are missing: 5..8,10..11"))
    // A row that says something else shows that it was taken over and not run again.
    let table = try #require(world.text("part/runs.csv"))
    try world.folder.write("part/runs.csv", table.replacing(",finished,", with: ",stuck,"))
    let rest = world.run("sweep", "@studies/trial.json5", "--out", "@part")
    #expect(rest.err.contains("6 of 12 runs are finished already and are not repeated"), "\(rest.err)")
    #expect(world.text("part/runs.csv")?.matches(of: /,stuck,/).count == 6)
    try world.folder.write(
      "part/runs.csv", try #require(world.text("part/runs.csv")).replacing(",stuck,", with: ",finished,"))
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@part").code == .ok)
    #expect(same(world, "whole", "part"))
  }

  @Test("takes over what a changed study still has, and drops the rest only with --force")
  func changed() throws {
    let world = try world()
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@out").code == .ok)
    try world.folder.write("studies/trial.json5", Self.study("[0, 1, 2]"))
    let wider = world.run("sweep", "@studies/trial.json5", "--out", "@out")
    #expect(wider.code == .ok && wider.err.contains("12 of 18 runs are finished already"), "\(wider.err)")
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@anew").code == .ok)
    #expect(same(world, "out", "anew"))
    try world.folder.write("studies/trial.json5", Self.study("[2]"))
    let narrower = world.run("sweep", "@studies/trial.json5", "--out", "@out")
    #expect(
      narrower.code == .cannotCreate && narrower.err.contains("'@out' holds 12 runs that have no place"))
    #expect(same(world, "out", "anew"))
    let forced = world.run("sweep", "@studies/trial.json5", "--out", "@out", "--force")
    #expect(forced.code == .ok && forced.err.contains("6 of 6 runs are finished already"))
  }

  @Test("shards joined give the bytes of the whole", arguments: [1, 3, 5])
  func shards(count: Int) throws {
    let world = try world()
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@whole").code == .ok)
    for part in 1...count {
      let answer = world.run(
        "sweep", "@studies/trial.json5", "-q", "--out", "@parts", "--shard", "\(part)/\(count)")
      #expect(answer.code == .ok)
    }
    #expect(world.names("parts").count == count)
    let answer = world.run("merge", "@parts", "--out", "@joined")
    #expect(answer.code == .ok && answer.out.hasPrefix("trial: all 12 runs, from "), "\(answer.err)")
    #expect(same(world, "whole", "joined"))
  }

  @Test("merge names missing runs, and what differs")
  func merging() throws {
    let world = try world()
    for (name, runs) in [("a", "0..4"), ("b", "4..7,9"), ("c", "8,10,11")] {
      #expect(
        world.run("sweep", "@studies/trial.json5", "-q", "--out", "@\(name)", "--runs", runs).code == .ok)
    }
    let missing = world.run("merge", "@a", "@b", "--out", "@joined")
    #expect(missing.code == .badData && missing.err.contains("3 runs are missing: 8,10..11\n"))
    #expect(missing.err.contains("--runs 8,10..11") && !world.names("").contains("joined"))
    // Run 4 stands in both, and is the same.
    #expect(world.run("merge", "@a", "@b", "@c", "--out", "@joined").code == .ok)
    let again = world.run("merge", "@a", "@b", "@c", "--out", "@joined")
    #expect(again.code == .cannotCreate && again.err.contains("holds an earlier study"))
    let table = try #require(world.text("b/runs.csv"))
    let row = try #require(table.split(separator: "\n").first { $0.hasPrefix("4,") })
    let other =
      row.split(separator: ",", omittingEmptySubsequences: false).dropLast().map(String.init) + ["12345"]
    try world.folder.write("b/runs.csv", table.replacing(row, with: other.joined(separator: ",")))
    let differing = world.run("merge", "@a", "@b", "@c", "--out", "@joined", "--force")
    #expect(differing.code == .badData)
    #expect(differing.err.contains("run 4 stands in '@a' and in '@b', and not with the same figures"))
    try world.folder.write("studies/trial.json5", Self.study("[1, 2]", more: "seed: 9,"))
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@d").code == .ok)
    let studies = world.run("merge", "@a", "@d", "--out", "@joined", "--force")
    #expect(
      studies.code == .configuration && studies.err.contains("are of studies that differ: the study is"))
    #expect(world.run("merge", "@small", "--out", "@joined").code == .noInput)
    #expect(world.run("merge", "@a").code == .usage)
  }

  @Test(
    "the part to run comes from the batch system where nothing else is said",
    arguments: [
      (
        [
          "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "5",
          "SLURM_ARRAY_TASK_STEP": "2",
        ], "shard-2-of-3"
      ),
      (
        ["SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_COUNT": "4", "SLURM_ARRAY_TASK_MIN": "0"],
        "shard-1-of-4"
      ),
      (["JOB_COMPLETION_INDEX": "2", "SORTLINE_SHARD_COUNT": "3"], "shard-3-of-3"),
    ])
  func batch(environment: [String: String], folder: String) throws {
    let world = try world()
    let ending = try BuiltProgram.shell(
      "sortline sweep studies/trial.json5 -q --out out && ls out", in: world.folder.url,
      environment: environment)
    #expect(ending.code == 0 && ending.out == "\(folder)\n", "\(ending.err)")
  }

  @Test(
    "a part that is none is told",
    arguments: [
      (["--shard", "0/3"], [:], "--shard 0/3 is no part of a whole"),
      (["--shard", "4/3"], [:], "--shard 4/3 is no part of a whole"),
      (["--shard", "2"], [:], "--shard needs a part and how many there are, not '2'"),
      ([], ["SLURM_ARRAY_TASK_ID": "3"], "SLURM_ARRAY_TASK_COUNT and _MIN do not say which part this is"),
      (
        [], ["SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_MIN": "1"],
        "Slurm's array task 9 of 3 from 1 is no part of a whole"
      ),
      ([], ["JOB_COMPLETION_INDEX": "3"], "SORTLINE_SHARD_COUNT does not say how many parts there are"),
      (["--runs", "3..99"], [:], "--runs: there is no run 99: the study has the runs 0..11"),
      (["--show", "throughput"], [:], "Did you mean throughput_per_hour?"),
    ])
  func noPart(words: [String], environment: [String: String], says: String) throws {
    let world = try world()
    let ending = try BuiltProgram.shell(
      "sortline sweep studies/trial.json5 --out out " + words.joined(separator: " "), in: world.folder.url,
      environment: environment)
    #expect(ending.code == 64 && ending.err.contains(says), "\(ending.err)")
  }

  @Test("a point that cannot be run is told with its place in the study, before anything runs")
  func wrongPoint() throws {
    let world = try world("[1, 2, -3]")
    let answer = world.run("sweep", "@studies/trial.json5", "--out", "@out")
    #expect(answer.code == .badData)
    #expect(answer.err.hasPrefix("@studies/trial.json5:4:62: error: point 4 cannot be run, with crew = -3, "))
    #expect(answer.err.contains("\"sweepers\" may not be negative (found -3"))
    #expect(world.names("") == ["small", "studies"])
    #expect(world.run("check", "@studies/trial.json5").code == .badData)
    let scenario = world.run("sweep", "@small/scenario.json5")
    #expect(scenario.err.contains("This is a scenario; a study names one"))
    #expect(
      world.run("simulate", "@studies/trial.json5").err.contains("This is a study; 'sortline sweep' runs it.")
    )
  }

  @Test("a signal keeps what is finished, and the same command goes on to the same bytes")
  func interrupted() throws {
    let world = try world(pieces: 20_000)
    let ending = try BuiltProgram.shell(
      """
      sortline sweep studies/trial.json5 -j 1 --out out & run=$!
      until [ -e out/study.json ]; do kill -0 $run || exit 9; done
      kill -INT $run; wait $run; code=$?
      test -e out/summary.json || exit 8
      exit $code
      """, in: world.folder.url)
    #expect(
      ending.code == 130 && ending.err.contains("sortline: error: interrupted by SIGINT; "), "\(ending.err)")
    #expect(world.names("out") == Self.files.sorted())
    #expect(try StudyDirectory(path: world.path("out")).runs.count < 12)
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@out").code == .ok)
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@whole").code == .ok)
    #expect(same(world, "out", "whole"))
  }

  @Test("two at once do not write into one folder, and the second says so")
  func locked() throws {
    let world = try world(pieces: 20_000)
    let ending = try BuiltProgram.shell(
      """
      sortline sweep studies/trial.json5 -j 1 -q --out out & run=$!
      until [ -e out/study.json ]; do kill -0 $run || exit 9; done
      sortline sweep studies/trial.json5 -q --out out; code=$?
      kill -INT $run; wait $run
      exit $code
      """, in: world.folder.url)
    #expect(
      ending.code == 69 && ending.err.contains("another sortline is writing into 'out'"), "\(ending.err)")
  }

  @Test("the run directory of any run is kept on demand, and proves itself")
  func logs() throws {
    let world = try world()
    #expect(world.run("sweep", "@studies/trial.json5", "-q", "--out", "@out").code == .ok)
    let before = world.text("out/runs.csv")
    #expect(
      world.run("sweep", "@studies/trial.json5", "-q", "--out", "@out", "--runs", "7", "--logs").code == .ok)
    #expect(world.names("out") == (Self.files + ["run-000007"]).sorted())
    #expect(world.text("out/runs.csv") == before)
    #expect(world.run("verify", "-q", "@out/run-000007").code == .ok)
    #expect(world.run("replay", "@out/run-000007").code == .ok)
    let study = try StudyDirectory(path: world.path("out"))
    #expect(world.text("out/run-000007/summary.json")?.contains("\"seed\": \(study.runs[7].seed),") == true)
  }
}
