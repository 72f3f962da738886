// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is held to the same rules: Swift 6 mode, no warnings, explicit `any`, imports internal.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let cSettings: [CSetting] = [
  .unsafeFlags(["-Wall", "-Wextra", "-Werror"])
]

let package = Package(
  name: "capsrun",
  products: [.executable(name: "capsrun", targets: ["capsrun"])],
  targets: [
    // What Swift's Glibc lacks, and the libraries of the system. Each is imported by exactly one Swift module.
    .target(name: "CLinux", cSettings: cSettings),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CSHA256", cSettings: cSettings),
    .target(name: "CTOML", cSettings: cSettings, cxxSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),

    // The modules, each may import only those that stand above it; scripts/check-modules holds the allowed edges.
    .target(name: "Linux", dependencies: ["CLinux"], swiftSettings: strict),
    .target(name: "Diagnostics", swiftSettings: strict),
    .target(name: "ManifestFormat", dependencies: ["Diagnostics", "CTOML", "CYAML"], swiftSettings: strict),
    .target(name: "Cryptography", dependencies: ["CSHA256", "CSodium"], swiftSettings: strict),
    .target(name: "Compression", dependencies: ["CDeflate", "CZlib", "CZstd", "Linux"], swiftSettings: strict),
    .target(name: "PythonPackaging", swiftSettings: strict),
    .target(
      name: "CapsuleFormat", dependencies: ["Compression", "Cryptography", "Diagnostics", "Linux", "ManifestFormat"],
      swiftSettings: strict),
    .target(name: "Planning", dependencies: ["Cryptography", "Diagnostics", "ManifestFormat"], swiftSettings: strict),
    .target(name: "Sandbox", dependencies: ["Planning", "Linux", "CSeccomp"], swiftSettings: strict),
    .target(
      name: "Supervision", dependencies: ["Diagnostics", "Linux", "ManifestFormat", "Planning", "Sandbox"],
      swiftSettings: strict),
    .target(
      name: "CapsrunCLI",
      dependencies: [
        "CapsuleFormat", "Cryptography", "Diagnostics", "Linux", "ManifestFormat", "Planning", "PythonPackaging",
        "Sandbox", "Supervision",
      ],
      swiftSettings: strict),
    .executableTarget(name: "capsrun", dependencies: ["CapsrunCLI"], swiftSettings: strict),

    // A developer's tool: makes Sources/Planning/Seccomp/Compiled.
    .executableTarget(
      name: "CompileProfiles", dependencies: ["Linux", "Planning", "Sandbox"], swiftSettings: strict),
    // Another: makes docs/reference and docs/capsrun.1.
    .executableTarget(
      name: "WriteReference", dependencies: ["CapsrunCLI", "Diagnostics", "Linux", "ManifestFormat"],
      swiftSettings: strict),

    .testTarget(name: "LinuxTests", dependencies: ["Linux"], swiftSettings: strict),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics"], swiftSettings: strict),
    .testTarget(
      name: "ManifestFormatTests", dependencies: ["ManifestFormat", "Diagnostics"], exclude: ["Migration/Files"],
      swiftSettings: strict),
    .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: strict),
    .testTarget(name: "CompressionTests", dependencies: ["Compression", "Linux"], swiftSettings: strict),
    .testTarget(name: "PythonPackagingTests", dependencies: ["PythonPackaging"], swiftSettings: strict),
    .testTarget(
      name: "CapsuleFormatTests",
      dependencies: ["CapsuleFormat", "Cryptography", "Diagnostics", "Linux", "ManifestFormat"], swiftSettings: strict),
    .testTarget(
      name: "PlanningTests", dependencies: ["Planning", "ManifestFormat", "Diagnostics"], exclude: ["Golden"],
      swiftSettings: strict),
    .testTarget(
      name: "SandboxTests", dependencies: ["Diagnostics", "Sandbox", "Planning", "Linux", "ManifestFormat"],
      swiftSettings: strict),
    .testTarget(
      name: "SupervisionTests",
      dependencies: ["Diagnostics", "Linux", "ManifestFormat", "Planning", "Sandbox", "Supervision"],
      swiftSettings: strict),
    .testTarget(
      name: "CapsrunCLITests",
      dependencies: [
        "CapsrunCLI", "CapsuleFormat", "Diagnostics", "Linux", "ManifestFormat", "Planning", "Sandbox", "Supervision",
        "WriteReference",
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(name: "EndToEndTests", swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx20
)
