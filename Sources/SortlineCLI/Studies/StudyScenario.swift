import Experiments
import FileFormats
import SorterModel

/// The scenario of a study with what its points alter: each point is read and checked as any scenario is.
struct StudyScenario: Sendable {
  let design: StudyDesign
  let library: Library
  /// What each point alters.
  let points: [[Alteration]]
  /// The scenario's file, as the library takes it.
  private let path: String

  /// The scenario that a study names, by a name of the library or as a file in the study's own folder.
  init(_ design: StudyDesign, at study: String, home: String?) throws(InvalidInput) {
    self.design = design
    library = Library(environmentHome: home)
    points = design.points
    path = try library.scenarioPath(of: design, at: study)
  }

  /// The scenario as it stands, without any factor.
  func base() throws -> LoadedScenario {
    do throws(InvalidInput) {
      return try library.loadScenario(path)
    } catch {
      throw InvalidInput(
        [at(design.scenarioPlace, "the scenario of the study cannot be used")] + error.diagnostics,
        category: error.category)
    }
  }

  /// The scenario of a point, ready to be run.
  func replicator(of point: Int) throws -> Replicator {
    let alterations = points[point]
    do throws(InvalidInput) {
      let loaded = try library.altered(by: alterations)
        .loadScenario(path, overriding: ScenarioOverrides(seed: design.seed))
      let compilation = CompiledPlan.compile(loaded.plan, for: loaded.profile)
      guard let plan = compilation.plan else {
        let file = loaded.inputs.first { $0.role == "plan" }?.path ?? loaded.plan.name
        throw InvalidInput(
          compilation.issues.map { Diagnostic($0, file: file, on: loaded.profile) }, category: .configuration)
      }
      // A study of many points would hold many texts: only run directories need them.
      return Replicator(
        loaded, plan: plan, warmUp: design.warmUp, until: design.until,
        programVersion: SortlineProgram.version)
    } catch {
      throw InvalidInput([told(point, alterations)] + error.diagnostics, category: error.category)
    }
  }

  /// What is said above the errors of a point: where in the study the values stand that make them.
  private func told(_ point: Int, _ alterations: [Alteration]) -> Diagnostic {
    let values = zip(design.factors, alterations).map { factor, alteration in
      "\(factor.name) = \(printable(StudyValue(alteration).text))"
    }
    return at(
      alterations.first?.place ?? design.scenarioPlace,
      "point \(point) cannot be run, with \(values.joined(separator: ", "))")
  }

  private func at(_ place: Alteration.Place, _ message: String) -> Diagnostic {
    Diagnostic(file: place.file, line: place.line, column: place.column, message)
  }
}
