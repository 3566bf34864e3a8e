/// How the page looks: grey where all is well and colour where it is not (ISA-101), by day, by night and on paper.
///
/// Amber and red differ in lightness as well as in hue, and neither stands alone: words, outlines or places say the
/// same.
enum ReportStyle {
  private static let day = """
    --ground: #d9d9d6; --panel: #e9e9e6; --paper: #f5f5f3; --belt: #cbcbc7; --line: #b7b7b2; --steel: #83837e;
    --ink: #454543; --text: #20201f; --soft: #575753; --amber: #b86a00; --warn: #8a4f00; --red: #a8140e;
    --bad: #a8140e; --pick: #0b5cad;
    """
  private static let night = """
    --ground: #191a1b; --panel: #242627; --paper: #2f3133; --belt: #3b3e40; --line: #4d5052; --steel: #80858a;
    --ink: #cfd2d4; --text: #ecedee; --soft: #abaeb1; --amber: #e8a33d; --warn: #f0b55e; --red: #e2483a;
    --bad: #ff8a7d; --pick: #72b9ff;
    """

  /// The style sheet.
  static let text = """
    :root { color-scheme: light dark; \(day) font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans",
      sans-serif; }
    @media (prefers-color-scheme: dark) { :root { \(night) } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--text); font-size: 15px; line-height: 1.45; }
    .page { max-width: 1200px; margin: 0 auto; padding: 18px 16px 28px; }
    header { display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: baseline; margin-bottom: 12px; }
    h1 { font-size: 25px; margin: 0; letter-spacing: -0.01em; }
    h2 { font-size: 16px; margin: 0 0 6px; }
    h3 { font-size: 14px; margin: 6px 0 4px; }
    header p, .note { margin: 0; color: var(--soft); }
    .note { font-size: 13px; margin-bottom: 6px; }
    .verdict { margin-left: auto; padding: 2px 10px; border: 1px solid var(--line); border-radius: 999px;
      background: var(--paper); font-weight: 600; }
    .verdict.bad { border-color: var(--red); }
    .notice { margin: 0 0 10px; padding: 8px 12px; border-left: 5px solid var(--amber); background: var(--panel); }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(104px, 1fr)); gap: 8px; margin-bottom: 14px; }
    .tile { background: var(--panel); border-radius: 8px; padding: 8px 10px; display: grid;
      align-content: start; }
    .tile span { color: var(--soft); font-size: 12.5px; }
    .tile b { font-size: 22px; font-variant-numeric: tabular-nums; line-height: 1.2; }
    .tile small { color: var(--soft); min-height: 1.3em; }
    .tile.warn { box-shadow: inset 4px 0 0 var(--amber); }
    .tile.bad { box-shadow: inset 4px 0 0 var(--red); }
    .bad, .tile.bad b { color: var(--bad); font-weight: 600; }
    .warn { color: var(--warn); }
    main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; align-items: start; }
    .panel { background: var(--panel); border-radius: 8px; padding: 14px 16px; min-width: 0; }
    .wide { grid-column: 1 / -1; }
    .pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 18px; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
    th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); }
    th, td { padding: 3px 12px 3px 0; vertical-align: top; }
    td { border-bottom: 1px solid color-mix(in srgb, var(--line) 45%, transparent); }
    .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .soft { color: var(--soft); }
    .links { white-space: nowrap; }
    .words td { min-width: 4.5em; }
    em { font-style: normal; color: var(--soft); }
    a { color: var(--pick); }
    details { margin-top: 10px; }
    summary { cursor: pointer; color: var(--soft); }
    .key { margin: 0 0 4px; font-size: 12.5px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 2px 14px; }
    .key i { display: inline-block; width: 12px; height: 10px; margin-right: 5px; }
    .key .fed-key { height: 0; border-top: 2px solid var(--text); vertical-align: middle; }
    i.steel { background: var(--steel); } i.amber { background: var(--amber); } i.red { background: var(--red); }
    i.ink { background: var(--ink); }
    i.wait { background: repeating-linear-gradient(45deg, var(--steel) 0 2px, var(--paper) 2px 5px); }
    i.fill1 { background: color-mix(in srgb, var(--ink) 22%, var(--paper)); }
    i.fill2 { background: color-mix(in srgb, var(--ink) 48%, var(--paper)); }
    i.fill3 { background: color-mix(in srgb, var(--ink) 82%, var(--paper)); }
    \(drawings)
    \(player)
    footer { margin-top: 16px; color: var(--soft); font-size: 12.5px; overflow-wrap: anywhere; }
    .only-narrow { display: none !important; }
    @media (max-width: 760px) {
      .page { padding: 12px 10px 20px; }
      main, .pair { grid-template-columns: minmax(0, 1fr); }
      .only-wide { display: none !important; }
      .only-narrow { display: block !important; }
      .verdict { margin-left: 0; }
      .panel { padding: 12px 10px; }
      .reasons td:nth-child(4) { min-width: 13em; }
      .words td:last-child { min-width: 22em; }
    }
    @media print {
      :root { color-scheme: light; \(day) --ground: #fff; --panel: #fff; --paper: #fff; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      body { font-size: 12px; }
      .page { padding: 0; max-width: none; }
      .panel, .tile { border: 1px solid var(--line); break-inside: avoid; }
      .screen { display: none; }
      .links { white-space: normal; font-size: 0.85em; }
      .reasons td:nth-child(4) { min-width: 11em; }
    }

    """

