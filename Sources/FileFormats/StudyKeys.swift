extension ObjectKeys {
  static let study = ObjectKeys(
    "", required: ["schema_version", "name", "title", "scenario", "replications", "factors"],
    optional: ["seed", "random_numbers", "warm_up", "until_s", "design"])
  static let studyDesign = ObjectKeys("design", required: ["kind"], optional: ["points", "seed"])
  static let studyFactor = ObjectKeys(
    "factors[]", required: ["key"], optional: ["name", "values", "from", "to", "steps", "decimals"])

  static let studyRecord = ObjectKeys(
    "",
    required: [
      "schema_version", "study_id", "program", "name", "title", "scenario", "seed", "replications", "runs",
      "random_numbers", "warm_up", "inputs", "factors", "points", "figures", "expectations",
    ], optional: ["until_s", "precision"])
  static let recordProgram = ObjectKeys("program", required: ["name", "version"])
  static let recordInput = ObjectKeys("inputs[]", required: ["role", "path", "bytes", "digest"])
  static let recordFactor = ObjectKeys("factors[]", required: ["name", "key"])
  static let recordPoint = ObjectKeys("points[]", required: ["point", "values", "inputs_digest"])
  static let recordFigure = ObjectKeys(
    "figures[]", required: ["name", "column", "unit", "count", "formula"])
  static let recordExpectation = ObjectKeys(
    "expectations[]", required: ["figure"], optional: ["at_least", "at_most"])
  static let recordPrecision = ObjectKeys("precision[]", required: ["figure", "half_width_ppm"])

  static let studySummary = ObjectKeys(
    "",
    required: [
      "schema_version", "study_id", "name", "scenario", "runs", "runs_done", "complete", "confidence_percent",
      "points",
    ])
  static let summaryPoint = ObjectKeys(
    "points[]", required: ["point", "values", "replications", "figures", "expectations"])
  static let summaryFigure = ObjectKeys(
    "points[].figures[]",
    required: ["name", "unit", "n", "mean", "sd", "ci95_low", "ci95_high", "min", "max"])
  static let summaryExpectation = ObjectKeys(
    "points[].expectations[]", required: ["figure", "wanted", "got", "met", "judged"])
}
