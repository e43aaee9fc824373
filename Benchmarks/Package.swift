// swift-tools-version: 6.2
// How fast Consommé reads, and with how much memory. BENCHMARKS.md says how to run this and what came out.
import PackageDescription

let strict: [SwiftSetting] = [.strictMemorySafety(), .enableUpcomingFeature("ExistentialAny")]

let package = Package(
  name: "consomme-benchmarks",
  dependencies: [
    .package(name: "consomme", path: ".."),
    // Without traits: allocations are counted by CReference, which needs no interposer.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CLibxml2Alone", path: "Tools/CLibxml2Alone", pkgConfig: "libxml-2.0",
      providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .target(name: "CReference", dependencies: ["CLibxml2Alone"], path: "Tools/CReference"),
    .target(
      name: "Readers",
      dependencies: [
        "CReference",
        .product(name: "Consomme", package: "consomme"),
        .product(name: "ConsommeInternals", package: "consomme"),
      ],
      path: "Tools/Readers", swiftSettings: strict),
    // The plugin runs what lies in a folder of this name: throughput, allocations, peak memory, with thresholds.
    .executableTarget(
      name: "Reading", dependencies: ["CReference", "Readers", .product(name: "Benchmark", package: "benchmark")],
      path: "Reading", swiftSettings: strict,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    // The table of `make bench`: everything in turn on the same bytes, other people's extractors too.
    .executableTarget(
      name: "bench-table", dependencies: ["CReference", "Readers"], path: "Tools/Table", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
