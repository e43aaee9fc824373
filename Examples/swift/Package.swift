// swift-tools-version: 6.2
// A package that depends on Consommé as yours would; with a path instead of a URL, so that it is built against this checkout.
import PackageDescription

let package = Package(
  name: "crawl-links",
  dependencies: [.package(name: "consomme", path: "../..")],
  targets: [
    .executableTarget(
      name: "crawl-links",
      dependencies: [
        .product(name: "Consomme", package: "consomme"),
        .product(name: "ConsommeArchives", package: "consomme"),
      ],
      path: "Sources/CrawlLinks")
  ],
  swiftLanguageModes: [.v6]
)
