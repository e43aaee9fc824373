// swift-tools-version: 6.2
// Consommé: a neural reader of web pages. ARCHITECTURE.md draws this graph and says what each room is for.
import PackageDescription

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
]

/// One room of the house: a Swift target with the settings every target shares.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "consomme",
  products: [
    .library(name: "Consomme", targets: ["Consomme"]),
    .library(name: "ConsommeArchives", targets: ["ConsommeArchives"]),
    .library(name: "consomme-c", type: .dynamic, targets: ["ConsommeC"]),
    .executable(name: "consomme", targets: ["ConsommeCLI"]),
    // For the packages Benchmarks and Fuzzing only: no promises.
    .library(
      name: "ConsommeInternals",
      targets: ["Baselines", "ByteModel", "CKernels", "Documents", "FieldHeads", "Inputs", "Pages"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    // C: system libraries, kernels, the embedded model.
    .systemLibrary(
      name: "CLibxml2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"]), .brew(["libxml2"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
    .target(name: "CKernels"),
    .target(name: "CDefaultModel"),

    // The reading path: neither libxml2 nor Foundation's heavy half.
    room("PageTags"),
    room("Pages"),
    room("Documents"),
    room("Tensors", ["CKernels"]),
    room("ByteModel", ["Tensors", "PageTags"]),
    room("Consomme", ["ByteModel", "CDefaultModel", "Documents", "Pages", "PageTags", "Tensors"]),

    room("FieldHeads", ["ByteModel", "PageTags", "Pages"]),

    // Beside it: what it is measured against, what it learns from, and how.
    room("Baselines", ["CLibxml2", "Documents", "Pages"]),
    room("Inputs", ["CZlib", "CZstd", "Pages"]),
    room("TeachingData", ["Pages", "PageTags"]),
    room("ModelTraining", ["ByteModel", "Inputs", "TeachingData"]),
    room("RowTeaching", ["Consomme", "Inputs", "ModelTraining", "TeachingData", "Tensors"]),
    room("FieldTeaching", ["ByteModel", "FieldHeads", "Pages"]),
    room("Evaluation", ["Documents", "Pages"]),
    room("Reports", ["ByteModel", "Documents", "Pages"]),

    // The library in the hands of others: pages out of archives, and the C interface.
    room("ConsommeArchives", ["Consomme", "Inputs"]),
    .target(name: "CConsomme"),
    room("ConsommeC", ["CConsomme", "Consomme"]),

    .executableTarget(
      name: "ConsommeCLI",
      dependencies: [
        "Baselines", "Consomme", "RowTeaching", "Evaluation", "FieldHeads", "FieldTeaching", "Inputs",
        "ModelTraining", "Reports", "TeachingData",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),

    tests(of: "PageTags"),
    tests(of: "Pages"),
    tests(of: "Documents"),
    tests(of: "Tensors"),
    tests(of: "ByteModel"),
    tests(of: "Consomme", ["ByteModel", "Pages", "TeachingData", "Tensors"]),
    tests(of: "ConsommeArchives", ["Consomme", "Inputs"]),
    tests(of: "ConsommeC", ["CConsomme", "Consomme"]),
    tests(of: "Baselines"),
    tests(of: "Inputs", ["CZlib", "CZstd"]),
    tests(of: "TeachingData"),
    tests(of: "ModelTraining", ["ByteModel", "TeachingData"]),
    tests(of: "RowTeaching", ["ByteModel", "Consomme", "Inputs", "PageTags", "TeachingData", "Tensors"]),
    tests(of: "FieldHeads", ["FieldTeaching", "ByteModel", "Pages"]),
    tests(of: "Evaluation"),
    tests(of: "Reports", ["Documents"]),
    tests(of: "ConsommeCLI"),
  ],
  swiftLanguageModes: [.v6]
)
