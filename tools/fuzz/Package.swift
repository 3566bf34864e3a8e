// swift-tools-version: 6.2
// The fuzzer's program: apart, because only a build with the sanitizer gives it its main function.
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "sortline", path: "../..")],
  targets: [
    .executableTarget(
      name: "SortlineFuzz", dependencies: [.product(name: "FuzzEntries", package: "sortline")],
      path: "SortlineFuzz", swiftSettings: [.unsafeFlags(["-parse-as-library"])])
  ]
)