  private static let drawings = """
    .chart { display: block; width: 100%; height: auto; font-size: 12px; fill: var(--text); }
    .chart .grid, .chart .axis { stroke: var(--line); stroke-width: 1; }
    .chart .grid { stroke-opacity: 0.6; }
    .chart .axis { stroke: var(--steel); }
    .chart .rated { stroke: var(--soft); stroke-dasharray: 6 4; }
    .chart .mark { stroke: var(--text); stroke-dasharray: 3 3; }
    .chart .fed { fill: none; stroke: var(--text); stroke-width: 1.6; }
    .chart .steel { fill: var(--steel); } .chart .amber { fill: var(--amber); } .chart .red { fill: var(--red); }
    .chart .paper { fill: var(--paper); } .chart .ink { fill: var(--ink); }
    .chart .whisker { stroke: var(--ink); stroke-width: 1.4; } .chart .mean { stroke: var(--text); stroke-width: 1.2; }
    .chart .wait { fill: url(#hatch); stroke: var(--line); stroke-width: 0.5; }
    .chart .fill1 { fill: var(--ink); fill-opacity: 0.22; }
    .chart .fill2 { fill: var(--ink); fill-opacity: 0.48; }
    .chart .fill3 { fill: var(--ink); fill-opacity: 0.82; }
    .chart text.soft { fill: var(--soft); } .chart text.strong { font-weight: 600; }
    .chart text.small { font-size: 10.5px; }
    .chart text.halo { stroke: var(--panel); stroke-width: 3.5px; paint-order: stroke; stroke-linejoin: round; }
    .chart text.on-strip { fill: var(--text); stroke: var(--paper); stroke-width: 3px; paint-order: stroke; }
    .chart .belt-edge, .chart .belt, .chart .way-back { fill: none; stroke-linejoin: round; }
    .chart .belt-edge { stroke: var(--steel); stroke-width: 16px; }
    .chart .belt { stroke: var(--belt); stroke-width: 14px; }
    .chart .way-back { stroke: var(--line); stroke-width: 5px; }
    .chart .feeder { fill: var(--steel); } .chart .scanner { fill: none; stroke: var(--ink); stroke-width: 1.5px; }
    .chart .bin { fill: var(--ink); stroke: var(--line); stroke-width: 0.8px; }
    .chart .bin.trouble { stroke: var(--amber); stroke-width: 2px; }
    .hatch-line { stroke: var(--steel); stroke-width: 2; } .hatch-paper { fill: var(--paper); }
    """

  private static let player = """
    #sorter { display: block; width: 100%; cursor: pointer; margin: 6px 0; }
    .controls { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; }
    button, select, input[type="text"] { font: inherit; color: var(--text); background: var(--paper);
      border: 1px solid var(--steel); border-radius: 6px; padding: 4px 10px; min-height: 34px; }
    button, select { cursor: pointer; }
    #play { min-width: 76px; font-weight: 600; }
    #piece { width: 11em; }
    :focus-visible { outline: 3px solid var(--pick); outline-offset: 1px; }
    .slider { flex: 1 1 280px; min-width: 0; }
    @media (max-width: 760px) { .slider { flex-basis: 100%; order: 8; } #finder { order: 9; } }
    .slider input { width: 100%; margin: 0; accent-color: var(--ink); display: block; }
    .slider svg { height: 9px; margin: 0 0 2px; }
    .status { display: flex; flex-wrap: wrap; gap: 0 18px; font-variant-numeric: tabular-nums; min-height: 1.5em; }
    .status .amber, .status .red { font-weight: 600; }
    .status .amber { color: var(--warn); } .status .red { color: var(--bad); }
    #story { min-height: 1.5em; margin-top: 8px; }
    #story ol { list-style: none; margin: 0; padding: 0; }
    #story li { padding: 2px 0; }
    #story li button { min-height: 0; padding: 0 6px; font-size: 13px; font-variant-numeric: tabular-nums; }
    """
}
