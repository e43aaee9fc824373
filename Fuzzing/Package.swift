// swift-tools-version: 6.2
// Every door through which bytes of strangers come in, for libFuzzer. docs/security.md says how to run it and what came of it.
import PackageDescription

let package = Package(
  name: "consomme-fuzzing",
  dependencies: [.package(name: "consomme", path: "..")],
  targets: [
    .target(name: "CLibFuzzer"),
    .executableTarget(
      name: "Fuzz",
      dependencies: [
        "CLibFuzzer",
        .product(name: "Consomme", package: "consomme"),
        .product(name: "ConsommeInternals", package: "consomme"),
      ],
      swiftSettings: [.strictMemorySafety(), .enableUpcomingFeature("ExistentialAny")]),
  ],
  swiftLanguageModes: [.v6]
)
